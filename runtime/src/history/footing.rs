//! What a claim stands on: the migration below is applied, or none came above, at the moment that it is committed.

use embed_migrations_core::{Dialect, Footing, Kind, RowState};

use super::dialect::session;
use super::row::Row;
use super::{FORMAT, Writer};

impl Writer<'_> {
    /// The name of the set, if what the step stands on is there and stays so until the claim is committed; else nothing,
    /// which no row may have, and the insert fails.
    pub(super) fn set_on_footing(&self) -> String {
        let name = self.text(self.step.set.name());
        let Footing::On(below) = &self.step.footing else {
            return name;
        };
        let row = Row {
            dialect: self.dialect,
            set: self.step.set.name(),
            key: below.clone(),
        };
        let locked = match self.dialect {
            Dialect::Postgres | Dialect::MySql => " FOR UPDATE",
            // It has one writer, which this is.
            Dialect::Sqlite => "",
        };
        // MySQL reads the table that it writes only through a derived one.
        format!(
            "(SELECT set_name FROM (SELECT set_name FROM {} WHERE {} AND state = {}{locked}) AS below)",
            self.table.sql(self.dialect),
            row.is_it(),
            self.text(RowState::Applied.name())
        )
    }

    /// On a cluster: writes to the row that the step stands on, so that whoever reverts it on another node is in conflict
    /// with us.
    pub(super) fn mark_footing(&self) -> Option<String> {
        let Footing::On(below) = self.step.footing.clone() else {
            return None;
        };
        let row = Row {
            dialect: self.dialect,
            set: self.step.set.name(),
            key: below,
        };
        self.is_cluster.then(|| {
            format!(
                "UPDATE {} SET claim_session = {} WHERE {} AND state = {}",
                self.table.sql(self.dialect),
                session(self.dialect),
                row.is_it(),
                self.text(RowState::Applied.name())
            )
        })
    }

    /// Changes the row under the claim to what it is, unless rows came above it. Who inserts one locks ours before, so that
    /// one of the two sees the other.
    pub(super) fn is_newest(&self) -> Option<String> {
        let Footing::Rows(count) = self.step.footing else {
            return None;
        };
        Some(
            self.update(&format!("format = {FORMAT}"))
                + &format!(
                    " AND (SELECT count FROM (SELECT count(*) AS count FROM {} WHERE set_name = {} AND kind = {}) AS rows_now) = {count}",
                    self.table.sql(self.dialect),
                    self.text(self.step.set.name()),
                    self.text(Kind::Versioned.name())
                ),
        )
    }
}
