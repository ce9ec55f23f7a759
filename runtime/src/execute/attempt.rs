//! [`Attempt`]: what every try to take a step needs, and how it has to be taken.

use std::sync::OnceLock;

use embed_migrations_core::{
    AppliedMigration, Dialect, Direction, Effect, Journal, RollsBack, RowState, Step, effect,
    rolls_back,
};
use sqlx::Pool;

use super::around::Around;
use super::failure::named;
use super::message::Message;
use crate::engine::Server;
use crate::error::{Error, ErrorKind};
use crate::history::{Table, Writer};
use crate::{Engine, Hooks, Migrator};

/// What every attempt needs and none changes.
pub(super) struct Attempt<'r, C: Engine> {
    pub(super) migrator: &'r Migrator,
    /// Where a second connection may come from.
    pub(super) pool: Option<&'r Pool<C::Database>>,
    pub(super) hooks: &'r [&'r Hooks<C>],
    pub(super) around: &'r Around,
    pub(super) server: &'r Server,
    pub(super) table: &'r Table,
    pub(super) step: &'r Step,
    /// What the history says about the migration.
    pub(super) row: Option<&'r AppliedMigration>,
    pub(super) claim: &'r str,
    /// The host and the process.
    pub(super) program: &'r str,
    /// What rolls each statement back; see `together`.
    pub(super) rolls_back: OnceLock<Option<Vec<RollsBack>>>,
}

impl<C: Engine> Attempt<'_, C> {
    pub(super) fn writer(&self) -> Writer<'_> {
        Writer {
            dialect: C::DIALECT,
            table: self.table,
            step: self.step,
            claim: self.claim,
            lease: self.lease(),
            applied_by: self.program,
            is_cluster: self.server.is_cluster,
        }
    }

    /// An empty message under the claim.
    pub(super) fn message(&self) -> Message {
        let marker = self.writer().marker();
        match C::DIALECT {
            Dialect::MySql => Message::marked_throughout(&marker),
            Dialect::Postgres | Dialect::Sqlite => Message::new(marker),
        }
    }

    /// Whether the script and its row are one transaction.
    pub(super) fn is_transactional(&self) -> bool {
        let (step, around) = (self.step, self.around);
        let rolls_back = || {
            self.server.transactional_ddl
                || step.is_data_only()
                    && around.before.are_data_only()
                    && around.after.are_data_only()
        };
        step.statements.is_empty() || step.script.transaction() && rolls_back()
    }

    /// Whether the script looks after transactions itself, or may.
    pub(super) fn has_transactions(&self) -> bool {
        self.rolls_back().is_none()
    }

    /// Whether a statement shares a transaction with its word in the journal.
    pub(super) fn is_together(&self, index: usize) -> bool {
        match self.rolls_back().and_then(|all| all.get(index)) {
            Some(RollsBack::Everywhere) => true,
            Some(RollsBack::WithDdl) => self.server.transactional_ddl,
            Some(RollsBack::Nowhere) | None => false,
        }
    }

    /// What a statement leaves in the catalogue, where that tells afterwards whether it ran.
    pub(super) fn effect(&self, index: usize) -> Option<Effect> {
        let statement = self.step.statements.get(index)?;
        // What a transaction of the script's own has done is undone with it.
        let effect = effect(self.step.script.text(*statement), C::DIALECT)?;
        (effect == Effect::Same || !self.has_transactions()).then_some(effect)
    }

    fn rolls_back(&self) -> Option<&[RollsBack]> {
        let (script, statements) = (self.step.script, &self.step.statements);
        let known = self
            .rolls_back
            .get_or_init(|| rolls_back(script.sql(), statements, C::DIALECT));
        known.as_deref()
    }

    /// What a claim says first: that the first statement is under way, where it is sent without another word.
    pub(super) fn first_word(&self) -> Journal {
        let step = self.step;
        let comes_first = !self.has_around() && !step.script.is_rust();
        let is_sent =
            comes_first && !self.is_together(step.done) && self.effect(step.done).is_none();
        step.journal(step.done, is_sent)
    }

    /// Whether it begins with the first statement: there is no row, that of a repeatable's earlier text, or that of what is
    /// to be reverted.
    pub(super) fn begins(&self) -> bool {
        match self.step.direction() {
            Direction::Up => self.row.is_none() || self.earlier().is_some(),
            Direction::Down => self.row.is_none_or(AppliedMigration::is_applied),
        }
    }

    /// Whether it is a step in Rust of which the row says that nothing is done, which only calling it can change.
    pub(super) fn was_never_called(&self) -> bool {
        self.step.script.is_rust() && self.step.done == 0
    }

    /// Refuses to take a step for done that was begun in batches: what is left of it nobody would do.
    pub(super) fn refuse_begun_in_batches(&self) -> Result<(), Error> {
        let begun = self.row.filter(|row| row.cursor.is_some());
        let Some(row) = begun.filter(|row| !row.is_applied()) else {
            return Ok(());
        };
        let message = format!(
            "{} was begun in batches, {} of which are done, and is one step in this program",
            named(self.step),
            row.journal.done
        );
        Err(Error::new(ErrorKind::Configuration, message)
            .with_hint("finish it with the program that has `batches`, or forget it with `repair`"))
    }

    /// Whether an earlier run failed with nothing done, so that its row is in the way of a transaction.
    pub(super) fn failed_before_anything(&self) -> bool {
        self.step.direction() == Direction::Up
            && self
                .row
                .is_some_and(|row| row.state == RowState::Failed && row.journal.done == 0)
    }

    /// The row of a repeatable's earlier text, which was applied, or failed after some statements.
    fn earlier(&self) -> Option<&AppliedMigration> {
        self.row.filter(|row| match row.state {
            RowState::Applied => self.step.direction() == Direction::Up,
            RowState::Failed => self.step.done < row.journal.done,
            _ => false,
        })
    }

    /// What takes the row of the earlier text away, in the transaction that inserts the new one.
    pub(super) fn replace(&self) -> Option<String> {
        self.earlier().map(|earlier| self.writer().replace(earlier))
    }
}
