//! Stage 7: from scripts to migrations, in order.

mod duplicate;
mod missing;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::directory::{DirectoryMigration, DirectoryRepeatable, DirectoryScript};
use crate::name::Name;
use crate::{Dialect, Direction, Key, Version};
use duplicate::duplicates;
use missing::{missing, without_folder};

/// A script and what its path says.
pub(crate) type Named = (Name, DirectoryScript);

/// The migrations of a directory, and what is wrong with their order.
pub(crate) struct Assembled {
    pub(crate) migrations: Vec<DirectoryMigration>,
    pub(crate) repeatables: Vec<DirectoryRepeatable>,
    pub(crate) mistakes: Vec<Diagnostic>,
}

/// Puts the scripts of each version together and orders the versions.
///
/// A version that is `unclear` has files that could not be read: nothing is said to be missing from it.
pub(crate) fn assemble(
    scripts: Vec<Named>,
    unclear: &BTreeSet<Version>,
    config: &Config,
) -> Assembled {
    let mut mistakes = mixed_layouts(&scripts);
    mistakes.extend(without_folder(&scripts, config));
    let mut used = BTreeMap::new();
    for (name, script) in &scripts {
        if let (Some(dialect), Direction::Up, false) =
            (name.dialect, script.direction, name.in_folder)
        {
            used.entry(dialect).or_insert_with(|| script.path.clone());
        }
    }
    let mut keys: BTreeMap<Key, Vec<Named>> = BTreeMap::new();
    for named in scripts {
        keys.entry(named.0.key.clone()).or_default().push(named);
    }
    let (mut migrations, mut repeatables) = (Vec::new(), Vec::new());
    for (key, mut scripts) in keys {
        scripts.sort_by_key(|(name, script)| (script.direction, name.dialect, script.path.clone()));
        mistakes.extend(duplicates(&scripts));
        let is_unclear = matches!(&key, Key::Version(version) if unclear.contains(version));
        if !is_unclear {
            mistakes.extend(missing(&scripts, &used, config));
        }
        if let Key::Repeatable(_) = key {
            mistakes.extend(undone(&scripts));
        }
        let scripts = scripts.into_iter().map(|(_, script)| script).collect();
        match key {
            Key::Version(version) => migrations.push(DirectoryMigration { version, scripts }),
            Key::Repeatable(name) => repeatables.push(DirectoryRepeatable {
                name: name.into_owned(),
                scripts,
            }),
        }
    }
    Assembled {
        migrations,
        repeatables,
        mistakes,
    }
}

/// The scripts of a repeatable that undo it: a section of its file, for its name cannot say so.
fn undone(scripts: &[Named]) -> Vec<Diagnostic> {
    let (_, downs) = ups_and_downs(scripts);
    let told = downs.into_iter().map(|(_, script)| {
        Diagnostic::new(
            Code::SectionOrder,
            "a repeatable is never undone",
            Place::whole(&script.path),
        )
        .hint("remove the section for down: a repeatable is applied again whenever it changes")
    });
    told.collect()
}

/// Two layouts in one directory; the folder of a dialect is one of its own, and a repeatable goes with any layout.
fn mixed_layouts(scripts: &[Named]) -> Vec<Diagnostic> {
    let mut firsts: BTreeMap<Option<Dialect>, &Named> = BTreeMap::new();
    let mut found: BTreeMap<Option<Dialect>, Diagnostic> = BTreeMap::new();
    for named in scripts {
        let (name, script) = named;
        if is_repeatable(name) {
            continue;
        }
        let (first, first_script) = firsts.entry(name.folder()).or_insert(named);
        if name.layout != first.layout {
            found.entry(name.folder()).or_insert_with(|| {
                Diagnostic::new(
                    Code::MixedLayouts,
                    format!(
                        "two layouts in one directory: `{}` and `{}`",
                        first.layout.example(),
                        name.layout.example()
                    ),
                    Place::whole(&script.path),
                )
                .related(Place::whole(&first_script.path))
                .hint("keep to one of the two; only `0001_name.sql` and `0001_name.up.sql` mix")
            });
        }
    }
    found.into_values().collect()
}

fn is_repeatable(name: &Name) -> bool {
    matches!(name.key, Key::Repeatable(_))
}

fn ups_and_downs(scripts: &[Named]) -> (Vec<&Named>, Vec<&Named>) {
    scripts
        .iter()
        .partition(|(_, script)| script.direction == Direction::Up)
}

fn called(name: &Name) -> String {
    match &name.key {
        Key::Version(_) => format!("migration {}", name.label),
        Key::Repeatable(name) => format!("repeatable {name}"),
    }
}
