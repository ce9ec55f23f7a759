//! MySQL, MariaDB, and what speaks their protocol.

mod limits;

use embed_migrations_core::{Claim, Dialect, Effect, ObjectKind};
use sqlx::Transaction;
use sqlx::error::DatabaseError;
use sqlx::mysql::{MySql, MySqlConnection, MySqlDatabaseError, MySqlQueryResult};

use self::limits::limited;
use super::sealed::Primitives;
use super::send::{query, send};
use super::{Cells, Changed, Limits, Meaning, Position, Sent, Server, Stopped};
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

    fn inspection(table: &Table, created: &[&str]) -> String {
        let schema = match table.schema() {
            Some(schema) => literal(Dialect::MySql, schema),
            None => "DATABASE()".to_owned(),
        };
        let name = literal(Dialect::MySql, table.name());
        let variables = VARIABLES.map(|variable| format!("CAST(@@session.{variable} AS CHAR)"));
        let variables = variables.join(", ");
        let created: Vec<String> = std::iter::once("")
            .chain(created.iter().copied())
            .map(|name| literal(Dialect::MySql, name))
            .collect();
        let existing = format!(
            "(SELECT CAST(TABLE_NAME AS CHAR) FROM information_schema.TABLES \
             WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN ({}) LIMIT 1)",
            created.join(", ")
        );
        format!(
            "SELECT CONCAT(VERSION(), ' ', @@version_comment), {schema}, DATABASE(), {existing}, CAST(@@global.read_only AS CHAR), \
             (SELECT CAST(COUNT(*) AS CHAR) FROM information_schema.TABLES \
             WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = {name}), {variables}{}",
            either(
                &format!(
                    ", CAST(@@session.max_statement_time AS CHAR), @@session.tx_isolation, (SELECT VARIABLE_VALUE \
                     FROM information_schema.GLOBAL_VARIABLES WHERE VARIABLE_NAME = 'WSREP_ON'){}",
                    ON_MARIADB
                        .map(|variable| format!(", CAST(@@session.{variable} AS CHAR)"))
                        .concat()
                ),
                ", CAST(@@session.max_execution_time AS CHAR), @@session.transaction_isolation"
            )
        )
    }

    fn server(cells: Cells, limits: Limits) -> Server {
        let mut cells = cells.into_iter();
        let mut cell = || cells.next().flatten();
        let product = cell().unwrap_or_default();
        let schema = cell();
        let database = cell();
        let has_table = cell();
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
        let limits = limited(
            limits,
            &value_of("lock_wait_timeout"),
            &value_of("innodb_lock_wait_timeout"),
        );
        let time_limit = cell().map(|own| {
            either(
                &format!(", SESSION max_statement_time = {own}"),
                &format!(", SESSION max_execution_time = {own}"),
            )
        });
        let isolation = cell().map(|own| {
            either(
                &format!(", SESSION tx_isolation = '{own}'"),
                &format!(", SESSION transaction_isolation = '{own}'"),
            )
        });
        let is_cluster = cell().is_some_and(|on| !is_off(&on)) || product.contains("Cluster");
        let on_mariadb = ON_MARIADB.map(|variable| {
            let own = cell().map(|own| format!(", SESSION {variable} = {}", assigned(&own)));
            own.unwrap_or_default()
        });
        let set = format!(
            "SET {}, SESSION timestamp = DEFAULT{}{}{}",
            variables.join(", "),
            time_limit.unwrap_or_default(),
            isolation.unwrap_or_default(),
            on_mariadb.concat()
        );
        let back = database.map(|database| format!("USE {}", quoted(Dialect::MySql, &database)));
        Server {
            product,
            is_cluster,
            transactional_ddl: false,
            read_only: read_only.then(|| "`read_only` is set".to_owned()),
            schema,
            has_history,
            has_table,
            other_schema: None,
            unfit: is_off(&autocommit)
                .then_some("`autocommit` is off, and what is written would not be committed"),
            no_backslash_escapes: sql_mode.contains("NO_BACKSLASH_ESCAPES"),
            in_memory: false,
            before_begin: vec![if is_cluster {
                limits.clone()
            } else {
                "SET SESSION innodb_lock_wait_timeout = 1".to_owned()
            }],
            begin: "START TRANSACTION",
            after_begin: Vec::new(),
            limits: not_in_cluster(is_cluster, &limits),
            limits_outside: not_in_cluster(is_cluster, &limits),
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

    /// Neither MySQL nor MariaDB tells everybody who has a lock on a table; but who has one is in a transaction, or runs
    /// something.
    fn holders<'a>(&'a mut self, _statement: &'a str) -> Sent<'a, Result<Vec<String>, Stopped>> {
        Box::pin(async move {
            let sql = "SELECT CONCAT('connection ', p.ID, ' of ', p.USER, \
                 COALESCE(CONCAT(', in a transaction since ', t.trx_started), CONCAT(', for ', p.TIME, ' s')), \
                 ': ', COALESCE(LEFT(p.INFO, 200), p.COMMAND)) \
                 FROM information_schema.PROCESSLIST p \
                 LEFT JOIN information_schema.INNODB_TRX t ON t.trx_mysql_thread_id = p.ID \
                 WHERE p.ID <> CONNECTION_ID() AND p.DB = DATABASE() \
                 AND (t.trx_id IS NOT NULL OR p.COMMAND = 'Query') ORDER BY p.TIME DESC";
            let rows = self.query(sql.to_owned()).await?;
            Ok(rows.into_iter().flatten().flatten().collect())
        })
    }

    /// A session shows nothing while it is idle, so the row tells which it is. It is on this server, or nowhere that can be
    /// reached from here. A server that was started since gives its number to a stranger.
    fn evict<'a>(
        &'a mut self,
        _marker: &'a str,
        claim: &'a Claim,
    ) -> Sent<'a, Result<(), Stopped>> {
        Box::pin(async move {
            let Some(session) = &claim.session else {
                return Ok(());
            };
            let sql = format!(
                "SELECT CAST(ID AS CHAR) FROM information_schema.PROCESSLIST \
                 WHERE CONCAT_WS(' ', ID, @@hostname, @@port) = {} \
                 AND ID <> CONNECTION_ID() AND COMMAND = 'Sleep' AND TIME > 1 AND DB = DATABASE() \
                 AND USER = SUBSTRING_INDEX(USER(), '@', 1) AND {} < (SELECT VARIABLE_VALUE FROM {} \
                 WHERE VARIABLE_NAME = 'Uptime')",
                literal(Self::DIALECT, session),
                claim.age.as_secs(),
                either(
                    "information_schema.GLOBAL_STATUS",
                    "performance_schema.global_status"
                )
            );
            for idle in self.query(sql).await?.into_iter().flatten().flatten() {
                match self.run(format!("KILL {idle}")).await {
                    // 1094: it is gone. 1095: it is another user's.
                    Err(stopped) if !matches!(number(&stopped), Some(1094 | 1095)) => {
                        return Err(stopped);
                    }
                    _ => {}
                }
            }
            Ok(())
        })
    }

    fn state(effect: &Effect) -> Option<String> {
        let (Effect::Creates(object) | Effect::Drops(object)) = effect else {
            return None;
        };
        let text = |text: &str| literal(Dialect::MySql, text);
        let schema = object
            .schema
            .as_deref()
            .map_or("DATABASE()".to_owned(), text);
        let table = object.table.as_deref().unwrap_or(&object.name);
        let (list, own) = match object.kind {
            ObjectKind::Table | ObjectKind::View => ("TABLES", String::new()),
            ObjectKind::Index => (
                "STATISTICS",
                format!(" AND INDEX_NAME = {}", text(&object.name)),
            ),
            ObjectKind::Column => (
                "COLUMNS",
                format!(" AND COLUMN_NAME = {}", text(&object.name)),
            ),
        };
        Some(format!(
            "SELECT CASE WHEN EXISTS (SELECT 1 FROM information_schema.{list} WHERE TABLE_SCHEMA = {schema} \
             AND TABLE_NAME = {}{own}) THEN 'yes' ELSE 'no' END",
            text(table)
        ))
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
            Some(1153) => Meaning::TooLarge,
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
const VARIABLES: [&str; 14] = [
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
    "sql_select_limit",
];

/// Those that MySQL does not have, or lets no ordinary user set.
const ON_MARIADB: [&str; 3] = [
    "check_constraint_checks",
    "auto_increment_increment",
    "auto_increment_offset",
];

/// Behind a begin, unless it is set before.
fn not_in_cluster(is_cluster: bool, limits: &str) -> Vec<String> {
    if is_cluster {
        Vec::new()
    } else {
        vec![limits.to_owned()]
    }
}

/// What MariaDB and MySQL call by different names. Each reads its own of these comments (MariaDB, "Comment Syntax").
fn either(on_mariadb: &str, on_mysql: &str) -> String {
    format!("/*M!100100 {on_mariadb} */ /*!50708 {on_mysql} */")
}

fn number(stopped: &Stopped) -> Option<u16> {
    let error = stopped.database_error()?;
    let error = error.try_downcast_ref::<MySqlDatabaseError>()?;
    Some(error.number())
}

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
