//! `check`: what the build would say, without the build.

use clap::ValueEnum;
use clap::builder::PossibleValue;
use embed_migrations_core::Directory;
use embed_migrations_core::diagnostic::{Diagnostic, Severity};

use super::options::Options;
use crate::dialects::Chosen;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::locate::Located;

/// Tells every mistake that the build would tell.
#[derive(Debug, Clone, clap::Args)]
pub struct Check {
    /// How mistakes are written [default: rustc, or json with --json]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
    /// Warnings count as mistakes
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Option<Deny>,
}

/// How mistakes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// As the compiler writes them
    Rustc,
    /// As `--json` everywhere
    Json,
    /// Annotations of GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// GitLab's code quality report
    Gitlab,
}

/// What counts as a mistake, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Deny {
    /// All that is told
    Warnings,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checked {
    pub(crate) format: Format,
    pub(crate) directory: String,
    pub(crate) chosen: Chosen,
    /// How many there are, where the directory can be read.
    pub(crate) migrations: Option<usize>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Check {
    pub(crate) fn run(&self, options: &Options) -> Result<Checked, Failure> {
        let format = self.format(options)?;
        let located = Located::find(options.dir.as_deref())?;
        let chosen = Chosen::new(&located, &options.dialects);
        let asked = embed_migrations_core::Options {
            deny_warnings: self.deny.is_some(),
            ..chosen.options()
        };
        let read = Directory::read(&located.path, &located.shown, &asked);
        let (migrations, diagnostics) = match read {
            Ok(directory) => (
                Some(directory.migrations.len() + directory.repeatables.len()),
                directory.warnings,
            ),
            Err(mistakes) => (None, mistakes),
        };
        Ok(Checked {
            format,
            directory: located.shown,
            chosen,
            migrations,
            diagnostics: diagnostics.iter().cloned().collect(),
        })
    }

    /// The one format that is asked for. What clap knows of conflicts does not reach an option before the verb.
    fn format(&self, options: &Options) -> Result<Format, Failure> {
        match (self.format, options.json) {
            (None, false) => Ok(Format::Rustc),
            (None | Some(Format::Json), true) => Ok(Format::Json),
            (Some(format), false) => Ok(format),
            (Some(format), true) => {
                let value = format.to_possible_value();
                let name = value.as_ref().map_or("", PossibleValue::get_name);
                Err(Failure::usage(format!(
                    "`--json` and `--format {name}` ask for two formats"
                ))
                .hint("leave one of them out"))
            }
        }
    }
}

impl Checked {
    /// How many errors and how many warnings there are.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let is_error = |found: &&Diagnostic| found.severity() == Severity::Deny;
        let errors = self.diagnostics.iter().filter(is_error).count();
        (errors, self.diagnostics.len() - errors)
    }

    pub(crate) fn exit(&self) -> Exit {
        match self.counts() {
            (0, _) => Exit::Fine,
            _ => Exit::Findings,
        }
    }
}
