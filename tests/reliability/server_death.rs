//! A server that is killed at each message and started again, and one that takes no writes any more.

use std::time::Duration;

use embed_migrations::{Migrator, Target};
use servers::Server;
use sqlx::pool::PoolOptions;
use sqlx::{MySql, Postgres};
use tests::cable::{Cable, Fault, Speaker};
use tests::fresh::{at_server, fresh_on};
use tests::{Backend, Fresh};
use tokio::task::JoinSet;

use crate::after::{Way, recover};
use crate::record::{Seen, note};
use crate::scale::{bounded, short_or_long};
use crate::script::{Kind, Script};

mod postgres {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_server_that_is_killed_at_any_message_leaves_nothing_that_the_next_run_cannot_settle()
    {
        let (server, url) = tokio::task::block_in_place(servers::postgres::start).unwrap();
        killed::<Postgres>(server, (&url, &url), 1, "PostgreSQL").await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn so_does_a_pooler() {
        let (_server, url) = tokio::task::block_in_place(servers::postgres::start).unwrap();
        let pooler = tokio::task::block_in_place(|| servers::pgbouncer::start(&url));
        let (pooler, url) = pooler.unwrap();
        killed::<Postgres>(pooler, (&url, &url), 1, "PgBouncer").await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_standby_that_takes_over_is_gone_on_with() {
        taken_over().await;
    }
}

mod mysql {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_server_that_is_killed_at_any_message_leaves_nothing_that_the_next_run_cannot_settle()
    {
        let (server, url) = tokio::task::block_in_place(servers::mariadb::start).unwrap();
        Box::pin(killed::<MySql>(server, (&url, &url), 1, "MariaDB")).await;
    }

