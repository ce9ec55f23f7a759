//! `init`: the directory and its `migrations.toml`.

use std::path::Path;

use embed_migrations_core::Dialect;

use super::change::Change;
use super::lock;
use super::options::Options;
use crate::dialects::{By, Chosen};
use crate::failure::Failure;
use crate::locate::Located;

/// Makes the directory and its migrations.toml.
#[derive(Debug, Clone, clap::Args)]
pub struct Init {
    /// With a migrations.lock
    #[arg(long)]
    lock: bool,
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Initialised {
    pub(crate) directory: String,
    pub(crate) files: Vec<String>,
    pub(crate) dialects: Option<Vec<Dialect>>,
    /// The directory as the macro is told it.
    pub(crate) embedded: String,
}

pub(super) const SETTINGS: &str = "migrations.toml";

impl Init {
    pub(crate) fn run(&self, options: &Options) -> Result<Initialised, Failure> {
        let located = Located::find(options.dir.as_deref())?;
        let settings = located.path.join(SETTINGS);
        if settings.symlink_metadata().is_ok() {
            let path = located.shown(SETTINGS);
            return Err(Failure::refused(format!("`{path}` is there already"))
                .hint("edit it; nothing is written over"));
        }
        let chosen = Chosen::new(&located, &options.dialects);
        let dialects = (chosen.by != By::Nobody).then(|| chosen.dialects.clone());
        let mut files = vec![located.shown(SETTINGS)];
        Change::attempt(|change| {
            change.directory(&located.path)?;
            change.file(&settings, &text(dialects.as_deref()))?;
            if self.lock {
                lock::create(&located, &chosen.options())?;
                files.push(lock::shown(&located));
            }
            Ok(())
        })?;
        Ok(Initialised {
            embedded: embedded(&located),
            directory: located.shown,
            files,
            dialects,
        })
    }
}

fn text(dialects: Option<&[Dialect]>) -> String {
    let (mark, dialects) = match dialects {
        Some(dialects) => ("", dialects),
        None => ("# ", &Dialect::ALL[..]),
    };
    let words: Vec<String> = dialects
        .iter()
        .map(|dialect| format!("\"{}\"", dialect.name()))
        .collect();
    include_str!("init.toml").replace(
        "dialects = []",
        &format!("{mark}dialects = [{}]", words.join(", ")),
    )
}

/// The directory as seen from the crate.
fn embedded(located: &Located) -> String {
    let relative = || {
        let path = located.path.canonicalize().ok()?;
        let manifest = path
            .ancestors()
            .find(|above| above.join("Cargo.toml").is_file())?;
        let below = path.strip_prefix(manifest).ok()?;
        Some(below.to_str()?.replace(std::path::MAIN_SEPARATOR, "/"))
    };
    let shown = || {
        let is_elsewhere = Path::new(&located.shown).is_absolute();
        let shown = if is_elsewhere {
            "migrations"
        } else {
            &located.shown
        };
        shown.to_owned()
    };
    relative().unwrap_or_else(shown)
}
