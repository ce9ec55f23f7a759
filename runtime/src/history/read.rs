//! Reading the history: one statement, no lock, no transaction.

use std::time::{Duration, SystemTime};

use embed_migrations_core::{
    AppliedMigration, Checksum, Claim, Dialect, Direction, Journal, Key, Kind, RowState, Via,
};

use super::dialect::{as_text, elapsed_ms, literal, micros, now};
use super::sound::refuse_unsound;
use super::{FORMAT, Table};
use crate::engine::sealed::Primitives;
use crate::engine::{Cells, Meaning, patient};
use crate::error::{Error, ErrorKind};

/// The columns in the order in which [`row`] takes them.
fn columns(dialect: Dialect) -> String {
    let expired = format!(
        "CASE WHEN claimed_until < {} THEN 1 WHEN claimed_until IS NOT NULL THEN 0 END",
        now(dialect)
    );
    let values = [
        "format",
        "set_name",
        "version",
        "name",
        "kind",
        "direction",
        "state",
        "via",
        "checksum",
        "down_checksum",
        "statements_total",
        "statements_done",
        "statements_sent",
        "done_checksum",
        "statement_before",
        "resume_at",
        "claim",
        &expired,
        "claim_session",
        elapsed_ms(dialect),
        &micros(dialect, "applied_at"),
        "execution_ms",
        "applied_by",
    ];
    values.map(|value| as_text(dialect, value)).join(", ")
}

/// On PostgreSQL a table of that name in another schema of the search path is another history, not this one.
fn in_current_schema(dialect: Dialect, table: &Table) -> String {
    if dialect != Dialect::Postgres || table.schema().is_some() {
        return String::new();
    }
    let name = literal(dialect, table.name());
    format!(" AND tableoid = (SELECT to_regclass(format('%I.%I', current_schema(), {name})))")
}

/// MySQL reads no more rows than `sql_select_limit`, unless the question says how many.
const fn whatever_the_limit(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::MySql => " LIMIT 18446744073709551615",
        Dialect::Postgres | Dialect::Sqlite => "",
    }
}

/// Reads the rows of some sets, in the order of the sets and of their keys; none where there is no table.
pub(crate) async fn read<C: Primitives>(
    connection: &mut C,
    table: &Table,
    sets: &[&str],
) -> Result<Vec<AppliedMigration>, Error> {
    let dialect = C::DIALECT;
    let names: Vec<String> = sets.iter().map(|set| literal(dialect, set)).collect();
    let sql = format!(
        "SELECT {} FROM {} WHERE set_name IN ({}){}{}",
        columns(dialect),
        table.sql(dialect),
        names.join(", "),
        in_current_schema(dialect, table),
        whatever_the_limit(dialect)
    );
    match patient::query(connection, &sql).await {
        Ok(cells) => rows(table, sets, cells),
        Err(stopped) if stopped.meaning::<C>() == Meaning::NoTable => Ok(Vec::new()),
        Err(stopped) => Err(unreadable(table, stopped.error)),
    }
}

fn unreadable(table: &Table, error: sqlx::Error) -> Error {
    Error::database(
        format!("the history table `{}` cannot be read", table.shown()),
        error,
    )
}

fn rows(table: &Table, sets: &[&str], answer: Vec<Cells>) -> Result<Vec<AppliedMigration>, Error> {
    let mut rows = answer
        .into_iter()
        .map(|cells| row(table, cells))
        .collect::<Result<Vec<_>, _>>()?;
    let place = |row: &AppliedMigration| sets.iter().position(|set| *set == row.set);
    refuse_unsound(table, &rows)?;
    rows.sort_by(|one, other| (place(one), &one.key).cmp(&(place(other), &other.key)));
    Ok(rows)
}

fn row(table: &Table, cells: Cells) -> Result<AppliedMigration, Error> {
    let mut cells = cells.into_iter();
    let mut cell = || cells.next().flatten();
    let format = cell();
    let format: u32 = parsed(table, "format", format, |text| text.parse().ok())?;
    if format != FORMAT {
        return Err(other_format(table, format));
    }
    let set = cell().unwrap_or_default();
    let as_written = |text: &str| {
        text.parse()
            .ok()
            .filter(|key: &Key| key.to_string() == text)
    };
    let key: Key = parsed(table, "version", cell(), as_written)?;
    let name = cell().unwrap_or_default();
    let of_this_kind = |text: &str| Kind::from_name(text).filter(|kind| *kind == key.kind());
    parsed(table, "kind", cell(), of_this_kind)?;
    let direction = parsed(table, "direction", cell(), Direction::from_name)?;
    let state = parsed(table, "state", cell(), RowState::from_name)?;
    let via = parsed(table, "via", cell(), Via::from_name)?;
    let checksum = parsed(table, "checksum", cell(), |text| text.parse().ok())?;
    let down_checksum = optional(table, "down_checksum", cell())?;
    let number = |text: &str| text.parse().ok();
    let journal = Journal {
        total: parsed(table, "statements_total", cell(), number)?,
        done: parsed(table, "statements_done", cell(), number)?,
        sent: parsed(table, "statements_sent", cell(), number)?,
        done_checksum: optional(table, "done_checksum", cell())?,
        before: cell(),
    };
    let cursor = cell();
    let claim = cell();
    let expired = cell().map(|expired| expired == "1");
    let session = cell();
    let age = cell().and_then(|millis| millis.parse().ok());
    let applied_at = cell().and_then(|micros| micros.parse().ok());
    let execution_ms = parsed(table, "execution_ms", cell(), |text| text.parse().ok())?;
    let mut row = AppliedMigration::new(set, key, name, checksum);
    row.direction = direction;
    row.state = state;
    row.via = via;
    row.cursor = cursor;
    row.down_checksum = down_checksum;
    row.journal = journal;
    row.claim = claim.zip(expired).map(|(id, expired)| Claim {
        id,
        expired,
        session,
        age: Duration::from_millis(age.unwrap_or(0)),
    });
    row.applied_at =
        applied_at.map(|micros| SystemTime::UNIX_EPOCH + Duration::from_micros(micros));
    row.execution = Duration::from_millis(execution_ms);
    row.applied_by = cell().unwrap_or_default();
    Ok(row)
}

fn optional(table: &Table, column: &str, text: Option<String>) -> Result<Option<Checksum>, Error> {
    text.map(|text| parsed(table, column, Some(text), |text| text.parse().ok()))
        .transpose()
}

fn parsed<T>(
    table: &Table,
    column: &str,
    text: Option<String>,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, Error> {
    let text = text.unwrap_or_default();
    parse(&text).ok_or_else(|| {
        let table = table.shown();
        Error::new(
            ErrorKind::History,
            format!("the history table `{table}` holds `{text}` in the column `{column}`"),
        )
        .with_hint("somebody else wrote to the table; restore the row, nothing was run")
    })
}

fn other_format(table: &Table, format: u32) -> Error {
    let table = table.shown();
    let (knows, hint) = if format > FORMAT {
        (
            "up to",
            "build the program with a newer release of embed-migrations",
        )
    } else {
        (
            "from",
            "no release wrote that: somebody else wrote to the table; restore the row, nothing was run",
        )
    };
    Error::new(
        ErrorKind::History,
        format!("the history table `{table}` was written in format {format}, and this program knows {knows} {FORMAT}"),
    )
    .with_hint(hint)
}
