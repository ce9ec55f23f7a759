//! The states of the design, each by its name: what `status` calls it, what `validate` counts, what `run` does.

use std::time::Duration;

use embed_migrations::{MigrationSet, Migrator, Policies, Policy, State};
use tests::{Backend, Fresh, on_every_engine, set};

on_every_engine!(
    pending
    applied
    running
    failed
    in_doubt
    missing
    modified
    out_of_order
    ahead
);

const A: (&str, &str) = ("1_a.sql", "CREATE TABLE a (n INTEGER);\n");
const B: (&str, &str) = ("2_b.sql", "CREATE TABLE b (n INTEGER);\n");
const C: (&str, &str) = ("3_c.sql", "CREATE TABLE c (n INTEGER);\n");

const PAST: &str = "2020-01-01T00:00:00";
const FUTURE: &str = "2100-01-01T00:00:00";

/// What `status` says, which is what the program and `validate` say, too.
async fn is<DB: Backend>(
    db: &Fresh<DB>,
    set: &'static MigrationSet,
    text: &str,
    state: State,
) -> Migrator {
    let migrator = Migrator::new(set);
    let status = migrator.status(&db.pool).await.unwrap();
    assert_eq!(status.to_string(), text);
    assert_eq!(status.in_state(state).count(), 1);
    let validation = migrator.validate(&db.pool).await.unwrap();
    assert_eq!(validation.status.to_string(), text);
    // An old program is right beside a database that is ahead.
    let fine = [State::Applied, State::Ahead].contains(&state);
    assert_eq!(validation.is_valid(), fine);
    migrator
}

/// Nothing changes when it is run.
async fn refuses<DB: Backend>(db: &Fresh<DB>, migrator: &Migrator) -> embed_migrations::Error {
    let before = (db.tables().await, db.rows().await);
    let error = migrator.run(&db.pool).await.unwrap_err();
    assert_eq!((db.tables().await, db.rows().await), before);
    error
}

async fn pending<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A])).run(&db.pool).await.unwrap();
    let text = "1  a  applied\n2  b  pending";
    let migrator = is(&db, set(&[A, B]), text, State::Pending).await;
    assert_eq!(migrator.run(&db.pool).await.unwrap().applied().len(), 1);
    assert_eq!(db.tables().await, ["a", "b"]);
}

async fn applied<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A])).run(&db.pool).await.unwrap();
    let migrator = is(&db, set(&[A]), "1  a  applied", State::Applied).await;
    assert!(migrator.run(&db.pool).await.unwrap().steps().is_empty());
    assert_eq!(db.rows().await, ["1 applied up run"]);
}

/// One of two statements is done, and the second fails, or does not.
fn half(second: &str) -> &'static MigrationSet {
    let text = format!("-- no-transaction\nCREATE TABLE a (n INTEGER);\n{second};\n");
    set(&[("1_a.sql", &text)])
}

const BROKEN: &str = "INSERT INTO nowhere VALUES (1)";
const FIXED: &str = "CREATE TABLE b (n INTEGER)";

/// As the row is while the second statement is under way, of a holder that is heard of until then.
async fn held<DB: Backend>(db: &Fresh<DB>, until: &str) {
    Migrator::new(half(BROKEN)).run(&db.pool).await.unwrap_err();
    db.tell(&format!(
        "UPDATE _embed_migrations SET state = 'running', claim = 'x', statements_sent = 2, claimed_until = '{until}'"
    ))
    .await;
}

async fn running<DB: Backend>(db: Fresh<DB>) {
    held(&db, FUTURE).await;
    let text = "1  a  running";
    let migrator = is(&db, half(BROKEN), text, State::Running).await;
    let impatient = migrator.wait_timeout(Duration::ZERO);
    let error = refuses(&db, &impatient).await;
    assert!(error.is_waited(), "{error}");
}

async fn failed<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(half(BROKEN)).run(&db.pool).await.unwrap_err();
    let text = "1  a  failed";
    let migrator = is(&db, half(FIXED), text, State::Failed).await;
    let report = migrator.run(&db.pool).await.unwrap();
    assert_eq!(report.applied()[0].statements(), 1, "the rest");
    assert_eq!(db.tables().await, ["a", "b"]);
}

async fn in_doubt<DB: Backend>(db: Fresh<DB>) {
    held(&db, PAST).await;
    let text = "1  a  in doubt";
    let migrator = is(&db, half(BROKEN), text, State::InDoubt).await;
    let error = migrator.run(&db.pool).await.unwrap_err();
    assert!(error.is_in_doubt(), "{error}");
    assert_eq!(db.tables().await, ["a"], "nothing is run by a guess");
    let _ = is(&db, half(BROKEN), text, State::InDoubt).await;
}

async fn missing<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A, B])).run(&db.pool).await.unwrap();
    let text = "1  a  applied\n2  b  missing\n3  c  pending";
    let migrator = is(&db, set(&[A, C]), text, State::Missing).await;
    assert!(refuses(&db, &migrator).await.is_difference());
}

async fn modified<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A])).run(&db.pool).await.unwrap();
    let edited = set(&[("1_a.sql", "CREATE TABLE a (m INTEGER);\n"), B]);
    let text = "1  a  modified\n2  b  pending";
    let migrator = is(&db, edited, text, State::Modified).await;
    assert!(refuses(&db, &migrator).await.is_difference());
}

async fn out_of_order<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A, C])).run(&db.pool).await.unwrap();
    let text = "1  a  applied\n2  b  out of order\n3  c  applied";
    let migrator = is(&db, set(&[A, B, C]), text, State::OutOfOrder).await;
    assert!(refuses(&db, &migrator).await.is_difference());
}

async fn ahead<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A, B])).run(&db.pool).await.unwrap();
    let text = "1  a  applied\n2  b  ahead";
    let migrator = is(&db, set(&[A]), text, State::Ahead).await;
    assert_eq!(migrator.run(&db.pool).await.unwrap().warnings().len(), 1);
    let strict = migrator.policies(Policies::default().ahead(Policy::Error));
    assert!(refuses(&db, &strict).await.is_difference());
}
