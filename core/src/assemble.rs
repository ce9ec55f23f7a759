//! Stage 7: from scripts to migrations, in order.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::directory::{Config, DirectoryMigration, DirectoryScript};
use crate::name::Name;
use crate::{Dialect, Direction, Version};

type Named = (Name, DirectoryScript);

/// Puts the scripts of each version together and orders the versions.
///
/// A version that is `unclear` has files that could not be read: nothing is said to be missing from it.
pub(crate) fn assemble(
    scripts: Vec<Named>,
    unclear: &BTreeSet<Version>,
    config: &Config,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<DirectoryMigration> {
    diagnostics.extend(mixed_layouts(&scripts));
    let mut used = BTreeMap::new();
    for (name, script) in &scripts {
        if let (Some(dialect), Direction::Up) = (name.dialect, name.direction) {
            used.entry(dialect).or_insert_with(|| script.path.clone());
        }
    }
    let mut versions: BTreeMap<Version, Vec<Named>> = BTreeMap::new();
    for named in scripts {
        versions.entry(named.0.version).or_default().push(named);
    }
    versions
        .into_values()
        .filter_map(|mut scripts| {
            scripts
                .sort_by_key(|(name, script)| (name.direction, name.dialect, script.path.clone()));
            diagnostics.extend(duplicates(&scripts));
            let (name, _) = scripts.first()?;
            if !unclear.contains(&name.version) {
                diagnostics.extend(missing(&scripts, &used, config));
            }
            migration(scripts)
        })
        .collect()
}

fn migration(scripts: Vec<Named>) -> Option<DirectoryMigration> {
    let (first, _) = scripts.first()?;
    Some(DirectoryMigration {
        version: first.version,
        label: first.label.clone(),
        name: first.name.clone(),
        scripts: scripts.into_iter().map(|(_, script)| script).collect(),
    })
}

/// What a migration lacks.
fn missing(
    scripts: &[Named],
    used: &BTreeMap<Dialect, String>,
    config: &Config,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    found.extend(missing_up(scripts));
    found.extend(missing_dialect(scripts, used));
    if config.require_down {
        found.extend(missing_down(scripts));
    }
    found
}

fn mixed_layouts(scripts: &[Named]) -> Option<Diagnostic> {
    let (first, first_script) = scripts.first()?;
    let (other, other_script) = scripts
        .iter()
        .find(|(name, _)| name.layout != first.layout)?;
    Some(
        Diagnostic::new(
            Code::MixedLayouts,
            format!(
                "two layouts in one directory: `{}` and `{}`",
                first.layout.example(),
                other.layout.example()
            ),
            Place::whole(&other_script.path),
        )
        .related(Place::whole(&first_script.path))
        .hint("keep to one of the two; only `0001_name.sql` and `0001_name.up.sql` mix"),
    )
}

/// The files that claim the place of another. Two names with one version are one mistake, however many scripts each has.
fn duplicates(scripts: &[Named]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut firsts: BTreeMap<Direction, &Named> = BTreeMap::new();
    let mut places: BTreeMap<(Direction, Option<Dialect>), &Named> = BTreeMap::new();
    let mut rivals: BTreeSet<&str> = BTreeSet::new();
    for named in scripts {
        let (name, script) = named;
        let (first, first_script) = firsts.entry(name.direction).or_insert(named);
        let twin = places.insert((name.direction, name.dialect), named);
        if first.name != name.name {
            if rivals.insert(&name.name) {
                found.push(duplicate_version(name, script, first_script));
            }
        } else if let Some((_, first)) = twin.filter(|(twin, _)| twin.name == name.name) {
            found.push(duplicate_script(name, script, first));
        }
    }
    found
}

fn duplicate_version(name: &Name, script: &DirectoryScript, first: &DirectoryScript) -> Diagnostic {
    Diagnostic::new(
        Code::DuplicateVersion,
        format!("two migrations have the version {}", name.version),
        Place::whole(&script.path),
    )
    .related(Place::whole(&first.path))
    .hint("give the newer one a version of its own, above every other")
}

fn duplicate_script(name: &Name, script: &DirectoryScript, first: &DirectoryScript) -> Diagnostic {
    let serves = name
        .dialect
        .map_or_else(|| "every dialect".to_owned(), |dialect| dialect.to_string());
    Diagnostic::new(
        Code::DuplicateScript,
        format!(
            "migration {} has two {} scripts for {serves}",
            name.label,
            name.direction.name()
        ),
        Place::whole(&script.path),
    )
    .related(Place::whole(&first.path))
    .hint("keep one of the two")
}

fn missing_up(scripts: &[Named]) -> Option<Diagnostic> {
    let (name, script) = scripts.first()?;
    (name.direction == Direction::Down).then(|| {
        Diagnostic::new(
            Code::MissingUp,
            format!(
                "migration {} has a down script and no up script",
                name.label
            ),
            Place::whole(&script.path),
        )
        .hint("add the up script, or remove this one")
    })
}

/// The up scripts that no down script undoes.
fn missing_down(scripts: &[Named]) -> Vec<Diagnostic> {
    let (ups, downs): (Vec<&Named>, Vec<&Named>) = scripts
        .iter()
        .partition(|(name, _)| name.direction == Direction::Up);
    let is_undone = |up: &Name| {
        downs
            .iter()
            .any(|(down, _)| down.dialect.is_none() || down.dialect == up.dialect)
    };
    ups.iter()
        .filter(|(up, _)| !is_undone(up))
        .map(|(up, script)| {
            let for_whom = match up.dialect {
                Some(dialect) => format!(" for {dialect}"),
                None if downs.is_empty() => String::new(),
                None => " that serves every dialect".to_owned(),
            };
            Diagnostic::new(
                Code::MissingDown,
                format!("migration {} has no down script{for_whom}", up.label),
                Place::whole(&script.path),
            )
            .hint("add one; a migration that cannot be undone has a down script of one comment that says so")
        })
        .collect()
}

fn missing_dialect(scripts: &[Named], used: &BTreeMap<Dialect, String>) -> Option<Diagnostic> {
    let served: BTreeSet<Option<Dialect>> = scripts
        .iter()
        .filter(|(name, _)| name.direction == Direction::Up)
        .map(|(name, _)| name.dialect)
        .collect();
    if served.is_empty() || served.contains(&None) {
        return None;
    }
    let missing: Vec<(&Dialect, &String)> = used
        .iter()
        .filter(|(dialect, _)| !served.contains(&Some(**dialect)))
        .collect();
    let (name, script) = scripts.first()?;
    (!missing.is_empty()).then(|| {
        let dialects: Vec<String> = missing
            .iter()
            .map(|(dialect, _)| dialect.to_string())
            .collect();
        let mistake = Diagnostic::new(
            Code::MissingDialect,
            format!(
                "migration {} has no script for {}, and others have one",
                name.label,
                dialects.join(" and ")
            ),
            Place::whole(&script.path),
        )
        .hint("add it; where there is nothing to do, a file with a comment that says so");
        missing.into_iter().fold(mistake, |mistake, (_, path)| {
            mistake.related(Place::whole(path))
        })
    })
}
