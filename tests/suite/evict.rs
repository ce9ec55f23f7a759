//! The session of a holder that is not heard of, on MySQL: it is ended before its row is taken over, and a stranger's of the
//! same number is not.

use embed_migrations::Migrator;
use sqlx::{Connection, MySql};
use tests::{Backend, Fresh, only_on};

use crate::half_done::{BROKEN, FIXED, dies, half};

only_on!(on_mysql sqlx::MySql:
    a_holder_that_does_nothing_is_ended
    a_session_of_another_server_is_left_alone
    a_session_of_a_server_that_was_started_since_is_left_alone
);

async fn a_holder_that_does_nothing_is_ended<DB: Backend>(db: Fresh<DB>) {
    assert!(!lives_on(&db, "CONCAT_WS(' ', {id}, @@hostname, @@port)", "").await);
}

async fn a_session_of_another_server_is_left_alone<DB: Backend>(db: Fresh<DB>) {
    assert!(lives_on(&db, "CONCAT_WS(' ', {id}, @@hostname, @@port + 1)", "").await);
}

async fn a_session_of_a_server_that_was_started_since_is_left_alone<DB: Backend>(db: Fresh<DB>) {
    let long_ago = ", started_at = '2000-01-01 00:00:00'";
    assert!(lives_on(&db, "CONCAT_WS(' ', {id}, @@hostname, @@port)", long_ago).await);
}

/// Whether an idle session lives on when a row is taken over that says so of its holder's.
async fn lives_on<DB: Backend>(db: &Fresh<DB>, session: &str, and: &str) -> bool {
    let migrator = |second| Migrator::new(half(second));
    migrator(BROKEN).run(&db.pool).await.unwrap_err();
    dies(db, "2000-01-01 00:00:00").await;
    let mut idle = <MySql as sqlx::Database>::Connection::connect(&db.url)
        .await
        .unwrap();
    let id: u64 = sqlx::query_scalar("SELECT CONNECTION_ID()")
        .fetch_one(&mut idle)
        .await
        .unwrap();
    let session = session.replace("{id}", &id.to_string());
    db.tell(&format!(
        "UPDATE _embed_migrations SET statements_sent = statements_done, claim_session = {session}{and}"
    ))
    .await;
    // Who speaks now and then is at work.
    db.ask("SELECT CAST(SLEEP(3) AS CHAR(1))").await;
    migrator(FIXED).run(&db.pool).await.unwrap();
    idle.ping().await.is_ok()
}
