//! How the dialects write what the history needs: names, literals, types and times.

use embed_migrations_core::Dialect;

/// The types of the history table's columns.
pub(super) struct Columns {
    pub(super) key: &'static str,
    pub(super) text: &'static str,
    /// Of any length.
    pub(super) long: &'static str,
    pub(super) number: &'static str,
    pub(super) time: &'static str,
    pub(super) options: &'static str,
}

pub(super) const fn columns_of(dialect: Dialect) -> Columns {
    match dialect {
        Dialect::Postgres => Columns {
            key: "text",
            text: "text",
            long: "text",
            number: "bigint",
            time: "timestamptz",
            options: "",
        },
        // `TIMESTAMP` ends in 2038 and moves with the session's time zone; `DATETIME` in UTC does neither.
        Dialect::MySql => Columns {
            key: "varchar(128)",
            text: "varchar(1024)",
            long: "longtext",
            number: "bigint",
            time: "datetime(6)",
            options: " ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin",
        },
        Dialect::Sqlite => Columns {
            key: "TEXT",
            text: "TEXT",
            long: "TEXT",
            number: "INTEGER",
            time: "TEXT",
            options: "",
        },
    }
}

/// A name in quotes.
pub(crate) fn quoted(dialect: Dialect, name: &str) -> String {
    match dialect {
        Dialect::MySql => format!("`{}`", name.replace('`', "``")),
        Dialect::Postgres | Dialect::Sqlite => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

/// A text as a literal that means the same whatever the session makes of a backslash.
pub(crate) fn literal(dialect: Dialect, text: &str) -> String {
    let doubled = text.replace('\'', "''");
    if !text.contains('\\') {
        return format!("'{doubled}'");
    }
    match dialect {
        Dialect::Postgres => format!("E'{}'", doubled.replace('\\', "\\\\")),
        Dialect::MySql => {
            let hex: Vec<String> = text.bytes().map(|byte| format!("{byte:02x}")).collect();
            format!("_utf8mb4 X'{}'", hex.concat())
        }
        Dialect::Sqlite => format!("'{doubled}'"),
    }
}

/// The present moment, by the database's clock, in the type of the time columns.
pub(super) const fn now(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres => "clock_timestamp()",
        Dialect::MySql => "UTC_TIMESTAMP(6)",
        Dialect::Sqlite => "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
    }
}

/// The moment so many seconds from now.
pub(super) fn in_seconds(dialect: Dialect, seconds: u64) -> String {
    match dialect {
        Dialect::Postgres => format!("clock_timestamp() + interval '{seconds} seconds'"),
        Dialect::MySql => format!("UTC_TIMESTAMP(6) + INTERVAL {seconds} SECOND"),
        Dialect::Sqlite => format!("strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+{seconds} seconds')"),
    }
}

/// What the server calls the session; on MySQL and of a cluster each node counts for itself.
pub(super) const fn session(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres => "CAST(pg_backend_pid() AS text)",
        Dialect::MySql => "CONCAT_WS(' ', CONNECTION_ID(), @@hostname, @@port)",
        Dialect::Sqlite => "NULL",
    }
}

/// The milliseconds since `started_at`; a clock may be set back meanwhile.
pub(super) const fn elapsed_ms(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres => {
            "greatest(0, (extract(epoch FROM clock_timestamp() - started_at) * 1000)::bigint)"
        }
        Dialect::MySql => {
            "GREATEST(0, TIMESTAMPDIFF(MICROSECOND, started_at, UTC_TIMESTAMP(6)) DIV 1000)"
        }
        Dialect::Sqlite => {
            "max(0, CAST(round((julianday('now') - julianday(started_at)) * 86400000) AS INTEGER))"
        }
    }
}

/// A time column as microseconds since 1970.
pub(super) fn micros(dialect: Dialect, column: &str) -> String {
    match dialect {
        Dialect::Postgres => format!("(extract(epoch FROM {column}) * 1000000)::bigint"),
        Dialect::MySql => format!("TIMESTAMPDIFF(MICROSECOND, '1970-01-01', {column})"),
        Dialect::Sqlite => format!(
            "CAST(strftime('%s', {column}) AS INTEGER) * 1000000 \
             + CAST(substr(strftime('%f', {column}), 4) AS INTEGER) * 1000"
        ),
    }
}

/// Any value as text.
pub(super) fn as_text(dialect: Dialect, value: &str) -> String {
    match dialect {
        Dialect::Postgres => format!("({value})::text"),
        Dialect::MySql => format!("CAST({value} AS CHAR)"),
        Dialect::Sqlite => format!("CAST({value} AS TEXT)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_is_the_text_whatever_is_in_it() {
        assert_eq!(literal(Dialect::Postgres, "it's"), "'it''s'");
        assert_eq!(literal(Dialect::Postgres, r"a\'b"), r"E'a\\''b'");
        assert_eq!(literal(Dialect::MySql, r"a\"), "_utf8mb4 X'615c'");
        assert_eq!(literal(Dialect::Sqlite, r"a\'"), r"'a\'''");
    }

    #[test]
    fn a_name_is_quoted_as_the_dialect_quotes() {
        assert_eq!(quoted(Dialect::Postgres, "a\"b"), "\"a\"\"b\"");
        assert_eq!(quoted(Dialect::MySql, "a`b"), "`a``b`");
    }
}
