//! Before the first change: what the server is, whether it may be changed, and the history table.

use std::time::Duration;

use embed_migrations_core::{Created, Effect, Plan, Step};

use super::Run;
use super::doubt::ABSENT;
use super::failure::named;
use crate::connect::Held;
use crate::engine::{Meaning, Server, inspect};
use crate::error::{Error, ErrorKind};
use crate::history::{self, Table, quoted};
use crate::{Dialect, Engine};

/// Concurrent `CREATE TABLE IF NOT EXISTS` fail on PostgreSQL's catalogue, and SQLite may be busy: each try is cheap.
const TRIES: u32 = 50;

impl<C: Engine> Run<'_, C> {
    pub(super) async fn prepare(&mut self, plan: &Plan) -> Result<(Server, Table), Error> {
        let table = self.migrator.history_table();
        // What comes before may take away what is there.
        let created = if self.has_something_before(plan) {
            Vec::new()
        } else {
            plan.creates(C::DIALECT)
        };
        let names: Vec<&str> = created
            .iter()
            .map(|created| &*created.object.name)
            .collect();
        let server = inspect(self.connection, &table, &names, self.migrator.limits())
            .await
            .map_err(|stopped| {
                Error::database("the server does not say what it is", stopped.error)
            })?;
        refuse_unsuitable::<C>(&server)?;
        let table = table.resolved(server.schema.as_deref());
        if !server.has_history {
            self.refuse_replay(&server, &table).await?;
        }
        self.refuse_created(&server, &created, &table).await?;
        if !server.has_history {
            self.create(&table, &server).await?;
        }
        if server.in_memory {
            self.refuse_many_databases(&table).await?;
        }
        Ok((server, table))
    }

    /// A table that a pending migration creates is there: the database has been through more than the history says. Unless
    /// somebody applies it just now.
    async fn refuse_created(
        &mut self,
        server: &Server,
        created: &[Created<'_>],
        history: &Table,
    ) -> Result<(), Error> {
        let Some(there) = &server.has_table else {
            return Ok(());
        };
        let is_there = |of: &&Created<'_>| of.object.name.eq_ignore_ascii_case(there);
        let Some(created) = created.iter().find(is_there) else {
            return Ok(());
        };
        let step = created.step;
        // A row and its table come and go in this order, or at once.
        if self.has_row(step, history).await?
            || self
                .state(&Effect::Creates(created.object.clone()))
                .await?
                .as_deref()
                == Some(ABSENT)
            || self.has_row(step, history).await?
        {
            return Ok(());
        }
        let line = step.script.line(created.statement);
        let message = format!(
            "the database has the table `{there}` already, which {} creates at {}:{line}, and its history in `{}` does not \
             have that migration",
            named(step),
            step.script.path(),
            history.shown()
        );
        Err(Error::new(ErrorKind::History, message)
            .with_hint("nothing was run")
            .with_hint(
                "where the history was lost, restore its table; where it is kept elsewhere, name that table and its schema",
            )
            .with_hint(
                "where the database has had these migrations from elsewhere, `baseline` or `skip` records them without \
                 running any",
            ))
    }

    async fn has_row(&mut self, step: &Step, history: &Table) -> Result<bool, Error> {
        let rows = history::read(self.connection, history, &[step.set.name()]).await?;
        let key = step.migration.key();
        Ok(rows.iter().any(|row| row.key == key))
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
        "run the migrations on the primary, as a role whose transactions may write; where there is nothing to do a standby is \
         enough",
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
