//! [`Stop`]: asks a run to end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Asks a run to end: on Ctrl-C, on a signal of the orchestrator.
///
/// The statement under way is finished, and so is the transaction that it is in; nothing else begins, nothing is left
/// claimed, and the run returns an error that says where it stopped. What was done stays done, and the next run goes on.
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
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<Asked>);

#[derive(Debug, Default)]
struct Asked {
    asked: AtomicBool,
    heard: Notify,
}

impl Stop {
    /// Nothing is asked yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks every run that listens to end.
    pub fn request(&self) {
        self.0.asked.store(true, Ordering::SeqCst);
        self.0.heard.notify_waiters();
    }

    /// Whether a run was asked to end.
    pub fn is_requested(&self) -> bool {
        self.0.asked.load(Ordering::SeqCst)
    }

    /// Returns when a run is asked to end.
    pub(crate) async fn requested(&self) {
        let heard = self.0.heard.notified();
        if !self.is_requested() {
            heard.await;
        }
    }
}
