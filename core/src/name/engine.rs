//! Engines that are not served: what is written for one is for no other.

use std::ops::Range;

use super::misfit::Misfit;

/// What people call them in folders and file names.
const OTHERS: &[&str] = &[
    "bigquery",
    "clickhouse",
    "cockroach",
    "cockroachdb",
    "db2",
    "derby",
    "duckdb",
    "firebird",
    "h2",
    "hsqldb",
    "informix",
    "mssql",
    "oracle",
    "redshift",
    "snowflake",
    "spanner",
    "sqlserver",
    "sybase",
];

/// A folder or a word in a file name that names such an engine.
pub(super) fn other_engine(word: &str, part: Range<usize>) -> Option<Misfit> {
    OTHERS
        .iter()
        .any(|other| other.eq_ignore_ascii_case(word))
        .then(|| {
            Misfit::at(part, format!("`{word}` is an engine that is not served"))
                .hint("take it out of the directory")
                .or_ignore()
        })
}
