//! After something died: run again, settle what is in doubt as a person would, and look at what is left.

use std::time::Duration;

use embed_migrations::{Dialect, Migrator, Report, Resolution};
use tests::{Backend, Fresh};

use crate::scale::bounded;
use crate::script::Script;

/// The version of the script under test.
const WORK: u64 = 2;

/// What a run is to reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Everything applied.
    Up,
    /// The script taken back.
    Down,
}

/// Runs until the goal is reached. How often something was in doubt.
///
/// # Panics
///
/// When a run ends in any other way than at its goal or in doubt, or a statement has not run exactly once.
pub(crate) async fn recover<DB: Backend>(db: &Fresh<DB>, script: &Script, way: Way) -> usize {
    let migrator = Migrator::new(script.set);
    let mut in_doubt = 0;
    loop {
        let run = async {
            match way {
                Way::Up => migrator.run(&db.pool).await,
                Way::Down if !is_applied(&migrator, db).await => Ok(Report::default()),
                Way::Down => migrator.revert(&db.pool).await,
            }
        };
        match bounded("a run after a death", run).await {
            Ok(_) => break,
            Err(error) if error.is_in_doubt() && in_doubt <= script.len() + 1 => {
                in_doubt += 1;
                settle(db, script, &migrator, way).await;
            }
            Err(error) => panic!("a run after a death: {error:?}"),
        }
    }
    let each = usize::from(way == Way::Up);
    assert_eq!(
        script.counts(db).await,
        vec![each; script.len()],
        "{:?}",
        db.rows().await
    );
    let expected: &[&str] = match way {
        Way::Up => &["1 applied up run", "2 applied up run"],
        Way::Down => &["1 applied up run"],
    };
    assert_eq!(db.rows().await, expected);
    nothing_is_left(db).await;
    in_doubt
}

/// Whether there is something to take back, or to go on taking back.
async fn is_applied<DB: Backend>(migrator: &Migrator, db: &Fresh<DB>) -> bool {
    let history = migrator.history(&db.pool).await.unwrap();
    history.iter().any(|row| row.key == WORK.into())
}

/// Answers as the schema does.
async fn settle<DB: Backend>(db: &Fresh<DB>, script: &Script, migrator: &Migrator, way: Way) {
    let history = migrator.history(&db.pool).await.unwrap();
    let mut rows = history.iter();
    let row = rows.find(|row| !row.is_applied()).unwrap();
    let ran = if row.key == WORK.into() {
        script.has_run(db, row.journal.done, way == Way::Down).await
    } else {
        script.has_log(db).await
    };
    let answer = if ran {
        Resolution::Ran
    } else {
        Resolution::NotRun
    };
    let settled = migrator.resolve(&db.pool, row.key.clone(), answer).await;
    settled.unwrap();
}

/// No session of ours does anything or holds a lock in this database, and the pool is usable.
pub(crate) async fn nothing_is_left<DB: Backend>(db: &Fresh<DB>) {
    let sql = match DB::DIALECT {
        Dialect::Postgres => {
            "SELECT (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
             AND backend_type = 'client backend' AND state <> 'idle') + (SELECT count(*) FROM pg_locks l \
             JOIN pg_stat_activity a USING (pid) WHERE a.datname = current_database() AND pid <> pg_backend_pid() \
             AND backend_type = 'client backend')"
        }
        Dialect::MySql => {
            "SELECT (SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID() \
             AND COMMAND <> 'Sleep') + (SELECT COUNT(*) FROM information_schema.INNODB_TRX t \
             JOIN information_schema.PROCESSLIST p ON p.ID = t.trx_mysql_thread_id WHERE p.DB = DATABASE())"
        }
        // Whoever writes holds the one lock, and this waits for it.
        Dialect::Sqlite => "BEGIN IMMEDIATE; ROLLBACK; SELECT 0",
    };
    let sql = match DB::DIALECT {
        Dialect::Postgres => format!("SELECT ({sql})::text"),
        Dialect::MySql => format!("SELECT CAST(({sql}) AS CHAR)"),
        Dialect::Sqlite => sql.replace("SELECT 0", "SELECT '0'"),
    };
    // A server may need a moment to see that a client is gone.
    let gone = async {
        while db.ask_one(&sql).await != "0" {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    bounded("what is left of ours on the server", gone).await;
}
