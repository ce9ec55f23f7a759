//! sql-migrate: a command is a line that begins with `-- +migrate `.

use super::Style;
use super::marker::{Choice, Comment, Said, Says, after, is_about_transactions, meant};
use crate::Direction;

/// In this case. sql-migrate passes over any other, and runs what follows with what stands above.
const COMMANDS: [&str; 4] = ["Up", "Down", "StatementBegin", "StatementEnd"];

const OPTION: &str = "notransaction";

pub(super) fn read(comment: &Comment) -> Option<Said> {
    let Comment { text, is_indented } = *comment;
    let rest = after(comment.words(), "+migrate")?;
    if rest.starts_with(char::is_alphanumeric) {
        return None;
    }
    let mut words = rest.split_whitespace();
    let written = words.next().unwrap_or_default();
    let exact = COMMANDS.into_iter().find(|known| *known == written);
    let Some(command) = exact.or_else(|| meant(written, &COMMANDS)) else {
        return Some(Said::new(Style::SqlMigrate, Says::Nothing).mistaken(
            format!("`{text}` is no command of sql-migrate"),
            format!("sql-migrate knows `{}`", COMMANDS.join("`, `")),
        ));
    };
    let mut said = match command {
        "Up" => section(Direction::Up, words),
        "Down" => section(Direction::Down, words),
        "StatementBegin" => Said::new(Style::SqlMigrate, Says::StatementBegin),
        _ => Said::new(Style::SqlMigrate, Says::StatementEnd),
    };
    if exact.is_none() {
        said = said.mistaken(
            format!("`{text}` is no command of sql-migrate"),
            format!("did you mean `-- +migrate {command}`?"),
        );
    }
    if is_indented || !text.starts_with("-- +migrate ") {
        said = said.mistaken(
            "sql-migrate passes over a command that is not written exactly so",
            format!("write `-- +migrate {command}` at the beginning of the line"),
        );
    }
    Some(said)
}

/// Words that are no option say nothing.
fn section<'a>(direction: Direction, words: impl Iterator<Item = &'a str>) -> Said {
    let says = |word: &str| match word {
        OPTION => Choice::NoTransaction,
        _ if is_about_transactions(word) => Choice::Unknown,
        _ => Choice::Nothing,
    };
    Said::with_options(
        Style::SqlMigrate,
        direction,
        words,
        says,
        &format!("`{OPTION}`"),
    )
}
