//! A client is killed while its server works for it: the next starter waits for what is under way.

use std::time::{Duration, Instant};

use embed_migrations::{Dialect, Migrator, Resolution};
use tests::{Backend, Fresh, files, set::set_of};

use crate::after::nothing_is_left;
use crate::in_settings_with_a_server;
use crate::process::Starter;
use crate::record::{Seen, note};
use crate::scale::bounded;
use crate::setting::{Setting, dialect};

// On SQLite there is no server, and what a process does ends with it.
in_settings_with_a_server!(what_a_killed_client_left_under_way_is_waited_for);

/// Longer than a claim holds.
const SECONDS: u64 = 50;

async fn what_a_killed_client_left_under_way_is_waited_for<S: Setting>() {
    let db = S::fresh().await;
    let (before, long) = match dialect::<S>() {
        Dialect::Postgres | Dialect::Sqlite => (
            format!(
                "CREATE FUNCTION slow() RETURNS integer LANGUAGE plpgsql VOLATILE AS \
                 $$ BEGIN PERFORM pg_sleep({SECONDS}); RETURN 1; END $$;\n"
            ),
            "ALTER TABLE log ADD COLUMN m INTEGER DEFAULT slow();\nINSERT INTO log VALUES (1, 1);\n"
                .to_owned(),
        ),
        // MariaDB ends a SLEEP whose client is gone, and nothing else: so it is kept busy.
        Dialect::MySql if S::LOCKS_ROWS => (
            format!("INSERT INTO log SELECT -seq FROM seq_1_to_{};\n", rows(&db).await),
            format!(
                "ALTER TABLE log ADD COLUMN m CHAR(1) DEFAULT ({COSTLY});\nINSERT INTO log VALUES (1, '');\n"
            ),
        ),
        // Each node of a cluster would be busy with it.
        Dialect::MySql => (
            String::new(),
            format!(
                "CREATE TABLE m AS SELECT SLEEP({SECONDS}) AS m;\nINSERT INTO log VALUES (1);\n"
            ),
        ),
    };
    let table = "CREATE TABLE log (n INTEGER);\nINSERT INTO log VALUES (0);\n";
    let directory = files(&[
        ("1_log.sql", &format!("{table}{before}")),
        ("2_long.sql", &format!("-- no-transaction\n{long}")),
    ]);
    let there = Fresh::<S::Database>::at(&S::elsewhere(&db)).await;
    let mut starter = Starter::ready(&there.url, directory.path(), "run", None).await;
    starter.go().await;
    let begun = async {
        while under_way(&there).await == 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::select! {
        () = begun => {}
        word = starter.word() => panic!("it ended: {word:?}"),
    }
    starter.kill().await;
    let migrator = Migrator::new(set_of(directory.path()));
    // As long as the server works nobody takes over, and whoever is hasty says what it does.
    let hasty = migrator
        .clone()
        .wait_timeout(Duration::from_secs(SECONDS / 2));
    let hasty = bounded("a hasty run", hasty.run(&db.pool)).await;
    let works_on = under_way(&there).await > 0;
    assert!(
        !works_on
            || hasty
                .as_ref()
                .is_err_and(embed_migrations::Error::is_waited),
        "{hasty:?}"
    );
    let run = bounded("a patient run", migrator.run(&db.pool)).await;
    let in_doubt = usize::from(run.is_err());
    if let Err(error) = run {
        assert!(error.is_in_doubt(), "{error:?}");
        assert_eq!(
            under_way(&there).await,
            0,
            "it is in doubt while it is under way"
        );
        let answer = if has_column(&db).await {
            Resolution::Ran
        } else {
            Resolution::NotRun
        };
        migrator.resolve(&db.pool, 2, answer).await.unwrap();
        bounded("a run after an answer", migrator.run(&db.pool))
            .await
            .unwrap();
    }
    assert!(has_column(&db).await);
    assert_eq!(
        db.ask_one("SELECT CAST(count(*) AS CHAR(1)) FROM log WHERE n = 1")
            .await,
        "1"
    );
    nothing_is_left(&db).await;
    let seen = Seen {
        runs: 3 + in_doubt,
        statements: 2,
        in_doubt,
        ..Seen::default()
    };
    there.pool.close().await;
    db.discard().await;
    note("orphan", S::NAME, "a long statement", &seen);
}

/// What takes about a millisecond, a row.
const COSTLY: &str = "LEFT(SHA2(REPEAT(n, 20000), 512), 1)";

/// How many rows keep the server busy for about as long as is wanted.
async fn rows<DB: Backend>(db: &Fresh<DB>) -> u128 {
    const SAMPLE: u128 = 500;
    let begin = Instant::now();
    db.ask(&format!(
        "SELECT CAST(COUNT({COSTLY}) AS CHAR) FROM (SELECT -seq AS n FROM seq_1_to_{SAMPLE}) s"
    ))
    .await;
    let wanted = Duration::from_secs(SECONDS);
    SAMPLE * wanted.as_micros() / begin.elapsed().as_micros()
}

/// How many sessions run the long statement.
async fn under_way<DB: Backend>(db: &Fresh<DB>) -> usize {
    let sql = match DB::DIALECT {
        Dialect::Postgres | Dialect::Sqlite => {
            "SELECT count(*)::text FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
             AND state = 'active' AND query LIKE '%DEFAULT slow()%'"
        }
        Dialect::MySql => {
            "SELECT CAST(COUNT(*) AS CHAR) FROM information_schema.PROCESSLIST WHERE DB = DATABASE() \
             AND ID <> CONNECTION_ID() AND (INFO LIKE '%SLEEP(%' OR INFO LIKE '%ADD COLUMN m%')"
        }
    };
    db.ask_one(sql).await.parse().unwrap()
}

async fn has_column<DB: Backend>(db: &Fresh<DB>) -> bool {
    let schema = match DB::DIALECT {
        Dialect::MySql => "DATABASE()",
        Dialect::Postgres | Dialect::Sqlite => "current_schema()",
    };
    let sql = format!(
        "SELECT CAST(count(*) AS CHAR(1)) FROM information_schema.columns \
         WHERE table_schema = {schema} AND column_name = 'm'"
    );
    db.ask_one(&sql).await == "1"
}
