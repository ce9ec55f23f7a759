//! `kill -9` at every boundary of the executor, then a run again.

use std::sync::Arc;

use embed_migrations::{Dialect, Migrator, Target};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::after::{Way, recover};
use crate::in_every_setting;
use crate::process::{Starter, Word};
use crate::record::{Seen, note};
use crate::script::{Kind, Script};
use crate::setting::{Setting, dialect};

in_every_setting!(
    a_process_that_is_killed_at_any_boundary_leaves_nothing_that_the_next_run_cannot_settle
);

/// The boundaries of `runtime/src/execute/crash.rs`; that each is there is looked at below.
const POINTS: [&str; 10] = [
    "before-claim",
    "after-claim",
    "before-intent",
    "after-intent",
    "sent",
    "acknowledged",
    "before-done",
    "before-commit",
    "after-commit",
    "before-final",
];

/// SQLite rolls every statement of these scripts back together with its word in the journal: none is announced.
const ANNOUNCED: [&str; 2] = ["before-intent", "before-done"];

/// How many deaths are recovered from at once: most of the time is spent waiting for a lease to end.
const AT_ONCE: usize = 110;

/// A script, and how it is run.
#[derive(Debug, Clone, Copy)]
struct Case {
    kind: Kind,
    verb: &'static str,
}

impl Case {
    const ALL: [Self; 7] = [
        Self::new(Kind::Transactional, "run"),
        Self::new(Kind::Transactional, "hooks"),
        Self::new(Kind::Transactional, "revert"),
        Self::new(Kind::Concurrently, "run"),
        Self::new(Kind::Statements, "run"),
        Self::new(Kind::Statements, "hooks"),
        Self::new(Kind::Statements, "revert"),
    ];

    const fn new(kind: Kind, verb: &'static str) -> Self {
        Self { kind, verb }
    }

    fn way(self) -> Way {
        match self.verb {
            "revert" => Way::Down,
            _ => Way::Up,
        }
    }
}

async fn a_process_that_is_killed_at_any_boundary_leaves_nothing_that_the_next_run_cannot_settle<
    S: Setting,
>() {
    let at_once = Arc::new(Semaphore::new(AT_ONCE));
    let mut chains = JoinSet::new();
    for case in Case::ALL {
        for point in POINTS {
            chains.spawn(every_pass::<S>(case, point, at_once.clone()));
        }
    }
    let mut seen = Vec::new();
    while let Some(reached) = chains.join_next().await {
        seen.push(reached.unwrap());
    }
    // A boundary that no case reaches any more would be a cell that is green and empty.
    for point in POINTS {
        let deaths: usize = seen
            .iter()
            .filter(|(of, _)| *of == point)
            .map(|(_, deaths)| deaths)
            .sum();
        let is_nowhere = dialect::<S>() == Dialect::Sqlite && ANNOUNCED.contains(&point);
        assert_eq!(
            deaths == 0,
            is_nowhere,
            "{deaths} processes were killed at {point}"
        );
    }
}

/// Kills a process at the first pass of a boundary, another at the second, and so on, until one ends before it is there.
async fn every_pass<S: Setting>(
    case: Case,
    point: &'static str,
    at_once: Arc<Semaphore>,
) -> (&'static str, usize) {
    let mut recoveries = JoinSet::new();
    for pass in 0.. {
        let permit = at_once.clone().acquire_owned().await.unwrap();
        let db = S::fresh().await;
        let script = Script::new(case.kind, dialect::<S>());
        let before = Migrator::new(script.set);
        let before = match case.way() {
            Way::Up => before.target(Target::Version(1_u64.into())),
            Way::Down => before,
        };
        before.run(&db.pool).await.unwrap();
        S::spread(&db).await;
        let stop_at = format!("{point}:{pass}");
        let directory = script.directory.path();
        let mut starter =
            Starter::ready(&S::elsewhere(&db), directory, case.verb, Some(&stop_at)).await;
        starter.go().await;
        match starter.word().await {
            Word::At => starter.kill().await,
            Word::Did(1) => {
                db.discard().await;
                break;
            }
            word => panic!("{case:?} at {stop_at}: {word:?}, {}", starter.told().await),
        }
        recoveries.spawn(async move {
            let in_doubt = recover(&db, &script, case.way()).await;
            db.discard().await;
            drop(permit);
            let seen = Seen {
                runs: 2 + in_doubt,
                statements: script.len(),
                in_doubt,
                ..Seen::default()
            };
            note(
                "crash_points",
                S::NAME,
                &format!("{case:?} {stop_at}"),
                &seen,
            );
        });
    }
    let deaths = recoveries.len();
    while let Some(recovered) = recoveries.join_next().await {
        recovered.unwrap();
    }
    (point, deaths)
}
