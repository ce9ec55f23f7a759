//! PostgreSQL, and what speaks its protocol.

use std::time::Duration;

use embed_migrations_core::{Claim, Dialect, Effect, ObjectKind};
use sqlx::Transaction;
use sqlx::error::DatabaseError;
use sqlx::postgres::{PgConnection, PgDatabaseError, PgErrorPosition, PgQueryResult, Postgres};

use super::sealed::Primitives;
use super::send::{query, send};
use super::{Cells, Changed, Limits, Meaning, Position, Sent, Server, Stopped};
use crate::history::{Table, literal, quoted};

impl Primitives for PgConnection {
    const DIALECT: Dialect = Dialect::Postgres;

    fn run(&mut self, sql: String) -> Sent<'_, Result<Changed, Stopped>> {
        Box::pin(async move {
            send::<Postgres>(self, sql, PgQueryResult::rows_affected, &mut |_| Ok(())).await
        })
    }

    fn query(&mut self, sql: String) -> Sent<'_, Result<Vec<Cells>, Stopped>> {
        Box::pin(query::<Postgres>(self, sql, PgQueryResult::rows_affected))
    }

    fn inside<'t>(transaction: &'t mut Transaction<'_, Postgres>) -> &'t mut Self {
        transaction
    }

    /// One row that says all about the server and the session. What `SET` changed in the session comes back as the
    /// statements that set it again.
    fn inspection(table: &Table, created: &[&str]) -> String {
        let name = literal(Dialect::Postgres, table.name());
        let schema = match table.schema() {
            Some(schema) => literal(Dialect::Postgres, schema),
            None => "current_schema()".to_owned(),
        };
        // Without a schema in the search path there is none to look in.
        let table_of = |schema: &str, name: &str| {
            format!(
                "CASE WHEN {schema} IS NOT NULL THEN to_regclass(format('%I.%I', {schema}, {name})) IS NOT NULL ELSE false END"
            )
        };
        // Only where the schema is left to the search path may another one of it be meant.
        let other = match table.schema() {
            Some(_) => "NULL".to_owned(),
            None => format!(
                "(SELECT s FROM unnest(current_schemas(false)) s \
                 WHERE s <> current_schema() AND to_regclass(format('%I.%I', s, {name})) IS NOT NULL LIMIT 1)"
            ),
        };
        let created: Vec<String> = created
            .iter()
            .map(|name| literal(Dialect::Postgres, name))
            .collect();
        let existing = format!(
            "(SELECT name FROM unnest(ARRAY[{}]::text[]) name \
             WHERE {} LIMIT 1)",
            created.join(", "),
            table_of("current_schema()", "name")
        );
        format!(
            "SELECT version(), {schema}, {existing}, pg_is_in_recovery()::text, current_setting('transaction_read_only'), \
             ({})::text, {TIMEOUTS}, \
             current_setting('role'), session_user::text, {other}, \
             (SELECT string_agg(format('SELECT set_config(%L, %L, false)', name, setting), chr(30)) FROM pg_settings \
             WHERE source = 'session' AND context IN ('user', 'superuser') AND name NOT LIKE 'transaction\\_%')",
            table_of(&schema, &name)
        )
    }

    fn server(cells: Cells, limits: Limits) -> Server {
        let mut cells = cells.into_iter();
        let mut cell = || cells.next().flatten();
        let version = cell().unwrap_or_default();
        let schema = cell();
        let has_table = cell();
        let in_recovery = cell().as_deref() == Some("true");
        let read_only = cell().as_deref() == Some("on");
        let has_history = cell().as_deref() == Some("true");
        let timeouts = Timeouts::of(&cell().unwrap_or_default());
        let role = cell().unwrap_or_default();
        let user = cell().unwrap_or_default();
        let other_schema = cell();
        let settings = cell().unwrap_or_default();
        Server {
            is_cluster: false,
            transactional_ddl: has_transactional_ddl(&version),
            product: version.split(" on ").next().unwrap_or(&version).to_owned(),
            read_only: if in_recovery {
                Some("it is a standby".to_owned())
            } else {
                read_only.then(|| "its transactions are read-only".to_owned())
            },
            schema,
            has_history,
            has_table,
            other_schema,
            unfit: None,
            no_backslash_escapes: false,
            in_memory: false,
            before_begin: Vec::new(),
            begin: "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
            after_begin: vec!["SET LOCAL lock_timeout = '250ms'".to_owned()],
            limits: timeouts.inside(limits),
            limits_outside: timeouts.outside(limits),
            restore: restore(&user, &role, &settings),
        }
    }

    fn activity<'a>(
        &'a mut self,
        marker: &'a str,
        user: &'a str,
    ) -> Sent<'a, Result<Vec<String>, Stopped>> {
        Box::pin(async move {
            let marker = literal(Self::DIALECT, &format!("%{marker}%"));
            let user = literal(Self::DIALECT, user);
            let sql = format!(
                "SELECT format('pid %s of %s, since %s: %s', pid, usename, query_start, left(query, 200)) \
                 FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database() AND \
                 (state <> 'idle' AND query LIKE {marker} AND query NOT LIKE '%pg_stat_activity%' \
                 OR query = '<insufficient privilege>' AND usename = {user})"
            );
            let rows = self.query(sql).await?;
            Ok(rows.into_iter().flatten().flatten().collect())
        })
    }

    /// Whoever has a lock on a relation whose name the statement has; else whoever has one at all.
    fn holders<'a>(&'a mut self, statement: &'a str) -> Sent<'a, Result<Vec<String>, Stopped>> {
        Box::pin(async move {
            let statement = literal(Self::DIALECT, &statement.to_lowercase());
            let sql = format!(
                "WITH held AS (SELECT a.pid, a.usename, a.state, a.xact_start, left(a.query, 200) AS query, \
                 string_agg(DISTINCT l.mode || ' on ' || c.relname, ', ') AS locks, \
                 bool_or(position(lower(c.relname) IN {statement}) > 0) AS is_named \
                 FROM pg_locks l JOIN pg_stat_activity a USING (pid) JOIN pg_class c ON c.oid = l.relation \
                 WHERE l.granted AND a.pid <> pg_backend_pid() AND a.datname = current_database() \
                 AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
                 AND c.relnamespace <> 'pg_catalog'::regnamespace GROUP BY 1, 2, 3, 4, 5) \
                 SELECT format('pid %s of %s, %s, in a transaction since %s, holds %s: %s', pid, usename, state, \
                 xact_start, locks, query) FROM held \
                 WHERE is_named OR NOT EXISTS (SELECT 1 FROM held WHERE is_named) ORDER BY xact_start"
            );
            let rows = self.query(sql).await?;
            Ok(rows.into_iter().flatten().flatten().collect())
        })
    }

    /// A session shows its last statement while it is idle.
    fn evict<'a>(
        &'a mut self,
        marker: &'a str,
        _claim: &'a Claim,
    ) -> Sent<'a, Result<(), Stopped>> {
        Box::pin(async move {
            let marker = literal(Self::DIALECT, &format!("%{marker}%"));
            let sql = format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() \
                 AND datname = current_database() AND state LIKE 'idle%' \
                 AND state_change < clock_timestamp() - interval '1 second' \
                 AND query LIKE {marker} AND query NOT LIKE '%pg_stat_activity%'"
            );
            self.run(sql).await.map(drop)
        })
    }

    /// What is created is in the current schema, an index in that of its table; what is dropped is the first of the search
    /// path.
    fn state(effect: &Effect) -> Option<String> {
        let name = |name: &str| quoted(Dialect::Postgres, name);
        let within = |schema: &Option<String>, own: &str| {
            let schema = schema.as_deref().map(|schema| name(schema) + ".");
            let named = schema.unwrap_or_default() + &name(own);
            literal(Dialect::Postgres, &named)
        };
        match effect {
            Effect::Creates(object) if object.kind == ObjectKind::Index => {
                let table = within(&object.schema, object.table.as_deref()?);
                Some(format!(
                    "SELECT coalesce((SELECT CASE WHEN i.indisvalid OR c.relkind <> 'i' THEN c.oid::text \
                     ELSE format('broken %I.%I', n.nspname, c.relname) END \
                     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
                     WHERE i.indrelid = to_regclass({table}) AND c.relname = {}), 'no')",
                    literal(Dialect::Postgres, &object.name)
                ))
            }
            Effect::Creates(object) if object.kind != ObjectKind::Column => {
                let schema = match &object.schema {
                    Some(schema) => literal(Dialect::Postgres, schema),
                    None => "current_schema()".to_owned(),
                };
                Some(format!(
                    "SELECT coalesce(to_regclass(format('%I.%I', {schema}, {}))::oid::text, 'no')",
                    literal(Dialect::Postgres, &object.name)
                ))
            }
            Effect::Drops(object) if object.kind != ObjectKind::Column => Some(format!(
                "SELECT coalesce(to_regclass({})::oid::text, 'no')",
                within(&object.schema, &object.name)
            )),
            Effect::Creates(_) | Effect::Drops(_) | Effect::Same => None,
        }
    }

    fn still(identity: &str) -> Option<String> {
        let identity: u32 = identity.parse().ok()?;
        Some(format!(
            "SELECT coalesce((SELECT oid::text FROM pg_class WHERE oid = {identity}), 'no')"
        ))
    }

    fn cancel<'a>(&'a mut self, marker: &'a str) -> Sent<'a, Result<(), Stopped>> {
        Box::pin(async move {
            let marker = literal(Self::DIALECT, &format!("%{marker}%"));
            let sql = format!(
                "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() \
                 AND state = 'active' AND query LIKE {marker} AND query NOT LIKE '%pg_stat_activity%'"
            );
            self.run(sql).await.map(drop)
        })
    }

    fn meaning(error: &dyn DatabaseError) -> Meaning {
        // PostgreSQL manual, appendix A.
        match error.code().as_deref() {
            Some("42P01" | "3F000") => Meaning::NoTable,
            Some("23505" | "42P07" | "42710") => Meaning::Exists,
            Some("23502") => Meaning::Absent,
            Some("55P03" | "40P01" | "40001") => Meaning::Busy,
            Some("25006") => Meaning::ReadOnly,
            _ => Meaning::Other,
        }
    }

    fn advice(error: &dyn DatabaseError) -> Vec<String> {
        let error = error.try_downcast_ref::<PgDatabaseError>();
        let told = error.map(|error| [error.detail(), error.hint()]);
        told.into_iter()
            .flatten()
            .flatten()
            .map(str::to_owned)
            .collect()
    }

    fn position(error: &dyn DatabaseError, _statement: &str) -> Option<Position> {
        match error.try_downcast_ref::<PgDatabaseError>()?.position()? {
            PgErrorPosition::Original(characters) => {
                Some(Position::Sent(characters.saturating_sub(1)))
            }
            PgErrorPosition::Internal { .. } => None,
        }
    }
}

