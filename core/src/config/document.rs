//! [`Document`]: a settings file in TOML, and every mistake in it.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue, Error};

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::text::decoded;

/// Reads a settings file with what knows its keys. What is wrong in it is told, and is as if it were not there.
pub(super) fn read<T: Default>(
    bytes: Vec<u8>,
    path: &str,
    mistakes: &mut Vec<Diagnostic>,
    read: impl FnOnce(&mut Document, &DeTable) -> T,
) -> T {
    let text = match decoded(bytes, path) {
        Ok(text) => text,
        Err(mistake) => {
            mistakes.push(mistake.with_code(Code::BadConfig));
            return T::default();
        }
    };
    let mut document = Document {
        path,
        text: &text,
        mistakes: Vec::new(),
    };
    let (table, errors) = DeTable::parse_recoverable(&text);
    let said = read(&mut document, table.get_ref());
    if !errors.is_empty() {
        // Where the syntax is wrong, what is read from it is a guess, good enough for the later stages.
        document.mistakes.clear();
        document.syntax(&errors);
    }
    mistakes.append(&mut document.mistakes);
    said
}

/// A settings file, and what is wrong in it.
#[derive(Debug)]
pub(super) struct Document<'a> {
    path: &'a str,
    text: &'a str,
    mistakes: Vec<Diagnostic>,
}

impl Document<'_> {
    pub(super) fn place(&self, part: Range<usize>) -> Place {
        Place::text(self.path, self.text, part)
    }

    pub(super) fn tell(
        &mut self,
        part: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let mistake = Diagnostic::new(Code::BadConfig, message, self.place(part));
        self.mistakes.push(mistake.hint(hint));
    }

    /// Tells this and nothing else of the file: the rest may be right, only not for this program.
    pub(super) fn tell_only(&mut self, part: Range<usize>, message: String, hint: String) {
        self.mistakes.clear();
        self.tell(part, message, hint);
    }

    /// The value as it is written.
    pub(super) fn written(&self, entry: Entry) -> &str {
        self.text.get(entry.value.span()).unwrap_or_default()
    }

    /// The first error of each line: the others mostly follow from it.
    fn syntax(&mut self, errors: &[Error]) {
        let mut lines = BTreeSet::new();
        for error in errors {
            let part = error.span().unwrap_or_default();
            let line = self.place(part.clone()).line();
            if lines.insert(line) {
                self.tell(part, fragment(error.message()), syntax_hint(error));
            }
        }
    }
}

/// The parser's message as ours begin.
fn fragment(message: &str) -> String {
    let mut rest = message.chars();
    let first = rest.next().into_iter().flat_map(char::to_lowercase);
    first.chain(rest).collect()
}

fn syntax_hint(error: &Error) -> &'static str {
    if error.message() == "duplicate key" {
        "keep one of the two"
    } else {
        "a line is `key = value`; text stands in quotes, a list in `[ ]`, and yes and no are `true` and `false`"
    }
}

/// A key and its value, or one of the values of its list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'t> {
    pub(super) key: &'t Spanned<DeString<'t>>,
    pub(super) value: &'t Spanned<DeValue<'t>>,
}

impl<'t> Entry<'t> {
    pub(super) fn all(table: &'t DeTable<'t>) -> impl Iterator<Item = Self> {
        table.iter().map(|(key, value)| Self { key, value })
    }

    pub(super) fn name(self) -> &'t str {
        self.key.get_ref()
    }

    pub(super) fn is_empty_list(self) -> bool {
        matches!(self.value.get_ref(), DeValue::Array(list) if list.is_empty())
    }
}
