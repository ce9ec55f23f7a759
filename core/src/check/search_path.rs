//! PostgreSQL's `search_path` without a schema in it.

use super::finding::{Finding, Verdict};
use super::rule::Rule;
use super::sentence::Sentence;
use crate::Dialect;
use crate::diagnostic::{ALLOW_WHERE_APPLIED, Code};

/// The first is what `pg_dump` writes; with `true` it would end with the transaction, as `SET LOCAL` does.
pub(super) const EMPTIED: &[&str] = &[
    "SELECT ?PG_CATALOG ?. SET_CONFIG ( 'SEARCH_PATH' , '' , FALSE|'FALSE'|'F'",
    "SET ?SESSION SEARCH_PATH TO|= ''",
    "SET ?SESSION SCHEMA ''",
];

pub(super) struct EmptySearchPath {
    pub(super) dialect: Dialect,
}

impl Rule<'_> for EmptySearchPath {
    fn read(&mut self, sentence: &Sentence, findings: &mut Vec<Finding>) {
        if sentence.is_any(EMPTIED) {
            let finding = Finding::new(
                Code::EmptySearchPath,
                sentence.part(),
                "the script empties the `search_path`",
            )
            .verdict(Verdict::of(self.dialect, &[Dialect::Postgres]))
            .label("from here on no table is found by its name alone")
            .hint("remove it: what pg_dump writes after it names the schema of every table anyway")
            .where_applied(ALLOW_WHERE_APPLIED);
            findings.push(finding);
        }
    }
}
