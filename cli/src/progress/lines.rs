//! A line for each migration that is done, for whoever reads a log.

use std::io::{self, Write};
use std::sync::Mutex;

use embed_migrations::{Direction, Migration, Progress};

use crate::time::rounded;

/// A line for each migration that is done.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    /// Whom it said that it waits for: once is enough.
    awaited: Mutex<Option<Migration>>,
}

impl Lines {
    pub(super) fn tell(&self, progress: &Progress) {
        let line = match progress {
            Progress::Finished {
                migration,
                direction,
                took,
            } => {
                let what = match direction {
                    Direction::Up => "applied",
                    Direction::Down => "reverted",
                };
                format!("{what} {migration} in {}\n", rounded(*took))
            }
            Progress::Waiting { migration, .. } if self.is_news(*migration) => {
                format!("waiting for another process, which is at {migration}\n")
            }
            _ => return,
        };
        // There is nobody left to tell that stderr is closed.
        let _ = io::stderr().write_all(line.as_bytes());
    }

    fn is_news(&self, migration: Migration) -> bool {
        let Ok(mut awaited) = self.awaited.lock() else {
            return false;
        };
        awaited.replace(migration) != Some(migration)
    }
}
