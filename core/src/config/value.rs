//! From a value of a settings file to what it has to be.

use toml::de::{DeTable, DeValue};

use super::document::{Document, Entry};
use crate::suggest::nearest;

impl Document<'_> {
    pub(super) fn flag(&mut self, entry: Entry) -> Option<bool> {
        let said = entry.value.get_ref().as_bool();
        if said.is_none() {
            let key = entry.name();
            self.wrong_type(
                entry,
                "`true` or `false`",
                format!("write `{key} = true` or `{key} = false`"),
            );
        }
        said
    }

    pub(super) fn string<'t>(&mut self, entry: Entry<'t>) -> Option<&'t str> {
        let said = entry.value.get_ref().as_str();
        if said.is_none() {
            let hint = format!("write `{} = \"{}\"`", entry.name(), self.unquoted(entry));
            self.wrong_type(entry, "a string", hint);
        }
        said
    }

    /// The strings of a list.
    pub(super) fn strings<'t>(&mut self, entry: Entry<'t>) -> Option<Vec<(Entry<'t>, &'t str)>> {
        let Some(list) = entry.value.get_ref().as_array() else {
            let hint = format!("write `{} = [\"{}\"]`", entry.name(), self.unquoted(entry));
            self.wrong_type(entry, "a list of strings", hint);
            return None;
        };
        let mut strings = Vec::new();
        for value in list {
            let element = Entry { value, ..entry };
            if let Some(string) = value.get_ref().as_str() {
                strings.push((element, string));
            } else {
                let hint = format!("write `\"{}\"`", self.unquoted(element));
                let found = article(value.get_ref());
                let message = format!(
                    "`{}` is a list of strings, and this is {found}",
                    entry.name()
                );
                self.tell(value.span(), message, hint);
            }
        }
        Some(strings)
    }

    /// The table that this header begins.
    pub(super) fn table<'t>(&mut self, entry: Entry<'t>, header: &str) -> Option<&'t DeTable<'t>> {
        let table = entry.value.get_ref().as_table();
        if table.is_none() {
            let hint = format!("write `{header}` on a line of its own, and its keys below it");
            self.wrong_type(entry, "a table", hint);
        }
        table
    }

    /// The meaning of a word out of a few.
    pub(super) fn word<T: Copy>(
        &mut self,
        entry: Entry,
        words: &[(&'static str, T)],
        hint: &str,
    ) -> Option<T> {
        let said = entry.value.get_ref().as_str();
        let word = words.iter().find(|(word, _)| Some(*word) == said);
        if let Some((_, meaning)) = word {
            return Some(*meaning);
        }
        let key = entry.name();
        let found = match said {
            Some(said) => format!("`{said}`"),
            None => article(entry.value.get_ref()).to_owned(),
        };
        let known = words.iter().map(|(word, _)| *word);
        let hint = match said.and_then(|said| nearest(said, known.clone())) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => hint.to_owned(),
        };
        let known: Vec<String> = known.map(|word| format!("`{word}`")).collect();
        let message = format!("`{key}` is one of {}, not {found}", known.join(", "));
        self.tell(entry.value.span(), message, hint);
        None
    }

    pub(super) fn wrong_type(&mut self, entry: Entry, expected: &str, hint: String) {
        let found = article(entry.value.get_ref());
        let message = format!("`{}` is {expected}, not {found}", entry.name());
        self.tell(entry.value.span(), message, hint);
    }

    /// What a value would be in quotes; `…` where it is more than one word.
    fn unquoted<'a>(&'a self, entry: Entry<'a>) -> &'a str {
        match entry.value.get_ref() {
            DeValue::Array(_) | DeValue::Table(_) => "…",
            DeValue::String(string) => string,
            _ => self.written(entry),
        }
    }
}

/// What a value is, in words.
fn article(value: &DeValue) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
