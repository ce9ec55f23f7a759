//! Reading the history of another tool.

use embed_migrations_core::{
    Dialect, FOREIGN_HISTORIES, Foreign, ForeignRow, ForeignState, History,
};

use super::Table;
use super::dialect::{as_text, literal};
use crate::engine::Meaning;
use crate::engine::sealed::Primitives;
use crate::error::{Error, ErrorKind};

/// The history of another tool in the schema of our history table, where that is not there.
pub(crate) async fn foreign_history<C: Primitives>(
    connection: &mut C,
    ours: &Table,
) -> Result<Option<Foreign>, Error> {
    let names = FOREIGN_HISTORIES.iter().map(|(name, _)| *name);
    let names: Vec<String> = names
        .chain([ours.name()])
        .map(|name| literal(C::DIALECT, name))
        .collect();
    let names = names.join(", ");
    let in_schema = |current: &str| {
        let schema = ours.schema().map(|schema| literal(C::DIALECT, schema));
        format!(
            "SELECT {} FROM information_schema.tables WHERE table_schema = {} AND table_name IN ({names})",
            as_text(C::DIALECT, "table_name"),
            schema.as_deref().unwrap_or(current),
        )
    };
    let sql = match C::DIALECT {
        Dialect::Sqlite => {
            format!("SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ({names})")
        }
        Dialect::Postgres => in_schema("current_schema()"),
        Dialect::MySql => in_schema("DATABASE()"),
    };
    let answer = connection.query(sql).await.map_err(|stopped| {
        Error::database(
            "the list of tables cannot be read".to_owned(),
            stopped.error,
        )
    })?;
    let found: Vec<String> = answer.into_iter().flatten().flatten().collect();
    let is_there = |name: &str| found.iter().any(|found| found == name);
    if is_there(ours.name()) {
        return Ok(None);
    }
    for &(table, tool) in FOREIGN_HISTORIES {
        if is_there(table) && has_rows(connection, ours, table).await {
            return Ok(Some(Foreign { table, tool }));
        }
    }
    Ok(None)
}

/// An empty history is none. One that cannot be read is taken for one with rows.
async fn has_rows<C: Primitives>(connection: &mut C, beside: &Table, name: &str) -> bool {
    let table = Table::new(name, beside.schema().map(str::to_owned)).sql(C::DIALECT);
    let rows = connection
        .query(format!("SELECT 1 FROM {table} LIMIT 1"))
        .await;
    rows.map_or(true, |rows| !rows.is_empty())
}

/// The rows of another tool's history, in their order.
pub(crate) async fn foreign_rows<C: Primitives>(
    connection: &mut C,
    history: History,
    schema: Option<&str>,
) -> Result<Vec<ForeignRow>, Error> {
    let dialect = C::DIALECT;
    let table = Table::new(history.table(), schema.map(str::to_owned));
    let checksum = match (history.checksum(), dialect) {
        (None, _) => "NULL".to_owned(),
        (Some(column), Dialect::Postgres) => format!("encode({column}, 'hex')"),
        (Some(column), Dialect::MySql | Dialect::Sqlite) => format!("HEX({column})"),
    };
    let sql = format!(
        "SELECT {}, {}, {} FROM {} WHERE {column} IS NOT NULL ORDER BY {}",
        as_text(dialect, history.column()),
        history.state(),
        as_text(dialect, &checksum),
        table.sql(dialect),
        history.order(),
        column = history.column(),
    );
    let answer = connection.query(sql).await.map_err(|stopped| {
        if stopped.meaning::<C>() == Meaning::NoTable {
            let message = format!(
                "there is no history of {history}: no table `{}`",
                table.shown()
            );
            return Error::new(ErrorKind::ForeignHistory, message)
                .with_hint("it is looked for in the schema that the connection is in");
        }
        let message = format!(
            "the history of {history} in `{}` cannot be read",
            table.shown()
        );
        Error::database(message, stopped.error)
    })?;
    let row = |cells: Vec<Option<String>>| {
        let mut cells = cells.into_iter();
        let mut cell = || cells.next().flatten();
        let (migration, state, checksum) = (cell(), cell(), cell());
        ForeignRow {
            migration: migration.unwrap_or_default(),
            // A condition on nothing at all is no success.
            state: state
                .and_then(|state| ForeignState::from_name(&state))
                .unwrap_or(ForeignState::Failed),
            checksum,
        }
    };
    Ok(answer.into_iter().map(row).collect())
}
