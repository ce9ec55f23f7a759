//! MySQL, MariaDB, and what speaks their protocol.

use embed_migrations_core::Dialect;
use sqlx::Transaction;
use sqlx::error::DatabaseError;
use sqlx::mysql::{MySql, MySqlConnection, MySqlDatabaseError, MySqlQueryResult};

use super::sealed::Primitives;
use super::send::{query, send};
use super::{Cells, Changed, Meaning, Position, Sent, Server, Stopped};
use crate::history::{Table, literal, quoted};

impl Primitives for MySqlConnection {
    const DIALECT: Dialect = Dialect::MySql;

    fn run(&mut self, sql: String) -> Sent<'_, Result<Changed, Stopped>> {
        Box::pin(async move {
            send::<MySql>(self, sql, MySqlQueryResult::rows_affected, &mut |_| Ok(())).await
        })
    }

    fn query(&mut self, sql: String) -> Sent<'_, Result<Vec<Cells>, Stopped>> {
        Box::pin(query::<MySql>(self, sql, MySqlQueryResult::rows_affected))
    }

    fn inside<'t>(transaction: &'t mut Transaction<'_, MySql>) -> &'t mut Self {
        transaction
    }

    fn inspection(table: &Table) -> String {
        let schema = match table.schema() {
            Some(schema) => literal(Dialect::MySql, schema),
            None => "DATABASE()".to_owned(),
        };
        let name = literal(Dialect::MySql, table.name());
        let variables = VARIABLES.map(|variable| format!("CAST(@@session.{variable} AS CHAR)"));
        let variables = variables.join(", ");
        format!(
            "SELECT CONCAT(VERSION(), ' ', @@version_comment), {schema}, DATABASE(), CAST(@@global.read_only AS CHAR), \
             (SELECT CAST(COUNT(*) AS CHAR) FROM information_schema.TABLES \
             WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = {name}), {variables}"
        )
    }

    fn server(cells: Cells) -> Server {
        let mut cells = cells.into_iter();
        let mut cell = || cells.next().flatten();
        let product = cell().unwrap_or_default();
        let schema = cell();
        let database = cell();
        let read_only = cell().is_some_and(|value| !is_off(&value));
        let has_history = cell().is_some_and(|count| count != "0");
        let values: Vec<Option<String>> = VARIABLES.iter().map(|_| cell()).collect();
        let value_of = |name: &str| {
            let index = VARIABLES.iter().position(|variable| *variable == name);
            index
                .and_then(|index| values[index].clone())
                .unwrap_or_default()
        };
        let (sql_mode, autocommit) = (value_of("sql_mode"), value_of("autocommit"));
        let variables = VARIABLES.iter().zip(&values).map(|(variable, value)| {
            let value = value
                .as_ref()
                .map_or_else(|| "NULL".to_owned(), |value| assigned(value));
            format!("SESSION {variable} = {value}")
        });
        let variables: Vec<String> = variables.collect();
        let wait = variables
            .iter()
            .find(|variable| variable.contains("innodb_lock_wait_timeout"))
            .map(|variable| format!("SET {variable}"));
        let set = format!("SET {}", variables.join(", "));
        let back = database.map(|database| format!("USE {}", quoted(Dialect::MySql, &database)));
        Server {
            product,
            transactional_ddl: false,
            read_only: read_only.then(|| "`read_only` is set".to_owned()),
            schema,
            has_history,
            other_schema: None,
            unfit: is_off(&autocommit)
                .then_some("`autocommit` is off, and what is written would not be committed"),
            no_backslash_escapes: sql_mode.contains("NO_BACKSLASH_ESCAPES"),
            in_memory: false,
            before_begin: vec!["SET SESSION innodb_lock_wait_timeout = 1".to_owned()],
            begin: "START TRANSACTION",
            after_begin: Vec::new(),
            after_claim: wait.into_iter().collect(),
            restore: std::iter::once(set).chain(back).collect(),
        }
    }

    fn activity<'a>(
        &'a mut self,
        marker: &'a str,
        _user: &'a str,
    ) -> Sent<'a, Result<Vec<String>, Stopped>> {
        Box::pin(async move {
            let marker = literal(Self::DIALECT, &format!("%{marker}%"));
            let sql = format!(
                "SELECT CONCAT('connection ', ID, ' of ', USER, ', for ', TIME, ' s: ', LEFT(INFO, 200)) \
                 FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() AND INFO LIKE {marker} \
                 AND INFO NOT LIKE '%information_schema.PROCESSLIST%'"
            );
            let rows = self.query(sql).await?;
            Ok(rows.into_iter().flatten().flatten().collect())
        })
    }

    fn cancel<'a>(&'a mut self, marker: &'a str) -> Sent<'a, Result<(), Stopped>> {
        Box::pin(async move {
            let marker = literal(Self::DIALECT, &format!("%{marker}%"));
            let sql = format!(
                "SELECT CAST(ID AS CHAR) FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() \
                 AND INFO LIKE {marker} AND INFO NOT LIKE '%information_schema.PROCESSLIST%'"
            );
            for connection in self.query(sql).await?.into_iter().flatten().flatten() {
                self.run(format!("KILL QUERY {connection}")).await?;
            }
            Ok(())
        })
    }

    fn meaning(error: &dyn DatabaseError) -> Meaning {
        // MySQL and MariaDB error reference.
        match error
            .try_downcast_ref::<MySqlDatabaseError>()
            .map(MySqlDatabaseError::number)
        {
            Some(1146 | 1049) => Meaning::NoTable,
            Some(1062 | 1050) => Meaning::Exists,
            Some(1048) => Meaning::Absent,
            Some(1205 | 1213) => Meaning::Busy,
            Some(1290 | 1792 | 1836) => Meaning::ReadOnly,
            _ => Meaning::Other,
        }
    }

    /// A syntax error says `… near '<the rest of the statement>' at line N`.
    fn position(error: &dyn DatabaseError, statement: &str) -> Option<Position> {
        let (before, line) = error.message().rsplit_once("' at line ")?;
        let line: usize = line.trim().parse().ok()?;
        // MariaDB quotes so many bytes and no more.
        let near = before.split_once(" near '")?.1.trim_end_matches("...");
        let line_start = statement
            .split_inclusive('\n')
            .take(line.checked_sub(1)?)
            .map(str::len)
            .sum();
        let rest = statement.get(line_start..)?;
        // The quoted text may end before the statement does, or run on into the next one.
        let column = rest
            .char_indices()
            .map(|(at, _)| at)
            .find(|at| rest[*at..].starts_with(near) || near.starts_with(&rest[*at..]))
            .filter(|_| !near.is_empty());
        Some(Position::Statement(line_start + column.unwrap_or(0)))
    }
}

/// The session variables that scripts are known to change, of those that both MySQL and MariaDB have.
const VARIABLES: [&str; 13] = [
    "sql_mode",
    "foreign_key_checks",
    "unique_checks",
    "sql_safe_updates",
    "autocommit",
    "time_zone",
    "character_set_client",
    "character_set_results",
    "collation_connection",
    "lock_wait_timeout",
    "innodb_lock_wait_timeout",
    "group_concat_max_len",
    "default_storage_engine",
];

/// MySQL answers 0 or 1, MariaDB a word.
fn is_off(value: &str) -> bool {
    matches!(value, "0" | "OFF")
}

/// Numbers are assigned as numbers: `SET foreign_key_checks = '1'` is refused.
fn assigned(value: &str) -> String {
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        value.to_owned()
    } else {
        literal(Dialect::MySql, value)
    }
}
