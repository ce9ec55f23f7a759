//! A script where there is none.

use std::collections::{BTreeMap, BTreeSet};

use super::{Named, called, ups_and_downs};
use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::name::{Layout, Name};
use crate::{Dialect, Direction};

/// What a migration lacks.
pub(super) fn missing(
    scripts: &[Named],
    used: &BTreeMap<Dialect, String>,
    config: &Config,
) -> Vec<Diagnostic> {
    let mut found = missing_up(scripts);
    found.extend(other_name(scripts));
    found.extend(missing_dialect(scripts, used, config));
    if config.require_down {
        found.extend(missing_down(scripts));
    }
    found
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
            .hint("add the up script, remove this one, or name it in `ignore` of `migrations.toml`");
            let file = script.path.rsplit('/').next().unwrap_or_default();
            match file.strip_prefix('U') {
                Some(after) if down.layout == Layout::Prefixed => mistake.hint(format!(
                    "if it comes from refinery, which applies files with `U`, rename it to `V{after}`"
                )),
                _ => mistake,
            }
        })
        .collect()
}

/// The down scripts that are called otherwise than the up script of their version, as after a slip in one of the two
/// numbers. Flyway's are free to be.
fn other_name(scripts: &[Named]) -> Vec<Diagnostic> {
    let (ups, downs) = ups_and_downs(scripts);
    let free = |down: &Name| down.layout == Layout::Prefixed;
    downs
        .into_iter()
        .filter(|(down, _)| !free(down))
        .filter_map(|(down, script)| {
            let mut undone = ups.iter().filter(|(up, _)| up.meets(down));
            let (up, up_script) = undone.clone().next()?;
            if undone.any(|(up, _)| up.name == down.name) {
                return None;
            }
            Some(
                Diagnostic::new(
                    Code::OtherNameOfDown,
                    format!(
                        "the scripts of version {} have two names: `{}` goes up and `{}` goes down",
                        up.label, up.name, down.name
                    ),
                    Place::whole(&script.path),
                )
                .related(Place::whole(&up_script.path))
                .hint("give both the same name, or the one that is another migration a version of its own"),
            )
        })
        .collect()
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
        .filter(|(up, _)| up.subject.is_versioned() && !is_undone(up))
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

/// The dialects that have no folder where others have one, and nothing else that serves them.
pub(super) fn without_folder(scripts: &[Named], config: &Config) -> Vec<Diagnostic> {
    let Some((_, example)) = scripts.iter().find(|(name, _)| name.in_folder) else {
        return Vec::new();
    };
    let is_served = |dialect: Dialect| {
        scripts
            .iter()
            .filter(|(name, _)| !name.subject.is_callback())
            .any(|(name, _)| name.dialect.is_none_or(|own| own == dialect))
    };
    let asked_for = config.dialects.iter().flatten().copied();
    asked_for
        .filter(|dialect| !is_served(*dialect))
        .map(|dialect| {
            Diagnostic::new(
                Code::MissingDialect,
                format!("nothing serves {dialect}, which `dialects` asks for"),
                Place::whole(&example.path),
            )
            .hint(format!(
                "add the folder `{}`, or take the word out of `dialects`",
                dialect.name()
            ))
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
