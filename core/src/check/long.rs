//! Names that are longer than the engine keeps.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::rule::Rule;
use super::sentence::{Sentence, Word};
use crate::Dialect;
use crate::diagnostic::{ALLOW_WHERE_APPLIED, Code};

/// PostgreSQL cuts off a name behind these bytes (manual, 4.1.1).
const POSTGRES_BYTES: usize = 63;
/// MySQL refuses a name of more characters (manual, 9.2.1).
const MYSQL_CHARACTERS: usize = 64;

pub(super) struct LongName {
    dialect: Dialect,
    /// The word before was `AS`: MySQL takes an alias of 256 characters.
    is_behind_as: bool,
    /// Those that are told already.
    told: BTreeSet<String>,
    found: Vec<Finding>,
}

impl LongName {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            is_behind_as: false,
            told: BTreeSet::new(),
            found: Vec::new(),
        }
    }
}

impl<'a> Rule<'a> for LongName {
    fn word(&mut self, word: Word<'a>) {
        let is_as = word.text.eq_ignore_ascii_case("AS");
        let is_alias = std::mem::replace(&mut self.is_behind_as, is_as);
        if word.text.len() <= POSTGRES_BYTES || (is_alias && self.dialect == Dialect::MySql) {
            return;
        }
        let Some(name) = word.name() else {
            return;
        };
        let finding = match self.dialect {
            Dialect::Postgres if name.len() > POSTGRES_BYTES => cut_off(word, &name),
            Dialect::MySql if name.chars().count() > MYSQL_CHARACTERS => refused(word, &name),
            _ => return,
        };
        if self.told.insert(name.to_lowercase()) {
            self.found.push(finding.where_applied(ALLOW_WHERE_APPLIED));
        }
    }

    fn read(&mut self, _: &Sentence<'a>, findings: &mut Vec<Finding>) {
        findings.append(&mut self.found);
    }
}

fn cut_off(word: Word, name: &str) -> Finding {
    let message = format!(
        "`{name}` has {} bytes, and PostgreSQL keeps {POSTGRES_BYTES}",
        name.len()
    );
    let kept = &name[..name.floor_char_boundary(POSTGRES_BYTES)];
    Finding::new(Code::LongName, word.part(), message)
        .hint(format!("choose a shorter name: this one becomes `{kept}`"))
}

fn refused(word: Word, name: &str) -> Finding {
    let message = format!(
        "`{name}` has {} characters, and MySQL takes {MYSQL_CHARACTERS}",
        name.chars().count()
    );
    Finding::new(Code::LongName, word.part(), message).hint("choose a shorter name")
}
