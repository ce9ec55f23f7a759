//! [`Draft`]: a script that the next migration will have, in the manner of those before it.

use std::collections::BTreeMap;

use embed_migrations_core::{Dialect, Direction, OutlineScript, Version};

use super::shape::Shape;
use crate::failure::Failure;
use crate::locate::Located;

/// A script that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Draft {
    shape: Shape,
    direction: Direction,
    dialect: Option<Dialect>,
    /// What stands before it, where its file has sections.
    marker: Option<String>,
    /// The newest that it comes behind, as its file writes the version.
    behind: Option<(Version, String)>,
}

/// What is asked for, where it is not as before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// The dialects that have a script of their own; none is as before.
    pub(super) dialects: &'a [Dialect],
    /// The dialects that `migrations.toml` names: the folder of another is used no more.
    pub(super) served: Option<&'a [Dialect]>,
    /// Whether there is a down script.
    pub(super) down: Option<bool>,
}

/// The scripts of the next migration, up before down.
pub(super) fn drafts(
    scripts: &[OutlineScript],
    located: &Located,
    wanted: Wanted<'_>,
) -> Result<Vec<Draft>, Failure> {
    let mut drafts = Vec::new();
    for script in pattern(scripts, located, wanted.served)? {
        drafts.push(Draft::like(script, located)?);
    }
    if drafts.is_empty() {
        drafts.push(Draft::usual());
    }
    let drafts = for_dialects(drafts, wanted.dialects);
    Ok(with_downs(drafts, wanted.down))
}

/// The scripts that the next migration has, too: those of the newest migration. Where that lies in the folder of a dialect,
/// each folder is a directory of its own with a newest migration of its own.
fn pattern<'a>(
    scripts: &'a [OutlineScript],
    located: &Located,
    served: Option<&[Dialect]>,
) -> Result<Vec<&'a OutlineScript>, Failure> {
    let Some(last) = scripts.last() else {
        return Ok(Vec::new());
    };
    let mut found = Vec::with_capacity(scripts.len());
    let mut newest: BTreeMap<Option<Dialect>, Version> = BTreeMap::new();
    for script in scripts {
        let folder = shape(script, located)?.folder();
        newest.insert(folder, script.version);
        found.push((folder, script));
    }
    let is_last = |script: &OutlineScript| script.version == last.version;
    let in_folders = found
        .iter()
        .any(|(folder, script)| folder.is_some() && is_last(script));
    let is_served = |dialect: Dialect| served.is_none_or(|served| served.contains(&dialect));
    found.retain(|(folder, script)| match folder {
        None => is_last(script),
        Some(dialect) => in_folders && is_served(*dialect) && newest[folder] == script.version,
    });
    found.sort_by_key(|(folder, _)| *folder);
    Ok(found.into_iter().map(|(_, script)| script).collect())
}

/// The path of a script without its version and name.
pub(super) fn shape(script: &OutlineScript, located: &Located) -> Result<Shape, Failure> {
    let below = located.below(&script.path);
    Shape::of(below, &script.label, &script.name).ok_or_else(|| {
        Failure::refused(format!(
            "`{}` has a layout that cannot be continued",
            script.path
        ))
        .hint("write the files of the next migration by hand")
    })
}

/// The same scripts for other dialects.
fn for_dialects(drafts: Vec<Draft>, dialects: &[Dialect]) -> Vec<Draft> {
    if dialects.is_empty() {
        return drafts;
    }
    let any = drafts[0].dialect;
    let of = |dialect: Dialect| {
        let own = drafts
            .iter()
            .filter(move |draft| draft.dialect == Some(dialect));
        let other = drafts
            .iter()
            .filter(move |draft| draft.dialect == any)
            .map(move |draft| Draft {
                shape: draft.shape.with_dialect(dialect),
                dialect: Some(dialect),
                ..draft.clone()
            });
        let own: Vec<Draft> = own.cloned().collect();
        if own.is_empty() { other.collect() } else { own }
    };
    dialects.iter().flat_map(|dialect| of(*dialect)).collect()
}

