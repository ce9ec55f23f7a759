//! goose: an annotation is a line that begins with `--` and holds `+goose`.

use super::Style;
use super::marker::{Comment, Said, Says, after, meant};
use crate::Direction;

/// In any case, and with single blanks inside.
const ANNOTATIONS: [&str; 7] = [
    "Up",
    "Down",
    "StatementBegin",
    "StatementEnd",
    "NO TRANSACTION",
    ENVSUB_ON,
    "ENVSUB OFF",
];

const ENVSUB_ON: &str = "ENVSUB ON";

const WORD: &str = "+goose";

pub(super) fn read(comment: &Comment) -> Option<Said> {
    let Comment { text, is_indented } = *comment;
    if !text.contains(WORD) {
        return in_another_case(comment);
    }
    // goose takes every `--` and one `+goose` out of the line; what is left is the annotation.
    let written = text.replace("--", "").replacen(WORD, "", 1);
    let written = written.trim();
    let exact = ANNOTATIONS
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(written));
    if exact.is_none() && !comment.words().starts_with(WORD) {
        return None;
    }
    let meant = exact.or_else(|| meant(written, &ANNOTATIONS));
    let mut said = meant.map_or_else(|| Said::new(Style::Goose, Says::Nothing), annotation);
    if exact.is_none() {
        said = said.mistaken(
            format!("`{text}` is no annotation of goose"),
            meant.map_or_else(all, |meant| format!("did you mean `-- +goose {meant}`?")),
        );
    }
    if is_indented {
        said = said.mistaken(
            "goose refuses an annotation that does not begin its line",
            "remove the blanks before it",
        );
    }
    Some(said)
}

/// goose knows `+goose` in lower case only.
fn in_another_case(comment: &Comment) -> Option<Said> {
    let written = after(comment.words(), WORD)?.trim();
    let known = ANNOTATIONS
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(written))?;
    Some(annotation(known).mistaken(
        "goose reads `+goose` in lower case only",
        format!("write `-- +goose {known}`"),
    ))
}

fn annotation(known: &str) -> Said {
    match known {
        "Up" => Said::section(Style::Goose, Direction::Up),
        "Down" => Said::section(Style::Goose, Direction::Down),
        "StatementBegin" => Said::new(Style::Goose, Says::StatementBegin),
        "StatementEnd" => Said::new(Style::Goose, Says::StatementEnd),
        "NO TRANSACTION" => Said::new(Style::Goose, Says::NoTransaction),
        ENVSUB_ON => Said::new(Style::Goose, Says::Nothing).mistaken(
            "`ENVSUB ON` wants environment variables in the SQL, and what is embedded is the same everywhere",
            "write out what each `${…}` stands for, and remove the annotation",
        ),
        _ => Said::new(Style::Goose, Says::Nothing),
    }
}

fn all() -> String {
    let known = ANNOTATIONS.map(|known| format!("`{known}`"));
    format!("goose knows {}", known.join(", "))
}