/// The times after which the server ends what a session does, each in milliseconds, as `name=value` and with a space in
/// between. Which there are depends on its version.
const TIMEOUTS: &str = "(SELECT string_agg(name || '=' || setting, ' ') FROM pg_settings WHERE name IN \
     ('lock_timeout', 'statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout'))";

/// What the session has of them.
struct Timeouts(Vec<(String, u64)>);

impl Timeouts {
    fn of(told: &str) -> Self {
        let pairs = told.split(' ').filter_map(|pair| pair.split_once('='));
        let parsed = pairs.filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?)));
        Self(parsed.collect())
    }

    /// Inside of a transaction, whose claim has a lock timeout of its own. What is as it should be is not set.
    fn inside(&self, limits: Limits) -> Vec<String> {
        let wanted = |name: &str, own: u64| match name {
            "lock_timeout" => millis(limits.lock_in(Duration::from_millis(own))),
            "statement_timeout" => millis(limits.statement),
            _ => 0,
        };
        self.set("SET LOCAL", |name| name == "lock_timeout", wanted)
    }

    /// Outside of one run only statements that are built to wait beside the work of others, and hold nobody up.
    fn outside(&self, limits: Limits) -> Vec<String> {
        let wanted = |name: &str, _: u64| match name {
            "statement_timeout" => millis(limits.statement),
            _ => 0,
        };
        self.set("SET", |_| false, wanted)
    }

    fn set(
        &self,
        how: &str,
        always: impl Fn(&str) -> bool,
        wanted: impl Fn(&str, u64) -> u64,
    ) -> Vec<String> {
        let settings = self.0.iter().filter_map(|(name, own)| {
            let wanted = wanted(name, *own);
            (always(name) || wanted != *own).then(|| format!("{how} {name} = {wanted}"))
        });
        settings.collect()
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// First the user, then its settings, and the role last, which may have no right to set them. What is not listed, as an
/// application's own settings are not, is left alone.
fn restore(user: &str, role: &str, settings: &str) -> Vec<String> {
    let (user, role) = (
        literal(Dialect::Postgres, user),
        literal(Dialect::Postgres, role),
    );
    let mut statements = vec![
        format!("SET SESSION AUTHORIZATION {user}"),
        "SELECT set_config(name, reset_val, false) FROM pg_settings WHERE source = 'session' \
         AND context IN ('user', 'superuser') AND name NOT LIKE 'transaction\\_%'"
            .to_owned(),
    ];
    let settings = settings
        .split('\u{1e}')
        .filter(|setting| !setting.is_empty());
    statements.extend(settings.map(str::to_owned));
    statements.push(format!("SELECT set_config('role', {role}, false)"));
    statements
}

/// CockroachDB and YugabyteDB speak the protocol and do not roll all DDL back: by their documentation, not tested.
fn has_transactional_ddl(version: &str) -> bool {
    !version.contains("CockroachDB") && !version.contains("-YB-")
}
