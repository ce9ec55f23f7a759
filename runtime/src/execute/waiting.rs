//! Waiting for somebody else: without a transaction or a snapshot, with jitter and back-off, for a bounded time.

use std::time::{Duration, Instant};

use embed_migrations_core::{AppliedMigration, Journal};

const SHORTEST: Duration = Duration::from_millis(15);
const LONGEST: Duration = Duration::from_secs(1);
/// A row that looks abandoned must look so twice, this far apart.
const SECOND_LOOK: Duration = Duration::from_secs(1);

/// How long nothing has changed.
#[derive(Debug)]
pub(super) struct Waiting {
    patience: Duration,
    since: Option<Instant>,
    pause: Duration,
    suspect: Option<(String, Journal, Instant)>,
}

impl Waiting {
    pub(super) fn new(patience: Duration) -> Self {
        Self {
            patience,
            since: None,
            pause: SHORTEST,
            suspect: None,
        }
    }

    /// Sleeps a little, longer each time. `false`: patience is at its end.
    pub(super) async fn pause(&mut self) -> bool {
        self.since.get_or_insert_with(Instant::now);
        // Anything between half of the pause and all of it, so that many starters do not come back together.
        tokio::time::sleep(self.pause.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
        self.pause = (self.pause * 2).min(LONGEST);
        self.so_far() < self.patience
    }

    /// Something changed: the next wait begins anew.
    pub(super) fn over(&mut self) {
        self.since = None;
        self.pause = SHORTEST;
    }

    pub(super) fn so_far(&self) -> Duration {
        self.since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// Whether a row whose holder is not heard of has looked the same for a while.
    pub(super) fn is_abandoned(&mut self, row: &AppliedMigration) -> bool {
        let claim = row.claim.as_ref().map_or("", |claim| &claim.id);
        match &self.suspect {
            Some((id, journal, since)) if id == claim && *journal == row.journal => {
                since.elapsed() >= SECOND_LOOK
            }
            _ => {
                self.suspect = Some((claim.to_owned(), row.journal.clone(), Instant::now()));
                false
            }
        }
    }
}
