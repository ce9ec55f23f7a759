//! The lines that look like markers.

use std::ops::Range;

use super::{Style, dbmate, goose, plain, sql_migrate};
use crate::Direction;
use crate::split::LineComment;
use crate::suggest::is_near_miss;

/// A line that is a marker, or seems to be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marker {
    /// The line with its line break.
    pub(super) line: Range<usize>,
    /// From the dashes to the last character that is no space.
    pub(super) comment: Range<usize>,
    /// Whether it is one inside a statement too, which then lacks its semicolon. What may well be a comment is one there.
    pub(super) may_end_statement: bool,
    pub(super) said: Said,
}

/// What a marker says, or is meant to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) style: Style,
    pub(super) says: Says,
    /// Words that also begin a sentence: a marker only where the file has one of the other direction.
    pub(super) is_doubtful: bool,
    pub(super) mistake: Option<Mistake>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    Section {
        direction: Direction,
        transaction: bool,
    },
    StatementBegin,
    StatementEnd,
    NoTransaction,
    Nothing,
}

/// Why a marker is not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) message: String,
    pub(super) hint: String,
}

impl Marker {
    pub(super) fn direction(&self) -> Option<Direction> {
        match self.said.says {
            Says::Section { direction, .. } => Some(direction),
            _ => None,
        }
    }

    pub(super) fn goes(&self, direction: Direction) -> bool {
        self.direction() == Some(direction)
    }

    pub(super) fn is_no_transaction(&self) -> bool {
        self.said.says == Says::NoTransaction
    }

    /// Whether no statement goes on behind it.
    pub(super) fn ends(&self) -> bool {
        matches!(self.said.says, Says::Section { .. } | Says::StatementEnd)
    }
}

/// What a word behind a marker says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    NoTransaction,
    /// It is nearly an option.
    Unknown,
    /// It is no option.
    Nothing,
}

impl Said {
    pub(super) fn new(style: Style, says: Says) -> Self {
        Self {
            style,
            says,
            is_doubtful: false,
            mistake: None,
        }
    }

    pub(super) fn section(style: Style, direction: Direction) -> Self {
        let transaction = true;
        Self::new(
            style,
            Says::Section {
                direction,
                transaction,
            },
        )
    }

    /// A section with words behind its marker. `known` is the only option that says something.
    pub(super) fn with_options<'a>(
        style: Style,
        direction: Direction,
        words: impl Iterator<Item = &'a str>,
        says: impl Fn(&str) -> Choice,
        known: &str,
    ) -> Self {
        let (mut transaction, mut unknown) = (true, None);
        for word in words {
            match says(word) {
                Choice::NoTransaction => transaction = false,
                Choice::Unknown => unknown = Some(word),
                Choice::Nothing => {}
            }
        }
        let transaction = transaction && unknown.is_none();
        let said = Self::new(
            style,
            Says::Section {
                direction,
                transaction,
            },
        );
        match unknown {
            None => said,
            Some(word) => said.mistaken(
                format!("`{word}` is no option of {}", style.name()),
                format!("the only one is {known}"),
            ),
        }
    }

    /// The first mistake of a marker hides the others.
    pub(super) fn mistaken(self, message: impl Into<String>, hint: impl Into<String>) -> Self {
        let mistake = Mistake {
            message: message.into(),
            hint: hint.into(),
        };
        Self {
            mistake: self.mistake.or(Some(mistake)),
            ..self
        }
    }
}

/// A line that is nothing but a comment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Comment<'a> {
    /// From its dashes to its last character that is no space.
    pub(super) text: &'a str,
    pub(super) is_indented: bool,
}

impl<'a> Comment<'a> {
    /// The comment on a line, and where it begins there.
    fn on(line: &'a str) -> Option<(usize, Self)> {
        let text = line.trim();
        let start = line.len() - line.trim_start().len();
        let is_indented = start > 0;
        text.starts_with("--")
            .then_some((start, Self { text, is_indented }))
    }

    /// What it says, without dashes.
    pub(super) fn words(&self) -> &'a str {
        self.text
            .trim_start_matches(|c: char| c == '-' || c.is_whitespace())
    }
}

/// The lines of a text that look like markers of a style, of any where it is not known.
pub(super) fn lines(text: &str, style: Option<Style>) -> Vec<Marker> {
    let mut start = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        if let Some((indent, comment)) = Comment::on(line)
            && let Some(said) = read(&comment, style)
        {
            let at = start + indent;
            found.push(Marker {
                line: start..start + line.len(),
                comment: at..at + comment.text.len(),
                may_end_statement: !(said.is_doubtful
                    || said.style.is_plain() && comment.is_indented),
                said,
            });
        }
        start += line.len();
    }
    found
}

fn read(comment: &Comment, style: Option<Style>) -> Option<Said> {
    match style {
        None => goose::read(comment)
            .or_else(|| sql_migrate::read(comment))
            .or_else(|| dbmate::read(comment))
            .or_else(|| plain::read(comment, None)),
        Some(Style::None) => None,
        Some(Style::Goose) => goose::read(comment),
        Some(Style::SqlMigrate) => sql_migrate::read(comment),
        Some(Style::Dbmate) => dbmate::read(comment),
        Some(Style::Plain | Style::NodePgMigrate) => plain::read(comment, style),
    }
}

/// Whether a comment ends a statement without a semicolon: goose and sql-migrate end one at `StatementEnd`.
pub(crate) fn ends_statement(text: &str, comment: LineComment) -> bool {
    let written = &text[comment.start..comment.end];
    let line = text[..comment.start].rfind('\n').map_or(0, |end| end + 1);
    comment.in_statement
        && written.contains('+')
        && text[line..comment.start].trim().is_empty()
        && Comment::on(written)
            .and_then(|(_, comment)| goose::read(&comment).or_else(|| sql_migrate::read(&comment)))
            .is_some_and(|said| said.says == Says::StatementEnd)
}

/// What follows a prefix, in whatever case that is written.
pub(super) fn after<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (before, after) = text.split_at_checked(prefix.len())?;
    before.eq_ignore_ascii_case(prefix).then_some(after)
}

/// The known word that was probably meant: case, a typing mistake or what follows it is the difference.
pub(super) fn meant<'a>(written: &str, known: &[&'a str]) -> Option<&'a str> {
    let is_meant = |known: &str| {
        let more = after(written, known);
        more.is_some_and(|more| !more.starts_with(char::is_alphanumeric))
            || is_near_miss(written, known)
    };
    known.iter().copied().find(|known| is_meant(known))
}

/// Whether a word is about transactions, and so nearly an option.
pub(super) fn is_about_transactions(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    word.contains("transaction") || is_near_miss(&word, "notransaction")
}
