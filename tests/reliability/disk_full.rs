//! A disk that fills up during the script, at a write to the history, at the commit.

use std::fs;
use std::path::Path;
use std::time::Duration;

use embed_migrations::{Dialect, Migrator, Resolution, Target};
use servers::{Place, Server};
use sqlx::pool::PoolOptions;
use sqlx::{Executor, MySql, Postgres, Sqlite};
use tests::fresh::fresh_on;
use tests::{Backend, Fresh, files, set::set_of};

use crate::after::nothing_is_left;
use crate::process::{Starter, Word};
use crate::record::{Seen, note};
use crate::scale::bounded;

mod postgres {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_disk_that_is_full_at_any_boundary_leaves_nothing_that_the_next_run_cannot_settle() {
        let started =
            tokio::task::block_in_place(|| servers::postgres::start_in(Place::Small(320)));
        let (server, url) = started.unwrap();
        Box::pin(at_any_boundary::<Postgres>(server, &url, "PostgreSQL")).await;
    }
}

mod mysql {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_disk_that_is_full_at_any_boundary_leaves_nothing_that_the_next_run_cannot_settle() {
        let started = tokio::task::block_in_place(|| servers::mariadb::start_in(Place::Small(320)));
        let (server, url) = started.unwrap();
        Box::pin(at_any_boundary::<MySql>(server, &url, "MariaDB")).await;
    }
}

mod sqlite {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_file_that_may_not_grow_leaves_nothing_that_the_next_run_cannot_settle() {
        for transaction in [true, false] {
            up_to_some_pages(transaction).await;
        }
    }
}

/// Where the disk fills up: before the claim, during the script, before what is done is written, before the commit.
const POINTS: [&str; 6] = [
    "before-claim",
    "after-intent:1",
    "before-done:1",
    "before-commit",
    "after-commit",
    "before-final",
];

/// How many rows the statement writes that needs room.
const ROWS: usize = 20_000;

/// A script that needs room: a table, many rows, and one row that counts.
fn script(dialect: Dialect, transaction: bool) -> tempfile::TempDir {
    let head = if transaction {
        ""
    } else {
        "-- no-transaction\n"
    };
    let many = match dialect {
        Dialect::Postgres => {
            format!("SELECT g, repeat('x', 200) FROM generate_series(1, {ROWS}) g")
        }
        Dialect::MySql => format!("SELECT seq, repeat('x', 200) FROM seq_1_to_{ROWS}"),
        Dialect::Sqlite => format!(
            "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {ROWS}) \
             SELECT n, hex(zeroblob(100)) FROM c"
        ),
    };
    files(&[
        ("1_log.sql", "CREATE TABLE log (n INTEGER);\n"),
        (
            "2_big.sql",
            &format!(
                "{head}CREATE TABLE big (n INTEGER, filler VARCHAR(200));\nINSERT INTO big {many};\nINSERT INTO log VALUES (1);\n"
            ),
        ),
    ])
}

async fn at_any_boundary<DB: Backend>(mut server: Server, url: &str, setting: &'static str)
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    let mut failed = 0;
    for (transaction, verb) in [(true, "hooks"), (false, "run")] {
        for point in POINTS {
            let directory = script(DB::DIALECT, transaction);
            let db = fresh_on::<DB>(url).await;
            first(&db, directory.path()).await;
            let mut starter = Starter::ready(&db.url, directory.path(), verb, Some(point)).await;
            starter.go().await;
            match starter.word().await {
                Word::At => {}
                Word::Did(1) => continue,
                word => panic!("{point}: {word:?}, {}", starter.told().await),
            }
            let ballast = server.directory().join("ballast");
            fill(&ballast);
            starter.go().await;
            let word = tokio::time::timeout(Duration::from_secs(20), starter.word()).await;
            fs::remove_file(&ballast).unwrap();
            let word = match word {
                Ok(word) => word,
                // A server that waits for room has it now.
                Err(_) => starter.word().await,
            };
            failed += usize::from(matches!(word, Word::Failed(_)));
            drop(starter);
            db.pool.close().await;
            if server.check().is_err() {
                tokio::task::block_in_place(|| server.start()).unwrap();
            }
            let db = alive::<DB>(&db.url).await;
            let in_doubt = recover(&db, directory.path()).await;
            db.tell("DROP TABLE big").await;
            db.pool.close().await;
            noted(
                setting,
                &format!("transaction: {transaction} {point}: {word:?}"),
                in_doubt,
            );
        }
    }
    assert!(failed > 0, "the disk was never full");
}

