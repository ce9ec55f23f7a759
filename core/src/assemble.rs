//! Stage 7: from scripts to migrations, in order.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::directory::{DirectoryMigration, DirectoryRepeatable, DirectoryScript};
use crate::name::{Layout, Name, Order};
use crate::{Dialect, Direction, Version};

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
    let mut used = BTreeMap::new();
    for (name, script) in &scripts {
        if let (Some(dialect), Direction::Up, false) =
            (name.dialect, script.direction, name.in_folder)
        {
            used.entry(dialect).or_insert_with(|| script.path.clone());
        }
    }
    let mut orders: BTreeMap<Order, Vec<Named>> = BTreeMap::new();
    for named in scripts {
        orders.entry(named.0.order.clone()).or_default().push(named);
    }
    let (mut migrations, mut repeatables) = (Vec::new(), Vec::new());
    for (order, mut scripts) in orders {
        scripts.sort_by_key(|(name, script)| (script.direction, name.dialect, script.path.clone()));
        mistakes.extend(duplicates(&scripts));
        let is_unclear = matches!(&order, Order::Version(version) if unclear.contains(version));
        if !is_unclear {
            mistakes.extend(missing(&scripts, &used, config));
        }
        if let Order::Repeatable(_) = order {
            mistakes.extend(undone(&scripts));
        }
        let scripts = scripts.into_iter().map(|(_, script)| script).collect();
        match order {
            Order::Version(version) => migrations.push(DirectoryMigration { version, scripts }),
            Order::Repeatable(name) => repeatables.push(DirectoryRepeatable { name, scripts }),
        }
    }
    Assembled {
        migrations,
        repeatables,
        mistakes,
    }
}

