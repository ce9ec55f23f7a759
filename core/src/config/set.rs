//! What is said about the set as a whole: its name, its table, its dialects, and the files that are none of it.

use glob::Pattern;

use super::document::{Document, Entry};
use crate::Dialect;
use crate::suggest::nearest;

/// The format of `migrations.toml` that this release reads.
const FORMAT: u64 = 1;

/// What PostgreSQL keeps of a name, the least of all engines.
const LONGEST_NAME: usize = 63;

impl Document<'_> {
    /// Of a later format nothing else is told: what is unknown here may be known there.
    pub(super) fn format(&mut self, entry: Entry) {
        let Some(format) = entry.value.get_ref().as_integer() else {
            self.wrong_type(entry, "a number", format!("write `format = {FORMAT}`"));
            return;
        };
        let written = self.written(entry).to_owned();
        match u64::from_str_radix(format.as_str(), format.radix()) {
            Ok(FORMAT) => {}
            Ok(0) => self.no_format(entry),
            Err(_) if written.starts_with('-') => self.no_format(entry),
            _ => self.tell_only(
                entry.value.span(),
                format!("format {written} is later than {FORMAT}, which this release reads"),
                format!(
                    "update embed-migrations, which is {} here, to a release that reads format {written}",
                    env!("CARGO_PKG_VERSION")
                ),
            ),
        }
    }

    fn no_format(&mut self, entry: Entry) {
        let message = format!("there is no format {}", self.written(entry));
        let hint = format!("write `format = {FORMAT}`, or remove the line");
        self.tell(entry.value.span(), message, hint);
    }

    /// The name of the set, which is part of the key of each row of its history.
    pub(super) fn name(&mut self, entry: Entry, default: &str) -> Option<String> {
        let name = self.string(entry)?;
        let key = entry.name();
        let (message, hint) = if name.trim().is_empty() {
            (
                format!("`{key}` is empty"),
                format!("write a name, or remove the line: without it, it is `{default}`"),
            )
        } else if name.contains(char::is_control) {
            (
                format!("`{key}` holds a control character"),
                "write a name that can be read on a screen".to_owned(),
            )
        } else if name.len() > LONGEST_NAME {
            (
                format!("`{key}` is {} bytes long", name.len()),
                format!("shorten it: PostgreSQL keeps {LONGEST_NAME} bytes of a name"),
            )
        } else {
            return Some(name.to_owned());
        };
        self.tell(entry.value.span(), message, hint);
        None
    }

    pub(super) fn history_table(&mut self, entry: Entry, default: &str) -> Option<String> {
        let name = self.name(entry, default)?;
        if let Some((schema, table)) = name.split_once('.') {
            self.tell(
                entry.value.span(),
                "`table` names a schema too",
                format!("write `table = \"{table}\"`, and in the program `Migrator::schema(\"{schema}\")`"),
            );
            return None;
        }
        Some(name)
    }

    /// The dialects, each once. None where one of them cannot be guessed: the set may serve any.
    pub(super) fn dialects(&mut self, entry: Entry) -> Option<Vec<Dialect>> {
        let words = self.strings(entry)?;
        if words.is_empty() && entry.is_empty_list() {
            let hint = format!(
                "name at least one of {}, or remove the line",
                usual_dialects()
            );
            self.tell(entry.value.span(), "`dialects` is empty", hint);
        }
        let mut dialects = Vec::new();
        let mut are_known = true;
        for (element, word) in words {
            match Dialect::from_name(word).or_else(|| self.unknown_dialect(element, word)) {
                None => are_known = false,
                Some(dialect) if dialects.contains(&dialect) => self.tell(
                    element.value.span(),
                    format!("{dialect} is in the list twice"),
                    "keep one of the two",
                ),
                Some(dialect) => dialects.push(dialect),
            }
        }
        dialects.sort();
        (are_known && !dialects.is_empty()).then_some(dialects)
    }

    /// Tells a word that is no dialect, and what it was probably meant to be.
    fn unknown_dialect(&mut self, element: Entry, word: &str) -> Option<Dialect> {
        let names = Dialect::ALL.iter().flat_map(|dialect| dialect.names());
        let meant = nearest(word, names.copied());
        let hint = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("a dialect is one of {}", usual_dialects()),
        };
        self.tell(
            element.value.span(),
            format!("`{word}` is no dialect"),
            hint,
        );
        meant.and_then(Dialect::from_name)
    }

    /// The patterns of file names that are none of ours.
    pub(super) fn patterns(&mut self, entry: Entry) -> Vec<Pattern> {
        let written = self.strings(entry).unwrap_or_default().into_iter();
        written
            .filter_map(|(element, written)| self.pattern(element, written))
            .collect()
    }

    fn pattern(&mut self, element: Entry, written: &str) -> Option<Pattern> {
        let part = element.value.span();
        if written.starts_with(['/', '.']) || written.contains('\\') {
            self.tell(
                part,
                format!("`{written}` is not a path below the directory"),
                "begin it with a folder or a file of the directory, and put `/` between the two",
            );
            return None;
        }
        if written.ends_with('/') {
            let meant = format!("{written}**");
            self.tell(
                part,
                "a pattern that ends in `/` ignores no file",
                format!("write `{meant}` for all files below the folder"),
            );
            return Pattern::new(&meant).ok();
        }
        match Pattern::new(written) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                self.tell(
                    part,
                    format!("`{written}` is no pattern: {}", error.msg),
                    "`*` is any part of a name, `?` any character, `[ab]` one of two, and `old/**` every file below `old`",
                );
                None
            }
        }
    }

    /// What `[lock]` says.
    pub(super) fn lock_required(&mut self, entry: Entry) -> Option<bool> {
        let header = "[lock]";
        let table = self.table(entry, header)?;
        let [required] = self.take(table, header, ["required"]);
        required.and_then(|entry| self.flag(entry))
    }
}

fn usual_dialects() -> String {
    let names = Dialect::ALL.map(|dialect| format!("`{}`", dialect.name()));
    names.join(", ")
}
