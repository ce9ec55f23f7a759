//! [`Row`]: which row a statement is about.

use std::fmt::Display;

use embed_migrations_core::{Dialect, Key};

use super::dialect::literal;

/// A row of the history table, by its primary key.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    pub(crate) dialect: Dialect,
    pub(crate) set: &'a str,
    pub(crate) key: Key,
}

impl Row<'_> {
    /// The condition that it is this row.
    pub(crate) fn is_it(&self) -> String {
        format!(
            "set_name = {} AND version = {}",
            literal(self.dialect, self.set),
            literal(self.dialect, &self.key.to_string())
        )
    }

    /// The condition that it is this row, and under this claim.
    pub(crate) fn is_claimed(&self, claim: &str) -> String {
        format!(
            "{} AND claim = {}",
            self.is_it(),
            literal(self.dialect, claim)
        )
    }
}

/// A value as a literal, or NULL.
pub(crate) fn nullable(dialect: Dialect, value: Option<&impl Display>) -> String {
    value.map_or_else(
        || "NULL".to_owned(),
        |value| literal(dialect, &value.to_string()),
    )
}