/// What a migration lacks.
fn missing(
    scripts: &[Named],
    used: &BTreeMap<Dialect, String>,
    config: &Config,
) -> Vec<Diagnostic> {
    let mut found = missing_up(scripts);
    found.extend(missing_dialect(scripts, used, config));
    if config.require_down {
        found.extend(missing_down(scripts));
    }
    found
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

fn is_repeatable(name: &Name) -> bool {
    matches!(name.order, Order::Repeatable(_))
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

/// The files that claim the place of another. Two names with one version are one mistake, however many scripts each has.
fn duplicates(scripts: &[Named]) -> Vec<Diagnostic> {
    let (ups, _) = ups_and_downs(scripts);
    let called: BTreeSet<&str> = ups.iter().map(|(up, _)| &*up.name).collect();
    // A down script may have another name than the up script that it undoes, as Flyway's have.
    let is_rival = |one: &Name, other: &Name| {
        let names = [&*one.name, &*other.name];
        one.name != other.name && names.iter().all(|name| called.contains(name))
    };
    let mut found = Vec::new();
    let mut rivals: BTreeSet<(Option<Dialect>, &str)> = BTreeSet::new();
    for (index, (name, script)) in scripts.iter().enumerate() {
        let mut earlier = scripts[..index].iter().filter(|(other, other_script)| {
            other_script.direction == script.direction && other.meets(name)
        });
        let first = earlier.clone().next();
        let twin = earlier.find(|(other, _)| other.dialect == name.dialect);
        if let Some(rival) = first.filter(|(first, _)| is_rival(first, name)) {
            if rivals.insert((name.folder(), &name.name)) {
                found.push(duplicate_version(name, script, rival));
            }
        } else if let Some((_, twin)) = twin {
            found.push(duplicate_script(name, script, twin));
        }
    }
    found
}

fn duplicate_version(name: &Name, script: &DirectoryScript, first: &Named) -> Diagnostic {
    let (first, first_script) = first;
    let which = match &name.order {
        Order::Version(version) if name.label != first.label => {
            format!("{version}, written `{}` and `{}`", first.label, name.label)
        }
        _ => name.label.clone(),
    };
    Diagnostic::new(
        Code::DuplicateVersion,
        format!("two migrations have the version {which}"),
        Place::whole(&script.path),
    )
    .related(Place::whole(&first_script.path))
    .hint("give the newer one a version of its own, above every other")
}

fn duplicate_script(name: &Name, script: &DirectoryScript, first: &DirectoryScript) -> Diagnostic {
    let serves = name
        .dialect
        .map_or_else(|| "every dialect".to_owned(), |dialect| dialect.to_string());
    Diagnostic::new(
        Code::DuplicateScript,
        format!(
            "{} has two {} scripts for {serves}",
            called(name),
            script.direction.name()
        ),
        Place::whole(&script.path),
    )
    .related(Place::whole(&first.path))
    .hint("keep one of the two")
}

/// The down scripts that undo no up script.
fn missing_up(scripts: &[Named]) -> Vec<Diagnostic> {
    let undoes = |down: &Name, up: &Name| {
        down.dialect.is_none() || up.dialect.is_none() || up.dialect == down.dialect
    };
    let (ups, downs) = ups_and_downs(scripts);
    downs
        .into_iter()
        .filter(|(down, _)| !ups.iter().any(|(up, _)| undoes(down, up)))
        .map(|(down, script)| {
            let for_whom = match down.dialect {
                Some(dialect) if !ups.is_empty() => format!(" for {dialect}"),
                _ => String::new(),
            };
            let mistake = Diagnostic::new(
                Code::MissingUp,
                format!(
                    "{} has a down script and no up script{for_whom}",
                    called(down)
                ),
                Place::whole(&script.path),
            )
            .hint("add the up script, or remove this one");
            let file = script.path.rsplit('/').next().unwrap_or_default();
            match file.strip_prefix('U') {
                Some(after) if down.layout == Layout::Prefixed => mistake.hint(format!(
                    "with `U`, Flyway undoes and refinery applies: for the latter rename it to `V{after}`"
                )),
                _ => mistake,
            }
        })
        .collect()
}

fn ups_and_downs(scripts: &[Named]) -> (Vec<&Named>, Vec<&Named>) {
    scripts
        .iter()
        .partition(|(_, script)| script.direction == Direction::Up)
}

/// The up scripts that no down script undoes.
fn missing_down(scripts: &[Named]) -> Vec<Diagnostic> {
    let (ups, downs) = ups_and_downs(scripts);
    let is_undone = |up: &Name| {
        downs
            .iter()
            .any(|(down, _)| down.dialect.is_none() || down.dialect == up.dialect)
    };
    ups.iter()
        .filter(|(up, _)| !is_repeatable(up) && !is_undone(up))
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

/// The dialects that nothing of a migration serves. What lies in the folder of a dialect is for that dialect alone.
fn missing_dialect(
    scripts: &[Named],
    used: &BTreeMap<Dialect, String>,
    config: &Config,
) -> Option<Diagnostic> {
    let served: BTreeSet<Option<Dialect>> = scripts
        .iter()
        .filter(|(_, script)| script.direction == Direction::Up)
        .map(|(name, _)| name.dialect)
        .collect();
    let in_folder = scripts.iter().any(|(name, _)| name.in_folder);
    if in_folder || served.is_empty() || served.contains(&None) {
        return None;
    }
    let expected: BTreeSet<Dialect> = match &config.dialects {
        Some(dialects) => dialects.iter().copied().collect(),
        None => used.keys().copied().collect(),
    };
    let missing: Vec<Dialect> = expected
        .into_iter()
        .filter(|dialect| !served.contains(&Some(*dialect)))
        .collect();
    let (name, script) = scripts.first()?;
    if missing.is_empty() {
        return None;
    }
    let why = if config.dialects.is_some() {
        "which `dialects` asks for"
    } else {
        "and others have one"
    };
    let dialects: Vec<String> = missing.iter().map(Dialect::to_string).collect();
    let mistake = Diagnostic::new(
        Code::MissingDialect,
        format!(
            "{} has no script for {}, {why}",
            called(name),
            dialects.join(" and ")
        ),
        Place::whole(&script.path),
    )
    .hint("add it; where there is nothing to do, a file with a comment that says so");
    let examples = missing.iter().filter_map(|dialect| used.get(dialect));
    Some(examples.fold(mistake, |mistake, path| mistake.related(Place::whole(path))))
}

fn called(name: &Name) -> String {
    match &name.order {
        Order::Version(_) => format!("migration {}", name.label),
        Order::Repeatable(name) => format!("repeatable {name}"),
    }
}
