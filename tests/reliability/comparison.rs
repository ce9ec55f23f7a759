//! The same with the migrator of sqlx. Nothing is asked of it: the numbers are its own.

use std::time::Duration;

use tests::Fresh;
use tests::cable::{Cable, Fault, Speaker};
use tokio::task::JoinSet;

use crate::in_every_setting;
use crate::process::{Starter, Word};
use crate::record::{Seen, note};
use crate::scale::{bounded, short_or_long};
use crate::script::{Kind, Script};
use crate::setting::{Setting, dialect};
use crate::starters::{counts, together};

in_every_setting!(processes_of_sqlx_that_start_together);

mod at_each_message {
    use super::killed_at_each_message;

    crate::in_settings_with_a_server!(killed_at_each_message);
}

async fn processes_of_sqlx_that_start_together<S: Setting>() {
    for kind in Kind::ALL {
        for count in counts() {
            let (db, script) = (S::fresh().await, Script::new(kind, dialect::<S>()));
            let said = together::<S>(&db, &script, "sqlx", count).await;
            let failed = said
                .iter()
                .filter(|(_, word)| !matches!(word, Word::Did(_)));
            let mut seen = Seen {
                runs: count,
                failed: failed.count(),
                ..Seen::default()
            };
            drop(said);
            seen.count(&script.counts_or_none(&db).await);
            db.discard().await;
            note(
                "starters_sqlx",
                S::NAME,
                &format!("{count} × {}", kind.name()),
                &seen,
            );
        }
    }
}

/// It has no boundaries to stop at, so its process is killed when it has sent a message, before the server has it, and
/// when the server has answered; then it runs again.
async fn killed_at_each_message<S: Setting>() {
    let mut chains = JoinSet::new();
    for kind in short_or_long(
        vec![Kind::Transactional, Kind::Statements],
        // It sends a file as one message, in which PostgreSQL builds no index concurrently.
        vec![Kind::Transactional, Kind::Statements, Kind::Inserts],
    ) {
        for speaker in [Speaker::Client, Speaker::Server] {
            chains.spawn(chain::<S>(kind, speaker));
        }
    }
    while let Some(deaths) = bounded("deaths of sqlx", chains.join_next()).await {
        assert!(deaths.unwrap() > 0, "nothing was killed");
    }
}

async fn chain<S: Setting>(kind: Kind, speaker: Speaker) -> usize {
    for number in 0.. {
        let (db, script) = (S::fresh().await, Script::new(kind, dialect::<S>()));
        let (cable, url) = Cable::before(&db.url).await;
        let mut starter = Starter::ready(&url, script.directory.path(), "sqlx", None).await;
        cable.arm(speaker, number, Fault::BlackHole);
        starter.go().await;
        tokio::select! {
            word = starter.word() => {
                assert_eq!(word, Word::Did(0), "{}", starter.told().await);
                return number;
            }
            () = cable.struck() => {}
        }
        starter.kill().await;
        cable.mend();
        let mut seen = Seen {
            runs: 2,
            failed: usize::from(!again::<S>(&db, &script).await),
            ..Seen::default()
        };
        seen.count(&script.counts_or_none(&db).await);
        db.discard().await;
        let cell = format!("{kind:?} {speaker:?} {number}");
        note("crash_points_sqlx", S::NAME, &cell, &seen);
    }
    unreachable!("a run that sends messages for ever")
}

/// Whether the next run comes to its end.
async fn again<S: Setting>(db: &Fresh<S::Database>, script: &Script) -> bool {
    let mut starter = Starter::ready(&db.url, script.directory.path(), "sqlx", None).await;
    starter.go().await;
    let word = tokio::time::timeout(PATIENCE, starter.word()).await;
    matches!(word, Ok(Word::Did(_)))
}

/// A run again that takes longer counts as failed.
const PATIENCE: Duration = Duration::from_mins(2);
