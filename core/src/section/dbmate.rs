//! dbmate: a marker is a line that begins with `--`, blanks or none, and `migrate:up` or `migrate:down`.

use super::Style;
use super::marker::{Choice, Comment, Said, Says, is_about_transactions, meant};
use crate::Direction;

/// In this case.
const DIRECTIONS: [&str; 2] = ["up", "down"];

pub(super) fn read(comment: &Comment) -> Option<Said> {
    let Comment { text, is_indented } = *comment;
    let (migrate, rest) = comment.words().split_once(':')?;
    if !migrate.trim_end().eq_ignore_ascii_case("migrate") {
        return None;
    }
    let (written, options) = written(rest)?;
    let exact = DIRECTIONS.into_iter().find(|known| *known == written);
    let Some(word) = exact.or_else(|| meant(written, &DIRECTIONS)) else {
        return Some(Said::new(Style::Dbmate, Says::Nothing).mistaken(
            format!("`{text}` is no marker of dbmate"),
            "dbmate knows `-- migrate:up` and `-- migrate:down`; begin a comment with another word",
        ));
    };
    let direction = if word == "up" {
        Direction::Up
    } else {
        Direction::Down
    };
    let mut said = section(direction, options);
    let marker = Style::Dbmate.marker(direction);
    let is_written_so = text
        .strip_prefix("--")
        .is_some_and(|rest| rest.trim_start().starts_with("migrate:"));
    if exact.is_none() || !is_written_so || rest.starts_with(char::is_whitespace) {
        said = said.mistaken(
            format!("`{text}` is no marker of dbmate"),
            format!("did you mean `{marker}`?"),
        );
    }
    if is_indented {
        said = said.mistaken(
            "dbmate passes over a marker that does not begin its line",
            "remove the blanks before it",
        );
    }
    Some(said)
}

/// The word behind the colon, and what follows it. Behind a blank there may be a sentence.
fn written(rest: &str) -> Option<(&str, &str)> {
    let word = rest.split_whitespace().next()?;
    if rest.starts_with(char::is_whitespace) {
        let alone = rest.trim();
        let is_direction = DIRECTIONS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(alone));
        return is_direction.then_some((alone, ""));
    }
    Some((word, &rest[word.len()..]))
}

/// A word without a colon says nothing.
fn section(direction: Direction, options: &str) -> Said {
    let says = |word: &str| match word {
        "transaction:false" => Choice::NoTransaction,
        "transaction:true" => Choice::Nothing,
        _ if word.contains(':') || is_about_transactions(word) => Choice::Unknown,
        _ => Choice::Nothing,
    };
    let known = "`transaction:false`, without blanks";
    Said::with_options(
        Style::Dbmate,
        direction,
        options.split_whitespace(),
        says,
        known,
    )
}