/// A server may be at work on what happened.
async fn alive<DB: Backend>(url: &str) -> Fresh<DB> {
    let reached = async {
        loop {
            let pool = PoolOptions::<DB>::new()
                .max_connections(1)
                .connect(url)
                .await;
            if pool.is_ok() {
                return Fresh::at(url).await;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    bounded("a server that has room again", reached).await
}

/// Writes until there is no room.
fn fill(ballast: &Path) {
    use std::io::Write;
    let mut file = fs::File::create(ballast).unwrap();
    for size in [1 << 20, 1 << 12, 1] {
        let block = vec![0; size];
        while file.write_all(&block).is_ok() {}
    }
}

/// SQLite: the file may have so many pages and no more; a few more each time, until there is room for everything.
async fn up_to_some_pages(transaction: bool) {
    let mut pages = 3;
    let mut failed = 0;
    loop {
        let directory = script(Dialect::Sqlite, transaction);
        let db = Sqlite::fresh().await;
        first(&db, directory.path()).await;
        let options = PoolOptions::<Sqlite>::new()
            .max_connections(2)
            .after_connect(move |connection, _| {
                let limit = format!("PRAGMA max_page_count = {pages}");
                Box::pin(async move { Sqlite::say(connection, &limit).await })
            });
        let pool = options.connect(&db.url).await.unwrap();
        let migrator = Migrator::new(set_of(directory.path()));
        let run = bounded("a run without room", migrator.run(&pool)).await;
        pool.close().await;
        failed += usize::from(run.is_err());
        let in_doubt = recover(&db, directory.path()).await;
        noted(
            "SQLite",
            &format!("transaction: {transaction} {pages} pages"),
            in_doubt,
        );
        if run.is_ok() {
            break;
        }
        // The first pages are those of the history and of the first statement; then come those of the rows.
        pages += if pages < 12 { 1 } else { 300 };
    }
    assert!(failed > 0, "the file was never full");
}

async fn first<DB: Backend>(db: &Fresh<DB>, directory: &Path) {
    let first = Migrator::new(set_of(directory)).target(Target::Version(1_u64.into()));
    first.run(&db.pool).await.unwrap();
}

/// Runs again, with room, and answers as the schema does. How often something was in doubt.
async fn recover<DB: Backend>(db: &Fresh<DB>, directory: &Path) -> usize {
    let migrator = Migrator::new(set_of(directory));
    let mut in_doubt = 0;
    while let Err(error) = bounded("a run with room", migrator.run(&db.pool)).await {
        assert!(error.is_in_doubt() && in_doubt < 3, "{error:?}");
        in_doubt += 1;
        let history = migrator.history(&db.pool).await.unwrap();
        let done = history
            .iter()
            .find(|row| !row.is_applied())
            .unwrap()
            .journal
            .done;
        let ran = match done {
            0 => db.tables().await.contains(&"big".to_owned()),
            1 => rows(db, "big").await > 0,
            _ => rows(db, "log").await > 0,
        };
        let answer = if ran {
            Resolution::Ran
        } else {
            Resolution::NotRun
        };
        migrator.resolve(&db.pool, 2, answer).await.unwrap();
    }
    assert_eq!((rows(db, "big").await, rows(db, "log").await), (ROWS, 1));
    assert_eq!(db.rows().await, ["1 applied up run", "2 applied up run"]);
    nothing_is_left(db).await;
    in_doubt
}

async fn rows<DB: Backend>(db: &Fresh<DB>, table: &str) -> usize {
    let sql = format!("SELECT CAST(count(*) AS CHAR(9)) FROM {table}");
    db.ask_one(&sql).await.trim().parse().unwrap()
}

fn noted(setting: &str, cell: &str, in_doubt: usize) {
    let seen = Seen {
        runs: 2 + in_doubt,
        statements: 3,
        in_doubt,
        ..Seen::default()
    };
    note("disk_full", setting, cell, &seen);
}
