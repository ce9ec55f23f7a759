//! A connection that is late, cut, reset or lost in silence at each message, and a run again.

use std::time::Duration;

use embed_migrations::{Migrator, Target};
use sqlx::pool::PoolOptions;
use tests::Fresh;
use tests::cable::{Cable, Fault, Speaker};
use tokio::task::JoinSet;

use crate::after::{Way, recover};
use crate::in_settings_with_a_server;
use crate::record::{Seen, note};
use crate::scale::bounded;
use crate::script::{Kind, Script};
use crate::setting::{Setting, dialect};

in_settings_with_a_server!(
    a_connection_that_fails_at_any_message_leaves_nothing_that_the_next_run_cannot_settle
);

/// How long a program waits for a run on a connection that is lost in silence, before it drops it.
const IMPATIENCE: Duration = Duration::from_secs(2);

const FAULTS: [Fault; 4] = [
    Fault::Delay(Duration::from_millis(300)),
    Fault::Cut,
    Fault::Reset,
    Fault::BlackHole,
];

async fn a_connection_that_fails_at_any_message_leaves_nothing_that_the_next_run_cannot_settle<
    S: Setting,
>() {
    let mut chains = JoinSet::new();
    for kind in [Kind::Transactional, Kind::Statements, Kind::Concurrently] {
        for speaker in [Speaker::Client, Speaker::Server] {
            for fault in FAULTS {
                chains.spawn(at_each::<S>(kind, speaker, fault));
            }
        }
    }
    while let Some(struck) = bounded("runs over bad connections", chains.join_next()).await {
        assert!(struck.unwrap() > 0, "no message was met");
    }
}

/// Strikes the first message of a run, of another the second, and so on, until one ends before.
async fn at_each<S: Setting>(kind: Kind, speaker: Speaker, fault: Fault) -> usize {
    let mut recoveries = JoinSet::new();
    for number in 0.. {
        let (db, script) = prepared::<S>(kind).await;
        let (cable, url) = Cable::before(&db.url).await;
        let pool = PoolOptions::<S::Database>::new().max_connections(2);
        let pool = pool
            .acquire_timeout(Duration::from_secs(10))
            .connect(&url)
            .await
            .unwrap();
        cable.arm(speaker, number, fault);
        let migrator = Migrator::new(script.set);
        let run = bounded("a run over a bad connection", async {
            let mut run = std::pin::pin!(migrator.run(&pool));
            tokio::select! {
                ended = &mut run => return Some(ended),
                () = cable.struck() => {}
            }
            if fault == Fault::BlackHole {
                return tokio::time::timeout(IMPATIENCE, run).await.ok();
            }
            Some(run.await)
        });
        let ended = run.await;
        cable.mend();
        if cable.disarm() {
            ended.unwrap().unwrap();
            pool.close().await;
            db.discard().await;
            break;
        }
        recoveries.spawn(async move {
            let in_doubt = recover(&db, &script, Way::Up).await;
            // The pool that was hit is good: it gives up what it has lost and connects anew.
            pool.acquire().await.unwrap();
            pool.close().await;
            db.discard().await;
            let seen = Seen {
                runs: 2 + in_doubt,
                statements: script.len(),
                in_doubt,
                ..Seen::default()
            };
            let cell = format!("{kind:?} {fault:?} {speaker:?} {number}");
            note("network", S::NAME, &cell, &seen);
        });
    }
    let struck = recoveries.len();
    while let Some(recovered) = recoveries.join_next().await {
        recovered.unwrap();
    }
    struck
}

async fn prepared<S: Setting>(kind: Kind) -> (Fresh<S::Database>, Script) {
    let (db, script) = (S::fresh().await, Script::new(kind, dialect::<S>()));
    let first = Migrator::new(script.set).target(Target::Version(1_u64.into()));
    first.run(&db.pool).await.unwrap();
    (db, script)
}
