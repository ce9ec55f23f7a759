//! Words alone: `-- Up` and `-- Down`, and node-pg-migrate's `-- Up Migration`, behind which anything may stand.

use super::Style;
use super::marker::{Comment, Said, after};
use crate::Direction;

/// A marker has few words.
const MOST_BYTES: usize = 64;

pub(super) fn read(comment: &Comment, style: Option<Style>) -> Option<Said> {
    let Comment { text, .. } = *comment;
    let words = comment.words();
    if style != Some(Style::NodePgMigrate)
        && let Some(direction) = plain(words)
    {
        return Some(Said::section(Style::Plain, direction));
    }
    if style != Some(Style::Plain)
        && let Some((direction, more)) = node_pg_migrate(words)
    {
        let said = Said::section(Style::NodePgMigrate, direction);
        let is_sentence = more.trim_start().starts_with(char::is_alphanumeric);
        if style.is_some() || !is_sentence {
            return Some(said);
        }
        let marker = Style::NodePgMigrate.marker(direction);
        return Some(doubtful(said).mistaken(
            "a marker for node-pg-migrate, or only a comment",
            format!("write `{marker}` and nothing else on the line, or begin the comment with another word"),
        ));
    }
    let direction = nearly(words)?;
    let marker = style.unwrap_or(Style::Plain).marker(direction);
    Some(doubtful(Said::section(Style::Plain, direction)).mistaken(
        format!("`{text}` is nearly a marker"),
        format!(
            "write `{marker}` and nothing else on the line, or begin the comment with another word"
        ),
    ))
}

fn doubtful(said: Said) -> Said {
    Said {
        is_doubtful: true,
        ..said
    }
}

/// `Up`, `Up migration`, `Down`, `Down migration`, `Down migration (rollback)`, in any case.
fn plain(words: &str) -> Option<Direction> {
    let (direction, rest) = direction(words)?;
    let mut rest = rest.split_whitespace();
    let is_word =
        |word: Option<&str>, known| word.is_none_or(|word: &str| word.eq_ignore_ascii_case(known));
    let is_marker = is_word(rest.next(), "migration")
        && (direction == Direction::Up || is_word(rest.next(), "(rollback)"))
        && rest.next().is_none();
    is_marker.then_some(direction)
}

/// What node-pg-migrate looks for, and what follows it.
fn node_pg_migrate(words: &str) -> Option<(Direction, &str)> {
    let (direction, rest) = direction(words)?;
    let more = after(rest.trim_start(), "migration")?;
    Some((direction, after(more, "s").unwrap_or(more)))
}

/// The word for a direction, and what follows it.
fn direction(words: &str) -> Option<(Direction, &str)> {
    let first = words.split_whitespace().next()?;
    let direction = of(first)?;
    Some((direction, &words[first.len()..]))
}

fn of(word: &str) -> Option<Direction> {
    [Direction::Up, Direction::Down]
        .into_iter()
        .find(|direction| word.eq_ignore_ascii_case(direction.name()))
}

/// `Down:`, `== DOWN ==`, `Down (rollback)`, `Migration: up`.
fn nearly(words: &str) -> Option<Direction> {
    if words.len() > MOST_BYTES {
        return None;
    }
    let mut found = None;
    for word in words.split(|c: char| !c.is_alphanumeric()) {
        let direction = of(word);
        if found.is_some() && direction.is_some() {
            return None;
        }
        if direction.is_none() && !word.is_empty() && !is_usual(word) {
            return None;
        }
        found = found.or(direction);
    }
    found
}

/// A word that people put beside the direction.
fn is_usual(word: &str) -> bool {
    [
        "migration",
        "migrate",
        "rollback",
        "section",
        "script",
        "sql",
    ]
    .iter()
    .any(|usual| word.eq_ignore_ascii_case(usual))
}
