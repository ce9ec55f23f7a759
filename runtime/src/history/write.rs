//! Writing the history: every statement that changes it. Each is conditional on the claim that it belongs to.

use embed_migrations_core::{
    AppliedMigration, Checksum, Dialect, Direction, Journal, RowState, Script, Step, Via,
};

use super::dialect::{elapsed_ms, in_seconds, literal, now, session};
use super::row::{Row, nullable};
use super::{FORMAT, Table};

/// Composes the statements about one migration under one claim.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    pub(crate) dialect: Dialect,
    pub(crate) table: &'a Table,
    pub(crate) step: &'a Step,
    /// The random word of the claim.
    pub(crate) claim: &'a str,
    /// How long the claim holds without a word from its holder, in seconds.
    pub(crate) lease: u64,
    /// The host and the process.
    pub(crate) applied_by: &'a str,
    /// Whether the nodes of a cluster see only what others write, and not what they lock.
    pub(crate) is_cluster: bool,
}

impl Writer<'_> {
    /// The comment in front of everything that is run under the claim.
    pub(crate) fn marker(&self) -> String {
        format!("/* embed-migrations claim={} */ ", self.claim)
    }

    /// Takes what is to be done: the key of what is to be applied, the row of what is to be reverted. The last statement
    /// changes one row, or the claim is void.
    pub(crate) fn claim(&self, journal: &Journal) -> Vec<String> {
        match self.step.direction() {
            Direction::Up => self
                .mark_footing()
                .into_iter()
                .chain([self.insert(journal)])
                .collect(),
            Direction::Down => std::iter::once(self.begin_reverting(journal))
                .chain(self.is_newest())
                .collect(),
        }
    }

    /// Takes the key: fails where a row exists, waits where somebody is about to insert one.
    fn insert(&self, journal: &Journal) -> String {
        self.insert_row(
            RowState::Running,
            journal,
            [
                ("claim", self.text(self.claim)),
                ("claimed_until", in_seconds(self.dialect, self.lease)),
                ("claim_session", session(self.dialect).to_owned()),
            ],
        )
    }

    /// Records what is not run.
    pub(crate) fn record_applied(&self) -> String {
        let journal = Journal {
            total: self.step.total(),
            ..Journal::default()
        };
        let now = now(self.dialect).to_owned();
        self.insert_row(RowState::Applied, &journal, [("applied_at", now)])
    }

    fn insert_row<const N: usize>(
        &self,
        state: RowState,
        journal: &Journal,
        rest: [(&str, String); N],
    ) -> String {
        let (step, key) = (self.step, self.step.migration.key());
        let text = |text: &str| self.text(text);
        let down = step.migration.down(self.dialect).map(Script::checksum);
        let columns = [
            ("set_name", self.set_on_footing()),
            ("version", text(&key.to_string())),
            ("name", text(step.migration.name())),
            ("kind", text(key.kind().name())),
            ("direction", text(Direction::Up.name())),
            ("state", text(state.name())),
            ("via", text(step.via.name())),
            ("checksum", text(&step.script.checksum().to_string())),
            ("down_checksum", self.checksum(down)),
            ("statements_total", journal.total.to_string()),
            ("statements_done", journal.done.to_string()),
            ("statements_sent", journal.sent.to_string()),
            ("done_checksum", self.checksum(journal.done_checksum)),
            ("started_at", now(self.dialect).to_owned()),
            ("execution_ms", "0".to_owned()),
            ("applied_by", self.who()),
            ("format", FORMAT.to_string()),
        ];
        let (names, values): (Vec<&str>, Vec<String>) = columns.into_iter().chain(rest).unzip();
        format!(
            "INSERT INTO {} ({}) VALUES ({})",
            self.table.sql(self.dialect),
            names.join(", "),
            values.join(", ")
        )
    }

    /// Takes the row of an applied migration; changes nothing where somebody was quicker.
    fn begin_reverting(&self, journal: &Journal) -> String {
        let (applied, failed) = (RowState::Applied.name(), RowState::Failed.name());
        format!(
            "UPDATE {} SET {}, direction = {down}, {} \
             WHERE {} AND (state = {} OR state = {} AND direction = {down} AND statements_done = 0)",
            self.table.sql(self.dialect),
            self.taken(),
            self.progress(journal),
            self.row().is_it(),
            self.text(applied),
            self.text(failed),
            down = self.text(Direction::Down.name()),
        )
    }

    /// Takes a row over from a run that failed or whose holder is gone; changes nothing where somebody was quicker.
    pub(crate) fn take_over(&self, row: &AppliedMigration, journal: &Journal) -> String {
        let as_before = match &row.claim {
            Some(claim) => format!(
                "claim = {} AND claimed_until < {}",
                self.text(&claim.id),
                now(self.dialect)
            ),
            None => "claim IS NULL".to_owned(),
        };
        format!(
            "UPDATE {} SET {}, statements_sent = {} WHERE {} AND state = {} AND statements_done = {} AND {as_before}",
            self.table.sql(self.dialect),
            self.taken(),
            journal.sent,
            self.row().is_it(),
            self.text(row.state.name()),
            row.journal.done,
        )
    }

    /// What every row says that is taken.
    fn taken(&self) -> String {
        let checksum = match self.step.direction() {
            Direction::Up => "checksum",
            Direction::Down => "down_checksum",
        };
        format!(
            "claim = {}, claimed_until = {}, claim_session = {}, state = {}, {checksum} = {}, statements_total = {}, \
             started_at = {}, applied_by = {}",
            self.text(self.claim),
            in_seconds(self.dialect, self.lease),
            session(self.dialect),
            self.text(RowState::Running.name()),
            self.text(&self.step.script.checksum().to_string()),
            self.step.total(),
            now(self.dialect),
            self.who(),
        )
    }

    /// Deletes a row that says that nothing was done.
    pub(crate) fn forget(&self) -> String {
        format!(
            "DELETE FROM {} WHERE {} AND state = {} AND direction = {} AND statements_done = 0",
            self.table.sql(self.dialect),
            self.row().is_it(),
            self.text(RowState::Failed.name()),
            self.text(Direction::Up.name())
        )
    }

    /// Makes room for the row of a repeatable that was applied with another text, or failed with one. Where somebody was
    /// quicker it finds nothing, and the insert behind it fails.
    pub(crate) fn replace(&self, row: &AppliedMigration) -> String {
        format!(
            "DELETE FROM {} WHERE {} AND state = {} AND checksum = {}",
            self.table.sql(self.dialect),
            self.row().is_it(),
            self.text(row.state.name()),
            self.text(&row.checksum.to_string())
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

    /// Says where a step in batches goes on, and that one more is done.
    pub(crate) fn batch(&self, done: usize, cursor: &str) -> String {
        self.update(&format!(
            "resume_at = {}, statements_done = {done}, statements_sent = {done}, claimed_until = {}",
            self.text(cursor),
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

    /// The script is done: its migration is applied, or was never there.
    pub(crate) fn finished(&self) -> String {
        match self.step.direction() {
            Direction::Up => self.applied(),
            Direction::Down => format!(
                "DELETE FROM {} WHERE {}",
                self.table.sql(self.dialect),
                self.row().is_claimed(self.claim)
            ),
        }
    }

    fn applied(&self) -> String {
        let journal = self.step.journal(self.step.total(), false);
        self.update(&format!(
            "{}, state = {}, via = {}, applied_at = {}, execution_ms = execution_ms + {}, resume_at = NULL, \
             claim = NULL, claimed_until = NULL, claim_session = NULL",
            self.progress(&journal),
            self.text(RowState::Applied.name()),
            self.text(Via::Run.name()),
            now(self.dialect),
            elapsed_ms(self.dialect)
        ))
    }

    /// A statement failed; what the journal says is done stays.
    pub(crate) fn failed(&self) -> String {
        self.update(&format!(
            "statements_sent = statements_done, state = {}, execution_ms = execution_ms + {}, claim = NULL, \
             claimed_until = NULL, claim_session = NULL",
            self.text(RowState::Failed.name()),
            elapsed_ms(self.dialect)
        ))
    }

    /// Changes the row as long as it is ours: the fence.
    pub(super) fn update(&self, assignments: &str) -> String {
        format!(
            "UPDATE {} SET {assignments} WHERE {}",
            self.table.sql(self.dialect),
            self.row().is_claimed(self.claim)
        )
    }

    fn progress(&self, journal: &Journal) -> String {
        format!(
            "statements_done = {}, statements_sent = {}, done_checksum = {}, statement_before = {}",
            journal.done,
            journal.sent,
            self.checksum(journal.done_checksum),
            nullable(self.dialect, journal.before.as_ref())
        )
    }

    fn row(&self) -> Row<'_> {
        Row {
            dialect: self.dialect,
            set: self.step.set.name(),
            key: self.step.migration.key(),
        }
    }

    pub(super) fn text(&self, text: &str) -> String {
        literal(self.dialect, text)
    }

    fn checksum(&self, checksum: Option<Checksum>) -> String {
        nullable(self.dialect, checksum.as_ref())
    }

    /// The database's own name for its user, where it has users, and the program.
    fn who(&self) -> String {
        let program = self.text(self.applied_by);
        match self.dialect {
            Dialect::Postgres => format!(
                "session_user || {}",
                self.text(&format!(" from {}", self.applied_by))
            ),
            Dialect::MySql => format!("CONCAT(CURRENT_USER(), ' from ', {program})"),
            Dialect::Sqlite => program,
        }
    }
}
