//! A word from the holder of a claim while a long statement runs, over a second connection.

use std::time::Duration;

use sqlx::Pool;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::attempt::Attempt;
use super::message::{Message, Part};
use crate::connect::Held;
use crate::{Dialect, Engine};

impl<C: Engine> Attempt<'_, C> {
    /// How long a claim holds without a word, in seconds.
    pub(super) fn lease(&self) -> u64 {
        // On SQLite the write lock says that a statement runs; only the program's own code is not seen.
        let is_seen = C::DIALECT == Dialect::Sqlite && !self.has_hooks();
        if is_seen || self.speaks_meanwhile() {
            LEASE.as_secs()
        } else {
            LONG_LEASE.as_secs()
        }
    }

    /// Whether a second connection speaks for the holder. SQLite has one writer, and two get in each other's way: there it
    /// speaks only where the program's own code may take long and is not seen.
    fn speaks_meanwhile(&self) -> bool {
        let is_free = C::DIALECT != Dialect::Sqlite || self.has_hooks() && !self.server.in_memory;
        is_free
            && self
                .pool
                .is_some_and(|pool| pool.options().get_max_connections() > 1)
    }
}

/// The task that says so. Dropped without [`stop`](Self::stop), it lets the claim go.
pub(super) struct Heartbeat(Option<(oneshot::Sender<()>, JoinHandle<()>)>);

impl Heartbeat {
    pub(super) fn start<C: Engine>(attempt: &Attempt<'_, C>) -> Self {
        let Some(pool) = attempt.pool.filter(|_| attempt.speaks_meanwhile()) else {
            return Self(None);
        };
        let (stop, stopped) = oneshot::channel();
        let message = |word: String| {
            let mut message = Message::new(String::new());
            message.push_all(Part::Begin, &attempt.server.after_begin);
            message.push(Part::History, &word);
            message.text()
        };
        let writer = attempt.writer();
        let (beat, let_go) = (message(writer.beat()), message(writer.let_go()));
        let task = tokio::spawn(beats::<C>(pool.clone(), beat, let_go, stopped));
        Self(Some((stop, task)))
    }

    /// Lets the claim go, and waits until that is said, or nobody listens.
    pub(super) async fn let_go(mut self) {
        if let Some((stop, task)) = self.0.take() {
            drop(stop);
            // A task that panicked has said nothing, and the claim ends by itself.
            let _ = task.await;
        }
    }

    /// The row is settled, and nobody needs to hear of the holder any more.
    pub(super) fn stop(mut self) {
        if let Some((stop, _)) = self.0.take() {
            // The task may have ended already; then there is nothing to stop.
            let _ = stop.send(());
        }
    }
}

async fn beats<C: Engine>(
    pool: Pool<C::Database>,
    beat: String,
    let_go: String,
    mut stopped: oneshot::Receiver<()>,
) {
    loop {
        let word = tokio::select! {
            ended = &mut stopped => match ended {
                Ok(()) => return,
                Err(_) => &let_go,
            },
            () = tokio::time::sleep(LEASE / 3) => &beat,
        };
        let said = say::<C>(&pool, word.clone());
        // A word that is not heard is not the end: the next may be, and the fence holds without it.
        let _ = tokio::time::timeout(Duration::from_secs(5), said).await;
        if word == &let_go {
            return;
        }
    }
}

async fn say<C: Engine>(pool: &Pool<C::Database>, word: String) {
    // Given up in the middle of it, the connection is closed: the pool would ask it whether it lives, without end.
    if let Ok(mut second) = Held::<C>::take_living(pool).await
        && second.run(word).await.is_ok()
    {
        second.give_back();
    }
}

/// How long a claim holds without a word, where a second connection says so meanwhile, and where none does.
const LEASE: Duration = Duration::from_secs(15);
const LONG_LEASE: Duration = Duration::from_mins(5);
