//! [`Stop`]: asks a run to end.

use std::sync::Arc;

use tokio::sync::watch;

/// Asks a run to end: on Ctrl-C, on a signal of the orchestrator.
///
/// [`request`](Self::request) lets the statement under way finish, and the transaction that it is in; nothing else begins,
/// nothing is left claimed, and the run returns an error that says where it stopped. [`cancel`](Self::cancel) cancels the
/// statement under way, too. What was done stays done, and the next run goes on.
///
/// ```no_run
/// # #[cfg(feature = "sqlite")]
/// # async fn start(migrator: embed_migrations::Migrator, pool: sqlx::SqlitePool) -> Result<(), Box<dyn std::error::Error>> {
/// use embed_migrations::Stop;
///
/// let stop = Stop::new();
/// let asked = stop.clone();
/// tokio::spawn(async move {
///     tokio::time::sleep(std::time::Duration::from_secs(60)).await;
///     asked.request();
/// });
/// migrator.stop_on(&stop).run(&pool).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Stop(Arc<watch::Sender<Asked>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Asked {
    Nothing,
    ToStop,
    ToCancel,
}

impl Stop {
    /// Nothing is asked yet.
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(Asked::Nothing)))
    }

    /// Asks every run that listens to end after the statement under way.
    pub fn request(&self) {
        self.ask(Asked::ToStop);
    }

    /// Asks every run that listens to end, and the server to cancel the statement under way: on PostgreSQL and MySQL, over a
    /// second connection of the pool. Where there is none, and on SQLite, it is finished.
    pub fn cancel(&self) {
        self.ask(Asked::ToCancel);
    }

    fn ask(&self, what: Asked) {
        self.0.send_modify(|asked| *asked = (*asked).max(what));
    }

    /// Whether a run was asked to end.
    pub fn is_requested(&self) -> bool {
        *self.0.borrow() >= Asked::ToStop
    }

    /// Whether the statement under way was asked to be cancelled.
    pub fn is_cancelled(&self) -> bool {
        *self.0.borrow() >= Asked::ToCancel
    }

    /// Returns when a run is asked to end.
    pub(crate) async fn requested(&self) {
        self.asked(Asked::ToStop).await;
    }

    /// Returns when a statement is asked to be cancelled.
    pub(crate) async fn cancelled(&self) {
        self.asked(Asked::ToCancel).await;
    }

    async fn asked(&self, what: Asked) {
        // The sender is here, so there is always a word to wait for.
        let _ = self.0.subscribe().wait_for(|asked| *asked >= what).await;
    }
}

impl Default for Stop {
    fn default() -> Self {
        Self::new()
    }
}
