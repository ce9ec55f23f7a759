//! SQLite.

use embed_migrations_core::{Claim, Dialect, Effect, ObjectKind};
use sqlx::Transaction;
use sqlx::error::DatabaseError;
use sqlx::sqlite::{Sqlite, SqliteConnection, SqliteQueryResult};

use super::sealed::Primitives;
use super::send::{query, send};
use super::{Cells, Changed, Limits, Meaning, Position, Sent, Server, Stopped};
use crate::history::{Table, literal, quoted};

impl Primitives for SqliteConnection {
    const DIALECT: Dialect = Dialect::Sqlite;

    fn run(&mut self, sql: String) -> Sent<'_, Result<Changed, Stopped>> {
        Box::pin(async move {
            send::<Sqlite>(self, sql, SqliteQueryResult::rows_affected, &mut |_| Ok(())).await
        })
    }

    fn query(&mut self, sql: String) -> Sent<'_, Result<Vec<Cells>, Stopped>> {
        Box::pin(query::<Sqlite>(self, sql, SqliteQueryResult::rows_affected))
    }

    fn inside<'t>(transaction: &'t mut Transaction<'_, Sqlite>) -> &'t mut Self {
        transaction
    }

    fn inspection(table: &Table, created: &[&str]) -> String {
        let name = literal(Dialect::Sqlite, table.name());
        let pragmas =
            PRAGMAS.map(|pragma| format!("(SELECT CAST({pragma} AS TEXT) FROM pragma_{pragma})"));
        let pragmas = pragmas.join(", ");
        let created: Vec<String> = created
            .iter()
            .map(|name| literal(Dialect::Sqlite, name))
            .collect();
        let created = created.join(", ");
        format!(
            "SELECT sqlite_version(), (SELECT file FROM pragma_database_list WHERE name = 'main'), \
             (SELECT CAST(count(*) AS TEXT) FROM sqlite_master WHERE type = 'table' AND name = {name}), \
             (SELECT name FROM sqlite_master WHERE name COLLATE NOCASE IN ({created}) LIMIT 1), {pragmas}"
        )
    }

    /// It has one lock, and `busy_timeout` for it; and no time limits.
    fn server(cells: Cells, _limits: Limits) -> Server {
        let mut cells = cells.into_iter();
        let mut cell = || cells.next().flatten();
        let version = cell().unwrap_or_default();
        let file = cell().unwrap_or_default();
        let has_history = cell().is_some_and(|count| count != "0");
        let has_table = cell();
        let values: Vec<(&str, String)> = PRAGMAS
            .iter()
            .filter_map(|pragma| Some((*pragma, cell()?)))
            .collect();
        let query_only = values
            .iter()
            .any(|(pragma, value)| *pragma == "query_only" && value != "0");
        Server {
            product: format!("SQLite {version}"),
            is_cluster: false,
            transactional_ddl: true,
            read_only: query_only.then(|| "`PRAGMA query_only` is set".to_owned()),
            schema: None,
            has_history,
            has_table,
            other_schema: None,
            unfit: None,
            no_backslash_escapes: false,
            in_memory: file.is_empty(),
            before_begin: Vec::new(),
            begin: "BEGIN IMMEDIATE",
            after_begin: Vec::new(),
            limits: Vec::new(),
            limits_outside: Vec::new(),
            restore: values
                .into_iter()
                .map(|(pragma, value)| format!("PRAGMA {pragma} = {value}"))
                .collect(),
        }
    }

    /// There is no list of what others do; but whoever writes holds the one write lock.
    fn activity<'a>(
        &'a mut self,
        _marker: &'a str,
        _user: &'a str,
    ) -> Sent<'a, Result<Vec<String>, Stopped>> {
        Box::pin(async move {
            match self.run("BEGIN IMMEDIATE; ROLLBACK".to_owned()).await {
                Ok(_) => Ok(Vec::new()),
                Err(stopped) if stopped.meaning::<Self>() == Meaning::Busy => {
                    Ok(vec!["another connection is writing".to_owned()])
                }
                Err(stopped) => Err(stopped),
            }
        })
    }

    fn holders<'a>(&'a mut self, _statement: &'a str) -> Sent<'a, Result<Vec<String>, Stopped>> {
        self.activity("", "")
    }

    /// Whoever holds nothing is not known to another; what it does later is fenced by the row.
    fn evict<'a>(
        &'a mut self,
        _marker: &'a str,
        _claim: &'a Claim,
    ) -> Sent<'a, Result<(), Stopped>> {
        Box::pin(async { Ok(()) })
    }

    fn state(effect: &Effect) -> Option<String> {
        let (Effect::Creates(object) | Effect::Drops(object)) = effect else {
            return None;
        };
        let text = |text: &str| literal(Dialect::Sqlite, text);
        let schema = object.schema.as_deref().unwrap_or("main");
        let found = match object.kind {
            ObjectKind::Table | ObjectKind::View | ObjectKind::Index => format!(
                "SELECT 1 FROM {}.sqlite_master WHERE name = {} COLLATE NOCASE",
                quoted(Dialect::Sqlite, schema),
                text(&object.name)
            ),
            ObjectKind::Column => format!(
                "SELECT 1 FROM pragma_table_info({}, {}) WHERE name = {} COLLATE NOCASE",
                text(object.table.as_deref().unwrap_or_default()),
                text(schema),
                text(&object.name)
            ),
        };
        Some(format!(
            "SELECT CASE WHEN EXISTS ({found}) THEN 'yes' ELSE 'no' END"
        ))
    }

    /// What a connection does is not known to another.
    fn cancel<'a>(&'a mut self, _marker: &'a str) -> Sent<'a, Result<(), Stopped>> {
        Box::pin(async { Ok(()) })
    }

    fn meaning(error: &dyn DatabaseError) -> Meaning {
        // https://www.sqlite.org/rescode.html; the low byte is the primary code.
        let code: Option<u32> = error.code().and_then(|code| code.parse().ok());
        match code {
            Some(1299) => Meaning::Absent,
            Some(1555 | 2067) => Meaning::Exists,
            Some(code) => match code & 0xff {
                5 | 6 => Meaning::Busy,
                8 => Meaning::ReadOnly,
                1 if error.message().starts_with("no such table") => Meaning::NoTable,
                1 if error.message().ends_with("already exists") => Meaning::Exists,
                1 if error.message().ends_with("no transaction is active") => {
                    Meaning::NoTransaction
                }
                _ => Meaning::Other,
            },
            None => Meaning::Other,
        }
    }

    /// A syntax error says `near "<token>"`, and others name what they miss; found once, it is the place.
    fn position(error: &dyn DatabaseError, statement: &str) -> Option<Position> {
        let message = error.message();
        let named = match message.split_once("near \"") {
            Some((_, rest)) => rest.split_once('"')?.0,
            None => message.rsplit_once(": ")?.1,
        };
        let mut found = statement.match_indices(named);
        let (offset, _) = found.next()?;
        (!named.is_empty() && found.next().is_none()).then_some(Position::Statement(offset))
    }
}

/// The settings that scripts are known to change and that live as long as the connection.
const PRAGMAS: [&str; 6] = [
    "foreign_keys",
    "recursive_triggers",
    "legacy_alter_table",
    "ignore_check_constraints",
    "reverse_unordered_selects",
    "query_only",
];
