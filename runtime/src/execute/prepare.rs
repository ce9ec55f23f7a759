//! Before the first change: what the server is, whether it may be changed, and the history table.

use std::time::Duration;

use embed_migrations_core::{Goal, Step};

use super::Run;
use crate::connect::Held;
use crate::engine::{Meaning, Server, inspect};
use crate::error::{Error, ErrorKind};
use crate::history::{self, Table, foreign_history, quoted};
use crate::{Dialect, Engine, Policy};

/// Concurrent `CREATE TABLE IF NOT EXISTS` fail on PostgreSQL's catalogue, and SQLite may be busy: each try is cheap.
const TRIES: u32 = 50;

impl<C: Engine> Run<'_, C> {
    pub(super) async fn prepare(&mut self) -> Result<(Server, Table), Error> {
        let table = self.migrator.history_table();
        let server = inspect(self.connection, &table, self.migrator.limits())
            .await
            .map_err(|stopped| {
                Error::database("the server does not say what it is", stopped.error)
            })?;
        refuse_unsuitable::<C>(&server)?;
        let table = table.resolved(server.schema.as_deref());
        if !server.has_history {
            self.refuse_replay(&server, &table).await?;
            if matches!(self.goal, Goal::Run(_)) {
                self.refuse_foreign(&table).await?;
            }
            self.create(&table, &server).await?;
        }
        if server.in_memory {
            self.refuse_many_databases(&table).await?;
        }
        Ok((server, table))
    }

    /// Connections to `:memory:` have a database each, unless they share it by name: a second one must see the table.
    async fn refuse_many_databases(&mut self, table: &Table) -> Result<(), Error> {
        let Some(pool) = self
            .pool
            .filter(|pool| pool.options().get_max_connections() > 1)
        else {
            return Ok(());
        };
        let mut second = Held::<C>::take_living(pool).await?;
        let look = format!("SELECT count(*) FROM {}", table.sql(C::DIALECT));
        match second.run(look).await {
            Ok(_) => {
                second.give_back();
                Ok(())
            }
            Err(_) => Err(Error::new(
                ErrorKind::Configuration,
                "each connection of this pool has a database of its own, in memory",
            )
            .with_hint(
                "use `max_connections(1)`, or the URL `sqlite::memory:`, which shares one database",
            )),
        }
    }

    /// On PostgreSQL the first schema of a search path may come into being by a migration, and is the current one from then
    /// on. A history that another schema of the path has is then ours, and must not be run again.
    async fn refuse_replay(&mut self, server: &Server, table: &Table) -> Result<(), Error> {
        let (Some(other), Some(current)) = (&server.other_schema, table.schema()) else {
            return Ok(());
        };
        let there = Table::new(table.name(), Some(other.clone()));
        let rows = history::read(self.connection, &there, &self.migrator.names()).await;
        if rows.map_or(true, |rows| rows.is_empty()) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::ForeignHistory,
            format!("the schema `{current}` has no history, and `{other}` in the same search path has one"),
        )
        .with_hint(format!(
            "say which is meant: `.schema(\"{other}\")` goes on with that history, `.schema(\"{current}\")` begins a new one"
        )))
    }

    async fn refuse_foreign(&mut self, table: &Table) -> Result<(), Error> {
        if self.migrator.foreign_policy() == Policy::Allow {
            return Ok(());
        }
        let Some((name, tool)) = foreign_history(self.connection, table).await? else {
            return Ok(());
        };
        let message =
            format!("the database has the history of {tool} in `{name}` and none of ours");
        if self.migrator.foreign_policy() == Policy::Warn {
            tracing::warn!("{message}");
            return Ok(());
        }
        Err(Error::new(ErrorKind::ForeignHistory, message)
            .with_hint(
                "nothing was run: all migrations would be run again on a database that has them",
            )
            .with_hint("`adopt` takes it over; `baseline` records those that the database has, without running them")
            .with_hint(
                "if that table is about another schema, say `.foreign_history(Policy::Allow)`",
            ))
    }

    async fn create(&mut self, table: &Table, server: &Server) -> Result<(), Error> {
        let mut tries = 1;
        loop {
            let Err(stopped) = self.connection.run(table.create(C::DIALECT)).await else {
                return Ok(());
            };
            match (stopped.meaning::<C>(), table.schema()) {
                (Meaning::NoTable, Some(schema)) if tries < TRIES => {
                    self.create_schema(schema).await?;
                }
                (Meaning::Exists | Meaning::Busy, _) if tries < TRIES => {
                    tokio::time::sleep(Duration::from_millis(fastrand::u64(5..50))).await;
                }
                (Meaning::ReadOnly, _) => return Err(read_only(server, "it refuses to write")),
                _ => {
                    let table = table.shown();
                    return Err(Error::database(
                        format!("the history table `{table}` cannot be created"),
                        stopped.error,
                    ));
                }
            }
            tries += 1;
        }
    }

    async fn create_schema(&mut self, schema: &str) -> Result<(), Error> {
        let name = quoted(C::DIALECT, schema);
        let create = format!("CREATE SCHEMA IF NOT EXISTS {name}");
        match self.connection.run(create).await {
            Ok(_) => Ok(()),
            Err(stopped) if stopped.meaning::<C>() == Meaning::Exists => Ok(()),
            Err(stopped) => Err(Error::database(
                format!("the schema `{schema}` cannot be created"),
                stopped.error,
            )),
        }
    }
}

fn refuse_unsuitable<C: Engine>(server: &Server) -> Result<(), Error> {
    if let Some(why) = server.unfit {
        return Err(Error::new(ErrorKind::Configuration, why)
            .with_hint("set it on for the connections of this pool"));
    }
    if let Some(why) = &server.read_only {
        return Err(read_only(server, why));
    }
    match C::DIALECT {
        Dialect::Postgres | Dialect::MySql if server.schema.is_none() => Err(Error::new(
            ErrorKind::Configuration,
            "the connection has no current schema to keep the history in",
        )
        .with_hint("name a database in the URL, or an existing schema in `search_path`")),
        _ => Ok(()),
    }
}

fn read_only(server: &Server, why: &str) -> Error {
    Error::new(
        ErrorKind::ReadOnly,
        format!(
            "there is something to do, and the server takes no writes: {why} ({})",
            server.product
        ),
    )
    .with_hint(
        "run the migrations on the primary; where there is nothing to do a standby is enough",
    )
}

/// Refuses what this server would understand otherwise, before anything of it is run.
pub(super) fn refuse_unreadable(step: &Step, server: &Server) -> Result<(), Error> {
    let path = step.script.path();
    if server.no_backslash_escapes && step.script.sql().contains('\\') {
        let message = format!(
            "{path} has a backslash, and the server's `sql_mode` has `NO_BACKSLASH_ESCAPES`"
        );
        return Err(Error::new(ErrorKind::Configuration, message).with_hint(
            "take the mode out of the connection's `sql_mode`, or the backslash out of the script",
        ));
    }
    Ok(())
}
