//! Many starters, one run of each statement.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use embed_migrations::{Dialect, Migrator, State};
use tempfile::TempDir;
use tests::{Backend, Files, Fresh, files, on_every_engine, only_on, set};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

on_every_engine!(
    sixteen_processes_apply_every_statement_once
    tasks_of_one_process_share_the_work
    a_running_claim_is_waited_for
    an_abandoned_claim_is_taken_over
    a_claim_whose_holder_was_heard_of_is_not_taken
    an_orphaned_statement_is_waited_for
);

only_on!(on_postgres sqlx::Postgres: what_the_server_hides_is_not_taken_for_nothing);

const PROCESSES: usize = 16;
const ROUNDS: usize = 20;

async fn sixteen_processes_apply_every_statement_once<DB: Backend>(_: Fresh<DB>) {
    let index = match DB::DIALECT {
        Dialect::Postgres => "CREATE INDEX CONCURRENTLY",
        Dialect::MySql | Dialect::Sqlite => "CREATE INDEX",
    };
    let indexes = format!(
        "-- no-transaction\n{index} i ON log (n);\nINSERT INTO log VALUES (3);\n{index} j ON log (n);\n"
    );
    let directory = files(&[
        ("1_log.sql", "CREATE TABLE log (n INTEGER);\n"),
        (
            "2_rows.sql",
            "INSERT INTO log VALUES (1);\nINSERT INTO log VALUES (2);\n",
        ),
        ("3_indexes.sql", &indexes),
        (
            "4_table.sql",
            "CREATE TABLE other (n INTEGER);\nINSERT INTO log VALUES (4);\n",
        ),
        ("5_rows.sql", "INSERT INTO log VALUES (5);\n"),
    ]);
    for round in 0..ROUNDS {
        let db = DB::fresh().await;
        let applied = start_together(&db.url, &directory, PROCESSES).await;
        assert_eq!(
            applied.iter().sum::<usize>(),
            5,
            "round {round}: {applied:?}"
        );
        let log = db
            .ask("SELECT CAST(n AS CHAR(1)) FROM log ORDER BY n")
            .await
            .concat();
        assert_eq!(log, ["1", "2", "3", "4", "5"], "round {round}");
        let rows =
            "SELECT CAST(count(*) AS CHAR(1)) FROM _embed_migrations WHERE state = 'applied'";
        assert_eq!(db.ask_one(rows).await, "5");
        db.pool.close().await;
    }
}

/// Starts processes, lets all of them connect, and lets them go at once. How many migrations each applied.
async fn start_together(url: &str, directory: &TempDir, count: usize) -> Vec<usize> {
    let mut children: Vec<Child> = (0..count).map(|_| starter(url, directory.path())).collect();
    for child in &mut children {
        let mut said = [0; 6];
        let stdout = child.stdout.as_mut().unwrap();
        let is_ready = stdout.read_exact(&mut said).await.is_ok();
        assert!(
            is_ready,
            "a starter did not get ready: {}",
            told(child).await
        );
    }
    for child in &mut children {
        child
            .stdin
            .take()
            .unwrap()
            .write_all(b"go\n")
            .await
            .unwrap();
    }
    let mut applied = Vec::new();
    for mut child in children {
        let status = child.wait().await.unwrap();
        assert!(status.success(), "{}", told(&mut child).await);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        applied.push(lines.next_line().await.unwrap().unwrap().parse().unwrap());
    }
    applied
}

fn starter(url: &str, directory: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_starter"))
        .arg(url)
        .arg(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

async fn told(child: &mut Child) -> String {
    let mut text = String::new();
    let stderr = child.stderr.take();
    if let Some(mut stderr) = stderr {
        stderr.read_to_string(&mut text).await.unwrap();
    }
    text
}

async fn tasks_of_one_process_share_the_work<DB: Backend>(db: Fresh<DB>) {
    let set = set(&[
        ("1_a.sql", "CREATE TABLE a (n INTEGER)"),
        ("2_b.sql", "INSERT INTO a VALUES (1)"),
        (
            "3_c.sql",
            "-- no-transaction\nCREATE TABLE c (n INTEGER); INSERT INTO a VALUES (2)",
        ),
    ]);
    let runs: Vec<_> = (0..8)
        .map(|_| {
            let pool = db.pool.clone();
            tokio::spawn(async move { Migrator::new(set).run(&pool).await })
        })
        .collect();
    let mut applied = 0;
    for run in runs {
        applied += run.await.unwrap().unwrap().applied().len();
    }
    assert_eq!(applied, 3);
    assert_eq!(
        db.ask("SELECT CAST(n AS CHAR(1)) FROM a ORDER BY n")
            .await
            .concat(),
        ["1", "2"]
    );
}

const TWO: &Files<'_> = &[(
    "1_a.sql",
    "-- no-transaction\nCREATE TABLE a (n INTEGER);\nCREATE TABLE b (n INTEGER);\n",
)];

/// A row as a holder has it that has done the first of two statements and sent no other.
async fn claimed<DB: Backend>(db: &Fresh<DB>, until: &str) {
    let failing = set(&[(
        TWO[0].0,
        "-- no-transaction\nCREATE TABLE a (n INTEGER);\nCREATE TABLE b (n NONSENSE NONSENSE());\n",
    )]);
    Migrator::new(failing).run(&db.pool).await.unwrap_err();
    db.tell(&format!(
        "UPDATE _embed_migrations SET state = 'running', claim = 'somebody', claimed_until = '{until}', \
         applied_by = 'another process'"
    ))
    .await;
}

