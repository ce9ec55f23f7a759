//! Large directories: what they may cost in memory. Nothing is timed here: `cargo xtask check-time` does that.

#![expect(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use embed_migrations_core::{Dialect, Directory, Options};
use peak_alloc::PeakAlloc;
use tempfile::TempDir;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// One test at a time: the memory of the process is measured.
static ALONE: Mutex<()> = Mutex::new(());

const MEGABYTE: usize = 1024 * 1024;

/// Reads a directory; how many times the size of its SQL was allocated at most while it was read.
fn read(directory: &Path, dialects: &[Dialect]) -> (Directory, f64) {
    let size: u64 = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().metadata().unwrap().len())
        .sum();
    let options = Options {
        dialects: dialects.to_vec(),
        ..Options::default()
    };
    ALLOCATED.reset_peak_usage();
    let before = ALLOCATED.current_usage();
    let read = Directory::read(directory, "migrations", &options);
    let peak = ALLOCATED.peak_usage() - before;
    let read = read.unwrap_or_else(|mistakes| panic!("{mistakes}"));
    #[expect(clippy::cast_precision_loss, reason = "a ratio of two sizes")]
    (read, peak as f64 / size as f64)
}

fn one_file(sql: &str) -> TempDir {
    tests::files(&[("0001_large.sql", sql)])
}

#[test]
fn ten_thousand_files_take_at_most_three_times_their_size() {
    let _alone = ALONE.lock().unwrap();
    let directory = tempfile::tempdir().unwrap();
    for number in 1..=10_000 {
        let mut sql = format!("CREATE TABLE t{number} (\n    id BIGINT PRIMARY KEY");
        for column in 0..20 {
            write!(
                sql,
                ",\n    column_{column} VARCHAR(255) NOT NULL DEFAULT 'it''s; {column}'"
            )
            .unwrap();
        }
        sql.push_str("\n);\nCREATE INDEX ON t (column_0);\n");
        fs::write(directory.path().join(format!("{number:05}_t.sql")), sql).unwrap();
    }
    let (read, ratio) = read(directory.path(), &Dialect::ALL);
    assert_eq!(read.migrations.len(), 10_000);
    assert!(ratio < 3.0, "{ratio}");
}

#[test]
fn a_file_of_fifty_megabytes_is_read() {
    let _alone = ALONE.lock().unwrap();
    let row = "INSERT INTO t (n, text) VALUES (1, 'it''s a row; and it says so');\n";
    let sql = format!("INSERT INTO t VALUES ('{}');\n", "x".repeat(MEGABYTE)).repeat(40)
        + &row.repeat(10 * MEGABYTE / row.len());
    let directory = one_file(&sql);
    let (read, ratio) = read(directory.path(), &[Dialect::Postgres]);
    let script = &read.migrations[0].scripts[0];
    assert!(script.sql.len() > 50_000_000, "{}", script.sql.len());
    assert_eq!(
        script.readings[0].statements.len(),
        40 + 10 * MEGABYTE / row.len()
    );
    assert!(ratio < 3.0, "{ratio}");
}

#[test]
fn a_hundred_thousand_statements_are_read() {
    let _alone = ALONE.lock().unwrap();
    let sql: String = (0..100_000).fold(String::new(), |mut sql, number| {
        writeln!(sql, "UPDATE t SET n = {number} WHERE id = {number};").unwrap();
        sql
    });
    let directory = one_file(&sql);
    let (read, _) = read(directory.path(), &Dialect::ALL);
    let script = &read.migrations[0].scripts[0];
    assert_eq!(script.readings[0].statements.len(), 100_000);
    assert_eq!(script.readings[0].dialects, Dialect::ALL);
}
