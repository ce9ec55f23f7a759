//! Processes that start at the same moment: each statement runs once, and all of them end well.

use tests::Fresh;

use crate::after::nothing_is_left;
use crate::in_every_setting;
use crate::process::{Starter, Word};
use crate::record::{Seen, note};
use crate::scale::{BOUND, short_or_long};
use crate::script::{Kind, Script};
use crate::setting::{Setting, dialect};

in_every_setting!(processes_that_start_together_run_every_statement_once);

/// How many start together.
pub(crate) fn counts() -> Vec<usize> {
    short_or_long(vec![2, 16], vec![2, 16, 64, 256])
}

async fn processes_that_start_together_run_every_statement_once<S: Setting>() {
    for kind in Kind::ALL {
        for count in counts() {
            let (db, script) = (S::fresh().await, Script::new(kind, dialect::<S>()));
            let mut done = 0;
            for (mut starter, word) in together::<S>(&db, &script, "run", count).await {
                match word {
                    Word::Did(some) => done += some,
                    word => panic!("{kind:?} of {count}: {word:?}, {}", starter.told().await),
                }
            }
            let found = script.counts(&db).await;
            assert_eq!(
                done, 2,
                "{kind:?} of {count}: two migrations, each by one process; statements have run {found:?} times"
            );
            assert_eq!(
                script.counts(&db).await,
                vec![1; script.len()],
                "{kind:?} of {count}"
            );
            assert_eq!(db.rows().await, ["1 applied up run", "2 applied up run"]);
            nothing_is_left(&db).await;
            db.discard().await;
            let seen = Seen {
                runs: count,
                statements: script.len() + 1,
                ..Seen::default()
            };
            note(
                "starters",
                S::NAME,
                &format!("{count} × {}", kind.name()),
                &seen,
            );
        }
    }
}

/// Starts processes, lets all of them connect, and lets them go at once. What each said.
pub(crate) async fn together<S: Setting>(
    db: &Fresh<S::Database>,
    script: &Script,
    verb: &str,
    count: usize,
) -> Vec<(Starter, Word)> {
    let urls = S::urls(db);
    let mut starters: Vec<Starter> = (0..count)
        .map(|index| {
            Starter::spawn(
                &urls[index % urls.len()],
                script.directory.path(),
                verb,
                None,
            )
        })
        .collect();
    for starter in &mut starters {
        starter.connected().await;
    }
    for starter in &mut starters {
        starter.go().await;
    }
    let mut said = Vec::new();
    for mut starter in starters {
        let word = tokio::time::timeout(BOUND, starter.word()).await;
        said.push((starter, word.unwrap_or(Word::Gone)));
    }
    said
}