/// The same scripts with or without those that undo them.
fn with_downs(mut drafts: Vec<Draft>, down: Option<bool>) -> Vec<Draft> {
    let has_down = drafts
        .iter()
        .any(|draft| draft.direction == Direction::Down);
    match down {
        Some(true) if !has_down => drafts
            .into_iter()
            .flat_map(|up| {
                [
                    up.with_direction(Direction::Up),
                    up.with_direction(Direction::Down),
                ]
            })
            .collect(),
        Some(false) => {
            drafts.retain(|draft| draft.direction == Direction::Up);
            drafts
        }
        _ => drafts,
    }
}

impl Draft {
    fn usual() -> Self {
        Self {
            shape: Shape::usual(),
            direction: Direction::Up,
            dialect: None,
            marker: None,
            behind: None,
        }
    }

    fn like(script: &OutlineScript, located: &Located) -> Result<Self, Failure> {
        Ok(Self {
            shape: shape(script, located)?,
            direction: script.direction,
            dialect: script.dialect,
            marker: marker(script, located)?,
            behind: Some((script.version, script.label.clone())),
        })
    }

    /// A file with sections has both directions; any other is one of two.
    fn with_direction(&self, direction: Direction) -> Self {
        let shape = match self.marker {
            Some(_) => self.shape.clone(),
            None => self.shape.with_direction(direction),
        };
        Self {
            shape,
            direction,
            marker: self
                .marker
                .as_deref()
                .map(|marker| turned(marker, direction)),
            ..self.clone()
        }
    }

    /// The newest that it comes behind, in its folder where that is a directory of its own.
    pub(super) fn behind(&self) -> Option<(Version, &str)> {
        let (version, label) = self.behind.as_ref()?;
        Some((*version, label))
    }

    /// Its file below the directory.
    pub(super) fn path(&self, label: &str, name: &str) -> String {
        self.shape.path(label, name)
    }

    /// What stands in its file before there is any SQL. A comment alone is a migration that does nothing; it begins with
    /// the version, so that no name can be read as a marker or a directive.
    pub(super) fn text(&self, label: &str, name: &str) -> String {
        let marker = self
            .marker
            .as_ref()
            .map_or(String::new(), |marker| format!("{marker}\n"));
        let what = match self.direction {
            Direction::Up => "what it does",
            Direction::Down => "how it is undone",
        };
        format!("{marker}-- {label}_{name}: {what}\n")
    }
}

/// The line before a section, without what it says about that section alone.
fn marker(script: &OutlineScript, located: &Located) -> Result<Option<String>, Failure> {
    if script.first_line == 1 {
        return Ok(None);
    }
    let text = std::fs::read_to_string(located.file(&script.path))
        .map_err(|error| Failure::io("read", &script.path, &error))?;
    let line = text.lines().nth(script.first_line - 2).unwrap_or_default();
    let line = line.trim_start_matches('\u{feff}');
    let words = line.split_whitespace().filter(|word| {
        let word = word.to_ascii_lowercase();
        word != "notransaction" && !word.starts_with("transaction:")
    });
    Ok(Some(words.collect::<Vec<_>>().join(" ")))
}

/// The marker of the other section, in the same manner: `-- migrate:down` for `-- migrate:up`.
fn turned(marker: &str, direction: Direction) -> String {
    let (from, to) = match direction {
        Direction::Up => ("down", "up"),
        Direction::Down => ("up", "down"),
    };
    let lower = marker.to_ascii_lowercase();
    let Some(start) = lower.find(from) else {
        return marker.to_owned();
    };
    let (before, rest) = marker.split_at(start);
    let (word, after) = rest.split_at(from.len());
    let capital = |word: &str| format!("{}{}", word[..1].to_uppercase(), &word[1..]);
    let to = match word {
        _ if word == from => to.to_owned(),
        _ if word == capital(from) => capital(to),
        _ => to.to_uppercase(),
    };
    format!("{before}{to}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marker_of_the_other_section_is_written_in_the_same_manner() {
        let down = |marker| turned(marker, Direction::Down);
        assert_eq!(down("-- migrate:up"), "-- migrate:down");
        assert_eq!(down("-- +goose Up"), "-- +goose Down");
        assert_eq!(down("-- +goose UP"), "-- +goose DOWN");
        assert_eq!(down("-- Up Migration"), "-- Down Migration");
        assert_eq!(down("-- Up"), "-- Down");
        assert_eq!(turned("-- Up", Direction::Up), "-- Up");
    }
}
