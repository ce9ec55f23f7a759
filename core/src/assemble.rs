//! Stage 7: from scripts to migrations, in order.

mod duplicate;
mod missing;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::directory::{
    DirectoryCallback, DirectoryMigration, DirectoryRepeatable, DirectoryScript,
};
use crate::name::{Name, Subject};
use crate::{Dialect, Direction, Version};
use duplicate::duplicates;
use missing::{missing, without_folder};

/// A script and what its path says.
pub(crate) type Named = (Name, DirectoryScript);

/// The migrations of a directory, and what is wrong with their order.
pub(crate) struct Assembled {
    pub(crate) migrations: Vec<DirectoryMigration>,
    pub(crate) repeatables: Vec<DirectoryRepeatable>,
    pub(crate) callbacks: Vec<DirectoryCallback>,
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
    let mut subjects: BTreeMap<Subject, Vec<Named>> = BTreeMap::new();
    for named in scripts {
        subjects
            .entry(named.0.subject.clone())
            .or_default()
            .push(named);
    }
    let mut assembled = Assembled {
        migrations: Vec::new(),
        repeatables: Vec::new(),
        callbacks: Vec::new(),
        mistakes,
    };
    for (subject, mut scripts) in subjects {
        scripts.sort_by_key(|(name, script)| (script.direction, name.dialect, script.path.clone()));
        assembled.mistakes.extend(duplicates(&scripts));
        let is_unclear = matches!(&subject, Subject::Version(version) if unclear.contains(version));
        if !is_unclear {
            assembled.mistakes.extend(missing(&scripts, &used, config));
        }
        if !subject.is_versioned() {
            assembled.mistakes.extend(undone(&scripts));
        }
        let scripts = scripts.into_iter().map(|(_, script)| script).collect();
        assembled.push(subject, scripts);
    }
    assembled
}

impl Assembled {
    fn push(&mut self, subject: Subject, scripts: Vec<DirectoryScript>) {
        match subject {
            Subject::Version(version) => {
                self.migrations
                    .push(DirectoryMigration { version, scripts });
            }
            Subject::Repeatable(name) => {
                self.repeatables.push(DirectoryRepeatable { name, scripts });
            }
            Subject::Callback(event, description) => self.callbacks.push(DirectoryCallback {
                event,
                description,
                scripts,
            }),
        }
    }
}

/// The scripts that undo what is never undone: a section of its file, for its name cannot say so.
fn undone(scripts: &[Named]) -> Vec<Diagnostic> {
    let (_, downs) = ups_and_downs(scripts);
    let told = downs.into_iter().map(|(name, script)| {
        let (what, why) = if name.subject.is_callback() {
            (
                "callback",
                "what is run around an undoing is a callback of its own, `beforeUndo.sql` for one",
            )
        } else {
            (
                "repeatable",
                "a repeatable is applied again whenever it changes",
            )
        };
        Diagnostic::new(
            Code::SectionOrder,
            format!("a {what} is never undone"),
            Place::whole(&script.path),
        )
        .hint(format!("remove the section for down: {why}"))
    });
    told.collect()
}

/// Two layouts in one directory; the folder of a dialect is one of its own, and what has no version goes with any layout.
fn mixed_layouts(scripts: &[Named]) -> Vec<Diagnostic> {
    let mut firsts: BTreeMap<Option<Dialect>, &Named> = BTreeMap::new();
    let mut found: BTreeMap<Option<Dialect>, Diagnostic> = BTreeMap::new();
    for named in scripts {
        let (name, script) = named;
        if !name.subject.is_versioned() {
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

fn ups_and_downs(scripts: &[Named]) -> (Vec<&Named>, Vec<&Named>) {
    scripts
        .iter()
        .partition(|(_, script)| script.direction == Direction::Up)
}

fn called(name: &Name) -> String {
    match &name.subject {
        Subject::Version(_) => format!("migration {}", name.label),
        Subject::Repeatable(name) => format!("repeatable {name}"),
        Subject::Callback(event, description) if description.is_empty() => {
            format!("callback {}", event.name())
        }
        Subject::Callback(event, description) => {
            format!("callback {}__{description}", event.name())
        }
    }
}
