//! PostgreSQL's new values of an enum, which cannot be used before they are committed.

use std::borrow::Cow;
use std::ops::Range;

use super::finding::{Finding, Verdict};
use super::rule::Rule;
use super::sentence::{Sentence, Word};
use super::transaction::Control;
use crate::Dialect;
use crate::diagnostic::{ALLOW_WHERE_APPLIED, Code};
use crate::lex::TokenKind;

/// "the new value cannot be used until after the transaction has been committed" (PostgreSQL manual, ALTER TYPE, Notes).
pub(super) struct NewEnumValue<'a> {
    dialect: Dialect,
    /// The enums that the script creates: from PostgreSQL 17 on their values can be used at once.
    created: Vec<String>,
    added: Vec<Added>,
    /// Those of the words of the statement which are a new value, with its place in `added`.
    used: Option<(Word<'a>, usize)>,
}

struct Added {
    value: String,
    /// The enum, as the script writes it.
    of: String,
    part: Range<usize>,
}

/// What names a value without using it, or compares it as text.
const NO_USE: &[&str] = &[
    "ALTER TYPE",
    "CREATE TYPE",
    "COMMENT ON",
    "* : : TEXT|VARCHAR",
];

impl NewEnumValue<'_> {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            created: Vec::new(),
            added: Vec::new(),
            used: None,
        }
    }

    fn add(&mut self, sentence: &Sentence) {
        let words = &sentence.words;
        let value = words
            .iter()
            .skip_while(|word| !word.text.eq_ignore_ascii_case("VALUE"))
            .find_map(|word| word.quoted('\''));
        let (Some(value), Some(of)) = (value, name_before(words, "ADD")) else {
            return;
        };
        if !self.created.contains(&of.to_lowercase()) {
            self.added.push(Added {
                value: value.into_owned(),
                of,
                part: sentence.part(),
            });
        }
    }
}

impl<'a> Rule<'a> for NewEnumValue<'a> {
    fn word(&mut self, word: Word<'a>) {
        if self.added.is_empty() || self.used.is_some() || word.kind != TokenKind::String {
            return;
        }
        let Some(value) = word.quoted('\'') else {
            return;
        };
        let added = self.added.iter().position(|added| added.value == value);
        self.used = added.map(|added| (word, added));
    }

    fn read(&mut self, sentence: &Sentence<'a>, findings: &mut Vec<Finding>) {
        let used = self.used.take();
        if matches!(
            sentence.control,
            Control::Begin | Control::Commit | Control::Abandon
        ) {
            self.created.clear();
            self.added.clear();
        }
        if !sentence.in_transaction {
            return;
        }
        if sentence.is("CREATE TYPE * AS ENUM") {
            let name = name_before(&sentence.words, "AS");
            self.created.extend(name.map(|name| name.to_lowercase()));
        } else if sentence.is("ALTER TYPE * ADD VALUE") {
            self.add(sentence);
        }
        if let Some((word, added)) = used.filter(|_| !sentence.is_any(NO_USE)) {
            // One use is enough to say that it cannot be used.
            let added = self.added.remove(added);
            findings.push(
                used_too_early(word, added)
                    .verdict(Verdict::of(self.dialect, &[Dialect::Postgres])),
            );
        }
    }
}

/// The name without its schema that stands before a keyword; a string to MySQL, where it is quoted.
fn name_before(words: &[Word], keyword: &str) -> Option<String> {
    let at = words
        .iter()
        .position(|word| word.text.eq_ignore_ascii_case(keyword))?;
    let word = words[..at].last()?;
    let name = word.name().unwrap_or(Cow::Borrowed(word.text));
    Some(name.trim_matches('"').to_owned())
}

fn used_too_early(word: Word, added: Added) -> Finding {
    let Added { value, of, part } = added;
    let message = format!("`{value}` is used in the transaction that adds it to the enum `{of}`");
    Finding::new(Code::NewEnumValue, word.part(), message)
        .label("PostgreSQL refuses it until it is committed")
        .related(part, "added here")
        .hint("put what uses the value into the next migration")
        .where_applied(ALLOW_WHERE_APPLIED)
}
