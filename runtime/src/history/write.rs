//! Writing the history: every statement that changes it. Each is conditional on the claim that it belongs to.

use embed_migrations_core::{AppliedMigration, Checksum, Dialect, Journal, RowState, Script, Step};

use super::dialect::{elapsed_ms, in_seconds, literal, now};
use super::{FORMAT, Table};

/// Composes the statements about one migration under one claim.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    pub(crate) dialect: Dialect,
    pub(crate) table: &'a Table,
    pub(crate) set: &'a str,
    pub(crate) step: &'a Step,
    /// The random word of the claim.
    pub(crate) claim: &'a str,
    /// How long the claim holds without a word from its holder, in seconds.
    pub(crate) lease: u64,
    /// The host and the process.
    pub(crate) applied_by: &'a str,
}

impl Writer<'_> {
    /// The comment in front of everything that is run under the claim.
    pub(crate) fn marker(&self) -> String {
        format!("/* embed-migrations claim={} */ ", self.claim)
    }

    /// Takes the key: fails where a row exists, waits where somebody is about to insert one.
    pub(crate) fn insert(&self, journal: &Journal) -> String {
        let Self {
            dialect,
            table,
            set,
            step,
            claim,
            lease,
            applied_by,
        } = self;
        let text = |text: &str| literal(*dialect, text);
        let checksum = |checksum: Option<Checksum>| {
            checksum.map_or_else(|| "NULL".to_owned(), |checksum| text(&checksum.to_string()))
        };
        let down = step.migration.down(*dialect).map(Script::checksum);
        let values = [
            text(set),
            text(&step.migration.key().to_string()),
            text(step.migration.name()),
            text(step.migration.key().kind().name()),
            text(RowState::Running.name()),
            checksum(Some(step.script.checksum())),
            checksum(down),
            journal.total.to_string(),
            journal.done.to_string(),
            journal.sent.to_string(),
            checksum(journal.done_checksum),
            text(claim),
            in_seconds(*dialect, *lease),
            now(*dialect).to_owned(),
            "0".to_owned(),
            self.who(applied_by),
            FORMAT.to_string(),
        ];
        format!(
            "INSERT INTO {} (set_name, version, name, kind, state, checksum, down_checksum, statements_total, \
             statements_done, statements_sent, done_checksum, claim, claimed_until, started_at, execution_ms, \
             applied_by, format) VALUES ({})",
            table.sql(*dialect),
            values.join(", ")
        )
    }

    /// Takes a row over from a run that failed or whose holder is gone; changes nothing where somebody was quicker.
    pub(crate) fn take_over(&self, row: &AppliedMigration, journal: &Journal) -> String {
        let text = |text: &str| literal(self.dialect, text);
        let as_before = match &row.claim {
            Some(claim) => format!(
                "claim = {} AND claimed_until < {}",
                text(&claim.id),
                now(self.dialect)
            ),
            None => "claim IS NULL".to_owned(),
        };
        format!(
            "UPDATE {} SET claim = {}, claimed_until = {}, state = {}, checksum = {}, statements_total = {}, \
             statements_sent = {}, started_at = {}, applied_by = {} \
             WHERE {} AND state = {} AND statements_done = {} AND {as_before}",
            self.table.sql(self.dialect),
            text(self.claim),
            in_seconds(self.dialect, self.lease),
            text(RowState::Running.name()),
            text(&self.step.script.checksum().to_string()),
            self.step.statements.len(),
            journal.sent,
            now(self.dialect),
            self.who(self.applied_by),
            self.key(),
            text(row.state.name()),
            row.journal.done,
        )
    }

    /// Deletes a row that says that nothing was done.
    pub(crate) fn forget(&self) -> String {
        format!(
            "DELETE FROM {} WHERE {} AND state = {} AND statements_done = 0",
            self.table.sql(self.dialect),
            self.key(),
            literal(self.dialect, RowState::Failed.name())
        )
    }

    /// Makes room for the row of a repeatable that was applied with another text, or failed with one. Where somebody was
    /// quicker it finds nothing, and the insert behind it fails.
    pub(crate) fn replace(&self, row: &AppliedMigration) -> String {
        format!(
            "DELETE FROM {} WHERE {} AND state = {} AND checksum = {}",
            self.table.sql(self.dialect),
            self.key(),
            literal(self.dialect, row.state.name()),
            literal(self.dialect, &row.checksum.to_string())
        )
    }

    /// Says how far the script is, and that its holder is alive.
    pub(crate) fn record(&self, journal: &Journal) -> String {
        self.update(&format!(
            "{}, claimed_until = {}",
            self.progress(journal),
            in_seconds(self.dialect, self.lease)
        ))
    }

    /// Says that the holder is alive.
    pub(crate) fn beat(&self) -> String {
        self.update(&format!(
            "claimed_until = {}",
            in_seconds(self.dialect, self.lease)
        ))
    }

    /// Says that the holder is gone.
    pub(crate) fn let_go(&self) -> String {
        self.update(&format!("claimed_until = {}", now(self.dialect)))
    }

    /// The script is applied.
    pub(crate) fn applied(&self) -> String {
        let journal = self.step.journal(self.step.statements.len(), false);
        self.update(&format!(
            "{}, state = {}, applied_at = {}, execution_ms = execution_ms + {}, claim = NULL, claimed_until = NULL",
            self.progress(&journal),
            literal(self.dialect, RowState::Applied.name()),
            now(self.dialect),
            elapsed_ms(self.dialect)
        ))
    }

    /// A statement failed; what the journal says is done stays.
    pub(crate) fn failed(&self) -> String {
        self.update(&format!(
            "statements_sent = statements_done, state = {}, execution_ms = execution_ms + {}, claim = NULL, \
             claimed_until = NULL",
            literal(self.dialect, RowState::Failed.name()),
            elapsed_ms(self.dialect)
        ))
    }

    /// What a person runs who knows how many statements of a row in doubt are done.
    pub(crate) fn settle(&self, row: &AppliedMigration, done: usize) -> String {
        let claim = row.claim.as_ref().map_or("", |claim| &claim.id);
        format!(
            "UPDATE {} SET state = {}, claim = NULL, statements_done = {done}, statements_sent = {done}, \
             done_checksum = '{}' WHERE {} AND claim = {}",
            self.table.sql(self.dialect),
            literal(self.dialect, RowState::Failed.name()),
            self.step.checksum_of_first(done),
            self.key(),
            literal(self.dialect, claim)
        )
    }

    /// Changes the row as long as it is ours: the fence.
    fn update(&self, assignments: &str) -> String {
        format!(
            "UPDATE {} SET {assignments} WHERE {} AND claim = {}",
            self.table.sql(self.dialect),
            self.key(),
            literal(self.dialect, self.claim)
        )
    }

    fn progress(&self, journal: &Journal) -> String {
        format!(
            "statements_done = {}, statements_sent = {}, done_checksum = {}",
            journal.done,
            journal.sent,
            journal.done_checksum.map_or_else(
                || "NULL".to_owned(),
                |checksum| literal(self.dialect, &checksum.to_string())
            )
        )
    }

    fn key(&self) -> String {
        format!(
            "set_name = {} AND version = {}",
            literal(self.dialect, self.set),
            literal(self.dialect, &self.step.migration.key().to_string())
        )
    }

    /// The database's own name for its user, where it has users, and the program.
    fn who(&self, applied_by: &str) -> String {
        let program = literal(self.dialect, applied_by);
        match self.dialect {
            Dialect::Postgres => format!(
                "session_user || {}",
                literal(self.dialect, &format!(" from {applied_by}"))
            ),
            Dialect::MySql => format!("CONCAT(CURRENT_USER(), ' from ', {program})"),
            Dialect::Sqlite => program,
        }
    }
}