    /// Another node goes on, with what the cluster has.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_node_that_is_killed_at_any_message_leaves_nothing_that_another_cannot_settle() {
        let (mut nodes, urls) = tokio::task::block_in_place(servers::galera::start).unwrap();
        let (first, others) = urls.split_once(',').unwrap();
        let (_, last) = others.split_once(',').unwrap();
        let node = nodes.pop().unwrap();
        // A node needs a while to come back.
        let stride = short_or_long(6, 1);
        Box::pin(killed::<MySql>(node, (last, first), stride, "Galera")).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_server_that_becomes_read_only_is_gone_on_with_when_it_is_not() {
        Box::pin(read_only()).await;
    }
}

fn speakers() -> &'static [Speaker] {
    short_or_long(&[Speaker::Server], &[Speaker::Client, Speaker::Server])
}

/// The server of the first URL is killed, at one message of so many; the one of the second URL, which may be the same, is
/// asked afterwards.
async fn killed<DB: Backend>(
    mut server: Server,
    (url, after): (&str, &str),
    stride: usize,
    name: &'static str,
) where
    for<'c> &'c mut DB::Connection: sqlx::Executor<'c, Database = DB>,
{
    let mut left = Vec::new();
    for kind in [Kind::Transactional, Kind::Statements] {
        for speaker in speakers() {
            for number in (0..).step_by(stride) {
                let (db, script) = prepared::<DB>(url, kind).await;
                let is_met = interrupted(&db, &db.url, &script, (*speaker, number), |_| {
                    server.kill();
                    server.start().unwrap();
                });
                if !is_met.await {
                    assert!(number > 0, "no message was met");
                    break;
                }
                let cell = format!("killed {kind:?} {speaker:?} {number}");
                left.push((at_server(after, &db.url), script, cell));
            }
        }
    }
    // All at once: most of the time is spent waiting for a claim to end.
    let mut recoveries = JoinSet::new();
    for (url, script, cell) in left {
        recoveries.spawn(recovered::<DB>(url, script, name, cell));
    }
    while let Some(recovered) = recoveries.join_next().await {
        recovered.unwrap();
    }
}

async fn recovered<DB: Backend>(url: String, script: Script, name: &'static str, cell: String) {
    let db = Fresh::<DB>::at(&url).await;
    let in_doubt = recover(&db, &script, Way::Up).await;
    db.pool.close().await;
    noted(name, &cell, &script, in_doubt);
}

/// Runs over a cable to a URL; at a message everything is lost, and something happens to the server. `false`: the run ended
/// before.
async fn interrupted<DB: Backend>(
    db: &Fresh<DB>,
    url: &str,
    script: &Script,
    (speaker, number): (Speaker, usize),
    happens: impl FnOnce(&Cable),
) -> bool {
    let (cable, url) = Cable::before(url).await;
    let pool = PoolOptions::<DB>::new().max_connections(2);
    let pool = pool
        .acquire_timeout(Duration::from_secs(10))
        .connect(&url)
        .await
        .unwrap();
    cable.arm(speaker, number, Fault::BlackHole);
    let migrator = Migrator::new(script.set);
    let mut run = std::pin::pin!(migrator.run(&pool));
    let ended = tokio::select! {
        ended = bounded("a run", &mut run) => Some(ended),
        () = cable.struck() => None,
    };
    if let Some(ended) = ended {
        ended.unwrap();
        return false;
    }
    // The connections of the database's own pool end with the server, too.
    db.pool.close().await;
    tokio::task::block_in_place(|| happens(&cable));
    cable.mend();
    // It may have been at its last word, or have found the server again.
    let _ = bounded("a run whose server died", run).await;
    pool.close().await;
    true
}

/// PostgreSQL: the primary is killed, its standby answers and takes no writes, and then is promoted.
async fn taken_over() {
    let mut recoveries = JoinSet::new();
    for kind in [Kind::Transactional, Kind::Statements] {
        for number in 0..short_or_long(4, 30) {
            let (mut primary, url) = tokio::task::block_in_place(servers::postgres::start).unwrap();
            let (db, script) = prepared::<Postgres>(&url, kind).await;
            let (standby, standby_url) =
                tokio::task::block_in_place(|| servers::postgres::start_standby(&url)).unwrap();
            let there = at_server(&standby_url, &db.url);
            let at = (Speaker::Server, number);
            let is_met = interrupted(&db, &db.url, &script, at, |cable| {
                primary.kill();
                cable.turn_to(&there);
            });
            if !is_met.await {
                break;
            }
            let standing = Fresh::<Postgres>::at(&there).await;
            let run = Migrator::new(script.set).run(&standing.pool).await;
            if let Err(error) = run {
                assert!(error.is_read_only(), "{error:?}");
            }
            standing.tell("SELECT pg_promote()").await;
            standing.pool.close().await;
            recoveries.spawn(async move {
                let cell = format!("taken over {kind:?} {number}");
                Box::pin(recovered::<Postgres>(there, script, "PostgreSQL", cell)).await;
                drop(standby);
            });
        }
    }
    while let Some(recovered) = recoveries.join_next().await {
        recovered.unwrap();
    }
}

/// MariaDB: writes are refused from one message on, and allowed again.
async fn read_only() {
    let (_server, url) = tokio::task::block_in_place(servers::mariadb::start).unwrap();
    let mut left = Vec::new();
    for kind in [Kind::Transactional, Kind::Statements] {
        for number in 0..short_or_long(8, 30) {
            let (db, script) = prepared::<MySql>(&url, kind).await;
            // An account that may not write where the server is read-only.
            let plain = db.url.replace("test:test@", "plain:test@");
            let root = Fresh::<MySql>::at(&db.url).await;
            let at = (Speaker::Server, number);
            let runtime = tokio::runtime::Handle::current();
            let pool = root.pool.clone();
            let mut setting = None;
            let is_met = interrupted(&db, &plain, &script, at, |_| {
                let pool = pool.clone();
                let mut set = runtime.spawn(async move {
                    MySql::tell(&pool, "SET GLOBAL read_only = ON").await;
                });
                // It waits for the end of a transaction that has written, which is waiting for us.
                let soon = tokio::time::timeout(Duration::from_secs(1), &mut set);
                let _ = runtime.block_on(soon);
                setting = Some(set);
            });
            let is_met = Box::pin(is_met).await;
            if is_met {
                if let Some(set) = setting.filter(|set| !set.is_finished()) {
                    bounded("a server that becomes read-only", set)
                        .await
                        .unwrap();
                }
                let refused = Fresh::<MySql>::at(&plain).await;
                let run = Migrator::new(script.set).run(&refused.pool).await;
                if let Err(error) = run {
                    assert!(error.is_read_only(), "{error:?}");
                }
                refused.pool.close().await;
            }
            root.tell("SET GLOBAL read_only = OFF").await;
            if !is_met {
                break;
            }
            root.pool.close().await;
            left.push((db.url, script, format!("read-only {kind:?} {number}")));
        }
    }
    let mut recoveries = JoinSet::new();
    for (url, script, cell) in left {
        recoveries.spawn(recovered::<MySql>(url, script, "MariaDB", cell));
    }
    while let Some(recovered) = recoveries.join_next().await {
        recovered.unwrap();
    }
}

async fn prepared<DB: Backend>(url: &str, kind: Kind) -> (Fresh<DB>, Script)
where
    for<'c> &'c mut DB::Connection: sqlx::Executor<'c, Database = DB>,
{
    let (db, script) = (fresh_on::<DB>(url).await, Script::new(kind, DB::DIALECT));
    let first = Migrator::new(script.set).target(Target::Version(1_u64.into()));
    first.run(&db.pool).await.unwrap();
    (db, script)
}

fn noted(setting: &str, cell: &str, script: &Script, in_doubt: usize) {
    let seen = Seen {
        runs: 2 + in_doubt,
        statements: script.len(),
        in_doubt,
        ..Seen::default()
    };
    note("server_death", setting, cell, &seen);
}
