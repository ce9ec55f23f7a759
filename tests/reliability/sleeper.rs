//! A holder that sleeps longer than its claim holds: another takes over, and the sleeper writes nothing more.

use std::time::Duration;

use embed_migrations::{Dialect, ErrorKind, Migrator, Target};
use nix::sys::signal::Signal;
use tests::{Backend, Fresh};
use tokio::task::JoinSet;

use crate::after::{Way, nothing_is_left, recover};
use crate::in_every_setting;
use crate::process::{Starter, Word};
use crate::record::{Seen, note};
use crate::scale::bounded;
use crate::script::{Kind, Script};
use crate::setting::{Setting, dialect};

in_every_setting!(
    a_holder_that_slept_writes_nothing_more_and_fails
    a_holder_that_sleeps_in_its_transaction_is_waited_for_and_never_doubled
);

/// Where it falls asleep: with nothing sent, with a statement announced and not sent, and with one done.
const POINTS: [&str; 8] = [
    "after-claim",
    "before-intent",
    "after-intent",
    "after-intent:1",
    "acknowledged",
    "before-done",
    "before-done:2",
    "before-final",
];

async fn a_holder_that_slept_writes_nothing_more_and_fails<S: Setting>() {
    let mut cells = JoinSet::new();
    for kind in [Kind::Statements, Kind::Inserts] {
        for point in POINTS {
            for verb in ["run", "hooks"] {
                cells.spawn(slept::<S>(kind, point, verb));
            }
        }
    }
    let (mut slept, mut wrong) = (0, Vec::new());
    while let Some(cell) = cells.join_next().await {
        match cell.unwrap() {
            Ok(reached) => slept += usize::from(reached),
            Err(what) => wrong.push(what),
        }
    }
    assert!(wrong.is_empty(), "{}: {}", S::NAME, wrong.join("; "));
    assert!(slept > 0);
}

/// Whether the point was reached at all, or what a sleeper did that it must not do.
async fn slept<S: Setting>(
    kind: Kind,
    point: &'static str,
    verb: &'static str,
) -> Result<bool, String> {
    let (db, script) = prepared::<S>(kind).await;
    let directory = script.directory.path();
    let mut sleeper = Starter::ready(&S::elsewhere(&db), directory, verb, Some(point)).await;
    sleeper.go().await;
    match sleeper.word().await {
        Word::At => {}
        Word::Did(1) => {
            db.discard().await;
            return Ok(false);
        }
        word => panic!("{kind:?} at {point}: {word:?}"),
    }
    sleeper.signal(Signal::SIGSTOP);
    // On a cluster it may have sent something, and not yet its claim.
    let has_claim = db.rows().await.len() == 2;
    let cell = format!("{kind:?} {verb} {point}");
    if dialect::<S>() == Dialect::Sqlite && is_waited_for(&db, &script).await {
        // Asleep with the one write lock in its hands, which nobody can take from it.
        sleeper.go().await;
        sleeper.signal(Signal::SIGCONT);
        let word = sleeper.word().await;
        if word != Word::Did(1) {
            return Err(format!("{cell}: nobody took over, and it said {word:?}"));
        }
        drop(sleeper);
        let in_doubt = recover(&db, &script, Way::Up).await;
        db.discard().await;
        noted::<S>(&cell, &script, in_doubt);
        return Ok(true);
    }
    let in_doubt = recover(&db, &script, Way::Up).await;
    sleeper.go().await;
    sleeper.signal(Signal::SIGCONT);
    let word = sleeper.word().await;
    drop(sleeper);
    let is_right = match word {
        Word::Failed(_) => true,
        Word::Did(0) => !has_claim,
        _ => false,
    };
    if !is_right {
        return Err(format!("{cell}: it said {word:?}"));
    }
    let counts = script.counts(&db).await;
    if counts != vec![1; script.len()] {
        return Err(format!(
            "{cell}: it went on, statements have run {counts:?} times"
        ));
    }
    assert_eq!(
        db.rows().await,
        ["1 applied up run", "2 applied up run"],
        "{cell}"
    );
    nothing_is_left(&db).await;
    db.discard().await;
    noted::<S>(&cell, &script, in_doubt);
    Ok(true)
}

/// Whether a run that has more patience than any claim holds comes to nothing.
async fn is_waited_for<DB: Backend>(db: &Fresh<DB>, script: &Script) -> bool {
    let patient = Migrator::new(script.set).wait_timeout(LONGER_THAN_A_CLAIM);
    match bounded("a patient run", patient.run(&db.pool)).await {
        Ok(_) => false,
        Err(error) if error.is_in_doubt() => false,
        Err(error) => {
            // SQLite may also say that the file stays locked.
            assert!(
                error.is_waited() || error.kind() == ErrorKind::Database,
                "{error:?}"
            );
            true
        }
    }
}

/// A claim holds for 15 s.
const LONGER_THAN_A_CLAIM: Duration = Duration::from_secs(45);

fn noted<S: Setting>(cell: &str, script: &Script, in_doubt: usize) {
    let seen = Seen {
        runs: 2 + in_doubt,
        statements: script.len(),
        in_doubt,
        ..Seen::default()
    };
    note("sleeper", S::NAME, cell, &seen);
}

/// Nobody can take over what is in an open transaction; whoever waits says so after his time.
async fn a_holder_that_sleeps_in_its_transaction_is_waited_for_and_never_doubled<S: Setting>() {
    for point in ["after-claim", "before-final", "before-commit"] {
        let (db, script) = prepared::<S>(Kind::Transactional).await;
        let directory = script.directory.path();
        let mut sleeper = Starter::ready(&S::elsewhere(&db), directory, "hooks", Some(point)).await;
        sleeper.go().await;
        assert_eq!(sleeper.word().await, Word::At);
        sleeper.signal(Signal::SIGSTOP);
        let hasty = Migrator::new(script.set).wait_timeout(Duration::from_secs(2));
        let run = hasty.run(&db.pool).await;
        sleeper.go().await;
        sleeper.signal(Signal::SIGCONT);
        let word = sleeper.word().await;
        if let Err(error) = run {
            assert!(error.is_waited(), "{point}: {error:?}");
            assert_eq!(word, Word::Did(1), "{point}");
        } else {
            assert!(!S::LOCKS_ROWS, "{point}: somebody else was let through");
            assert_eq!(word, Word::Did(0), "{point}: {}", sleeper.told().await);
        }
        drop(sleeper);
        assert_eq!(recover(&db, &script, Way::Up).await, 0);
        db.discard().await;
        let seen = Seen {
            runs: 3,
            statements: script.len(),
            ..Seen::default()
        };
        note(
            "sleeper",
            S::NAME,
            &format!("in a transaction {point}"),
            &seen,
        );
    }
}

/// A database with the first migration, whose second one is of a kind.
async fn prepared<S: Setting>(kind: Kind) -> (Fresh<S::Database>, Script) {
    let (db, script) = (S::fresh().await, Script::new(kind, dialect::<S>()));
    let first = Migrator::new(script.set).target(Target::Version(1_u64.into()));
    first.run(&db.pool).await.unwrap();
    S::spread(&db).await;
    (db, script)
}
