//! Ctrl-C and SIGTERM: the first asks the run to stop, the second to cancel the statement under way, the third abandons it.

use std::io::{self, Write};
use std::pin::pin;

use embed_migrations::Stop;

use crate::failure::Failure;

/// The verb to its end, unless it is abandoned.
pub(crate) async fn stoppable<T>(
    stop: &Stop,
    verb: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let mut verb = pin!(verb);
    let mut signals = Signals::new();
    loop {
        tokio::select! {
            biased;
            done = &mut verb => return done,
            () = signals.next() => {}
        }
        let word: &[u8] = if stop.is_cancelled() {
            return Err(abandoned());
        } else if stop.is_requested() {
            stop.cancel();
            b"cancelling the statement under way; press again to abandon it\n"
        } else {
            stop.request();
            b"stopping after the statement under way; press again to cancel it\n"
        };
        // There is nobody left to tell that stderr is closed.
        let _ = io::stderr().write_all(word);
    }
}

fn abandoned() -> Failure {
    Failure::refused("abandoned: the statement under way may still finish on the server")
        .hint("`status` says `running` until its claim ends, and then what became of it; `run` goes on, or says what is in doubt")
}

#[cfg(unix)]
struct Signals(Vec<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl Signals {
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [SignalKind::interrupt(), SignalKind::terminate()];
        // What cannot be listened to ends the process, as it does anyway.
        Self(
            kinds
                .into_iter()
                .filter_map(|kind| signal(kind).ok())
                .collect(),
        )
    }

    async fn next(&mut self) {
        std::future::poll_fn(|context| {
            let mut heard = self.0.iter_mut().map(|signal| signal.poll_recv(context));
            if heard.any(|heard| heard.is_ready()) {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> Self {
        Self
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