async fn a_running_claim_is_waited_for<DB: Backend>(db: Fresh<DB>) {
    claimed(&db, "2100-01-01T00:00:00").await;
    let migrator = Migrator::new(set(TWO)).wait_timeout(Duration::from_millis(200));
    let error = migrator.run(&db.pool).await.unwrap_err();
    assert!(error.is_waited(), "{error}");
    assert!(
        error
            .to_string()
            .starts_with("migration 1 a is held by another process, statement 1 of 2"),
        "{error}"
    );
    assert_eq!(
        migrator
            .status(&db.pool)
            .await
            .unwrap()
            .in_state(State::Running)
            .count(),
        1
    );
    assert_eq!(db.tables().await, ["a"]);
}

async fn an_abandoned_claim_is_taken_over<DB: Backend>(db: Fresh<DB>) {
    claimed(&db, "2020-01-01T00:00:00").await;
    let report = Migrator::new(set(TWO)).run(&db.pool).await.unwrap();
    assert_eq!(
        report.applied()[0].statements(),
        1,
        "what is done is not done again"
    );
    assert_eq!(db.tables().await, ["a", "b"]);
}

async fn a_claim_whose_holder_was_heard_of_is_not_taken<DB: Backend>(db: Fresh<DB>) {
    claimed(&db, "2020-01-01T00:00:00").await;
    let (pool, alive) = (db.another_pool(1).await, DB::DIALECT);
    // Between the first look and the second, its holder speaks.
    let holder = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(400)).await;
        let now = match alive {
            Dialect::Postgres => "now() + interval '1 hour'",
            Dialect::MySql => "UTC_TIMESTAMP(6) + INTERVAL 1 HOUR",
            Dialect::Sqlite => "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+1 hour')",
        };
        DB::tell(
            &pool,
            &format!("UPDATE _embed_migrations SET claimed_until = {now}"),
        )
        .await;
    });
    let migrator = Migrator::new(set(TWO)).wait_timeout(Duration::from_millis(2500));
    let error = migrator.run(&db.pool).await.unwrap_err();
    holder.await.unwrap();
    assert!(error.is_waited(), "{error}");
    assert_eq!(db.tables().await, ["a"]);
}

/// Killing a client does not stop what its server does for it.
async fn an_orphaned_statement_is_waited_for<DB: Backend>(db: Fresh<DB>) {
    claimed(&db, "2020-01-01T00:00:00").await;
    let pool = db.another_pool(1).await;
    let orphan = tokio::spawn(async move {
        let sql = match DB::DIALECT {
            Dialect::Postgres => "/* embed-migrations claim=somebody */ SELECT pg_sleep(5)",
            Dialect::MySql => "/* embed-migrations claim=somebody */ SELECT SLEEP(5)",
            // On SQLite whoever works holds the write lock; counting is slow enough.
            Dialect::Sqlite => {
                "BEGIN IMMEDIATE; WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 20000000) \
                 SELECT count(*) FROM c; ROLLBACK"
            }
        };
        DB::tell(&pool, sql).await;
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let hasty = Migrator::new(set(TWO)).wait_timeout(Duration::from_millis(1500));
    let error = hasty.run(&db.pool).await.unwrap_err();
    assert!(error.is_waited(), "{error}");
    assert_eq!(db.tables().await, ["a"]);
    orphan.await.unwrap();
    Migrator::new(set(TWO)).run(&db.pool).await.unwrap();
    assert_eq!(db.tables().await, ["a", "b"]);
}

/// PostgreSQL shows the statements of another role to superusers and to members of `pg_read_all_stats`.
async fn what_the_server_hides_is_not_taken_for_nothing(db: Fresh<sqlx::Postgres>) {
    claimed(&db, "2020-01-01T00:00:00").await;
    let name = db.url.rsplit('/').next().unwrap();
    let (holder, looker) = (format!("holder_{name}"), format!("looker_{name}"));
    db.tell(&format!(
        "CREATE ROLE {holder} LOGIN PASSWORD 'secret'; CREATE ROLE {looker} LOGIN PASSWORD 'secret'; GRANT ALL ON SCHEMA public TO {looker}; \
         GRANT ALL ON ALL TABLES IN SCHEMA public TO {looker}; \
         UPDATE _embed_migrations SET applied_by = '{holder} from another process'"
    ))
    .await;
    let options: sqlx::postgres::PgConnectOptions = db.url.parse().unwrap();
    let options_of = |role: &str| options.clone().username(role).password("secret");
    let busy: sqlx::PgPool = sqlx::Pool::connect_with(options_of(&holder)).await.unwrap();
    let pool = busy.clone();
    let statement = tokio::spawn(async move {
        sqlx::Postgres::tell(
            &pool,
            "/* embed-migrations claim=somebody */ SELECT pg_sleep(4)",
        )
        .await;
    });
    let looking: sqlx::PgPool = sqlx::Pool::connect_with(options_of(&looker)).await.unwrap();
    let hasty = Migrator::new(set(TWO)).wait_timeout(Duration::from_millis(2500));
    let error = hasty.run(&looking).await.unwrap_err();
    assert!(error.is_waited(), "{error}");
    statement.await.unwrap();
    busy.close().await;
    Migrator::new(set(TWO)).run(&looking).await.unwrap();
    assert_eq!(db.tables().await, ["a", "b"]);
    db.tell(&format!(
        "DROP OWNED BY {holder}, {looker}; DROP ROLE {holder}, {looker}"
    ))
    .await;
}
