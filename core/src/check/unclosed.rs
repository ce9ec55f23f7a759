//! What is opened and never closed.

use super::Source;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::lex::{Open, Unterminated};

pub(super) fn never_closed(source: &Source, open: &Unterminated) -> Diagnostic {
    let text = source.text;
    let rest = &text[open.at..];
    let (what, hint) = match open.what {
        Open::String => (
            "string",
            format!("close it with {}; one inside is doubled", quote(rest)),
        ),
        Open::Name => ("quoted name", format!("close it with {}", quote(rest))),
        Open::Comment if rest[2..].contains("/*") && rest.contains("*/") => (
            "comment",
            "close it with `*/`, and each `/*` inside too: in PostgreSQL comments nest".to_owned(),
        ),
        Open::Comment => ("comment", "close it with `*/`".to_owned()),
        Open::DollarQuote => {
            let tag = rest.split_inclusive('$').take(2).collect::<String>();
            ("dollar-quoted string", format!("close it with `{tag}`"))
        }
        Open::Parenthesis => ("parenthesis", "close it with `)`".to_owned()),
        Open::Body => (
            "body of the trigger or routine",
            "close it with `END`, and every `CASE` and every block in it too".to_owned(),
        ),
    };
    let end = rest
        .find(|c: char| c.is_whitespace() || c == ';')
        .map_or(text.len(), |length| open.at + length.max(1));
    Diagnostic::new(
        Code::Unterminated,
        format!("the {what} is never closed"),
        Place::text(source.path, text, open.at..end)
            .from_line(source.first_line)
            .label("opened here"),
    )
    .hint(hint)
}

/// What closes a quoted text, which may begin with a prefix such as `E`.
fn quote(opened: &str) -> &'static str {
    match opened.chars().find(|c| matches!(c, '\'' | '"' | '`' | '[')) {
        Some('"') => "`\"`",
        Some('`') => "a backtick",
        Some('[') => "`]`",
        _ => "`'`",
    }
}
