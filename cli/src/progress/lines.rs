//! A line for each migration that is done, for whoever reads a log.

use std::io::{self, Write};
use std::sync::Mutex;

use embed_migrations::{Direction, Progress};

use super::Name;
use crate::time::rounded;

/// A line for each migration that is done.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    /// What it said last that it waits for: once is enough.
    said: Mutex<String>,
}

impl Lines {
    pub(super) fn tell(&self, progress: &Progress, name: Name) {
        let line = match progress {
            Progress::Finished {
                set,
                migration,
                direction,
                took,
            } => {
                let what = match direction {
                    Direction::Up => "applied",
                    Direction::Down => "reverted",
                };
                format!("{what} {} in {}\n", name(set, *migration), rounded(*took))
            }
            Progress::Waiting { set, migration, .. } => {
                format!("{}\n", elsewhere(&name(set, *migration)))
            }
            Progress::Blocked {
                set, migration, by, ..
            } => {
                format!("{}\n", in_the_way(&name(set, *migration), by))
            }
            _ => return,
        };
        if !self.is_news(&line) {
            return;
        }
        // There is nobody left to tell that stderr is closed.
        let _ = io::stderr().write_all(line.as_bytes());
    }

    fn is_news(&self, line: &str) -> bool {
        let Ok(mut said) = self.said.lock() else {
            return false;
        };
        let is_news = *said != line;
        line.clone_into(&mut said);
        is_news
    }
}

/// What is waited for where another process is at work.
pub(super) fn elsewhere(migration: &str) -> String {
    format!("waiting for another process, which is at {migration}")
}

/// What is waited for where a lock is in the way.
pub(super) fn in_the_way(migration: &str, by: &[String]) -> String {
    let what = format!("waiting for a lock that {migration} needs");
    match by {
        [] => what,
        [one] => format!("{what}: {one}"),
        [one, others @ ..] => format!("{what}: {one}, and {} more", others.len()),
    }
}
