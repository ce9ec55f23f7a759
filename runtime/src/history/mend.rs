//! Mending the history by hand: what a person knows and the database cannot. Each statement changes the row only as it
//! was seen.

use embed_migrations_core::{AppliedMigration, Checksum, Dialect, Journal, RowState};

use super::Table;
use super::dialect::{literal, now};
use super::row::{Row, nullable};

/// Composes the statements that mend one row.
#[derive(Debug)]
pub(crate) struct Mender<'a> {
    pub(crate) dialect: Dialect,
    pub(crate) table: &'a Table,
    pub(crate) row: &'a AppliedMigration,
}

impl Mender<'_> {
    /// Takes the checksums that the program has for those that were recorded.
    pub(crate) fn accept(&self, up: Checksum, down: Option<Checksum>, name: &str) -> String {
        format!(
            "UPDATE {} SET checksum = {}, down_checksum = {}, name = {} WHERE {}",
            self.table.sql(self.dialect),
            self.text(&up.to_string()),
            nullable(self.dialect, down.as_ref()),
            self.text(name),
            self.as_seen()
        )
    }

    /// Deletes the row.
    pub(crate) fn forget(&self) -> String {
        format!(
            "DELETE FROM {} WHERE {}",
            self.table.sql(self.dialect),
            self.as_seen()
        )
    }

    /// Says how many statements of a row in doubt are done; the next run goes on behind them.
    pub(crate) fn settle(&self, journal: &Journal) -> String {
        format!(
            "UPDATE {} SET state = {}, claim = NULL, claimed_until = NULL, claim_session = NULL, statements_done = {done}, \
             statements_sent = {done}, done_checksum = {} WHERE {}",
            self.table.sql(self.dialect),
            self.text(RowState::Failed.name()),
            nullable(self.dialect, journal.done_checksum.as_ref()),
            self.as_seen(),
            done = journal.done
        )
    }

    /// The condition that nobody changed it since it was read, and that no holder was heard of.
    fn as_seen(&self) -> String {
        let row = Row {
            dialect: self.dialect,
            set: &self.row.set,
            key: self.row.key.clone(),
        };
        let claim = match &self.row.claim {
            Some(claim) => {
                let expired = format!("claimed_until < {}", now(self.dialect));
                return format!(
                    "{} AND {expired} {}",
                    row.is_claimed(&claim.id),
                    self.state()
                );
            }
            None => "claim IS NULL",
        };
        format!("{} AND {claim} {}", row.is_it(), self.state())
    }

    fn state(&self) -> String {
        format!(
            "AND state = {} AND checksum = {} AND statements_done = {}",
            self.text(self.row.state.name()),
            self.text(&self.row.checksum.to_string()),
            self.row.journal.done
        )
    }

    fn text(&self, text: &str) -> String {
        literal(self.dialect, text)
    }
}
