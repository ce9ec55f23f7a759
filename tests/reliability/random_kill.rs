//! `kill -9` at a random moment, then a run again.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::after::{Way, recover};
use crate::in_every_setting;
use crate::process::{Starter, Word};
use crate::record::{Seen, note};
use crate::scale::short_or_long;
use crate::script::{Kind, Script};
use crate::setting::{Setting, dialect};

in_every_setting!(
    a_process_that_is_killed_at_a_random_moment_leaves_nothing_that_the_next_run_cannot_settle
);

/// How many deaths are recovered from at once.
const AT_ONCE: usize = 100;

async fn a_process_that_is_killed_at_a_random_moment_leaves_nothing_that_the_next_run_cannot_settle<
    S: Setting,
>() {
    let usual = usual_time::<S>().await;
    let at_once = Arc::new(Semaphore::new(AT_ONCE));
    let mut deaths = JoinSet::new();
    for index in 0..short_or_long(100, 1000) {
        let permit = at_once.clone().acquire_owned().await.unwrap();
        let kind = Kind::ALL[index % Kind::ALL.len()];
        let (db, script) = (S::fresh().await, Script::new(kind, dialect::<S>()));
        let mut starter =
            Starter::ready(&S::elsewhere(&db), script.directory.path(), "run", None).await;
        starter.go().await;
        tokio::time::sleep(usual.mul_f64(random())).await;
        starter.kill().await;
        deaths.spawn(async move {
            let in_doubt = recover(&db, &script, Way::Up).await;
            db.discard().await;
            drop(permit);
            let seen = Seen {
                runs: 2 + in_doubt,
                statements: script.len() + 1,
                in_doubt,
                ..Seen::default()
            };
            let cell = format!("{} {index}", kind.name());
            note("random_kill", S::NAME, &cell, &seen);
        });
    }
    while let Some(recovered) = deaths.join_next().await {
        recovered.unwrap();
    }
}

/// About how long a run takes that nobody kills, so that the moments lie within one.
async fn usual_time<S: Setting>() -> Duration {
    let (db, script) = (
        S::fresh().await,
        Script::new(Kind::Statements, dialect::<S>()),
    );
    let mut starter =
        Starter::ready(&S::elsewhere(&db), script.directory.path(), "run", None).await;
    let begin = Instant::now();
    starter.go().await;
    assert_eq!(starter.word().await, Word::Did(2));
    begin.elapsed()
}

/// Between nothing and one.
fn random() -> f64 {
    let bits = RandomState::new().build_hasher().finish() >> 48;
    u16::try_from(bits).map_or(0.0, f64::from) / f64::from(u16::MAX)
}
