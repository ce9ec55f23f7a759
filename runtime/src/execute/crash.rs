//! The boundaries of the executor, at each of which a test may stop the process: without the feature `crash-points`, which
//! is for this project's own tests alone, there is nothing here.

/// A boundary between two things that happen to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "crash-points"), allow(dead_code))]
pub(super) enum Point {
    /// A step is planned, and nothing of it is sent.
    BeforeClaim,
    /// The row is ours.
    AfterClaim,
    /// A statement is to be sent, and the journal does not say so yet.
    BeforeIntent,
    /// The journal says that a statement is sent.
    AfterIntent,
    /// A statement is sent, and the server's answer not read.
    Sent,
    /// The server has answered, and nothing is made of it.
    Acknowledged,
    /// A statement has succeeded, and the journal does not say so yet.
    BeforeDone,
    /// Everything is done that is to be committed.
    BeforeCommit,
    /// It is committed.
    AfterCommit,
    /// Only the row is left to be called applied, or to be taken away.
    BeforeFinal,
}

#[cfg(not(feature = "crash-points"))]
mod points {
    use super::Point;

    pub(crate) const fn at(_point: Point) {}

    pub(crate) async fn once_sent<T>(_sent: &mut (impl Future<Output = T> + Unpin)) -> Option<T> {
        None
    }
}

#[cfg(feature = "crash-points")]
mod points {
    use std::io::{BufRead, Write};
    use std::pin::Pin;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Poll;

    use super::Point;

    /// Which point the process stops at, and how often it passes it before: `after-claim`, `sent:2`.
    const VARIABLE: &str = "EMBED_MIGRATIONS_CRASH_POINT";

    /// Stops here if it is asked to: says `at <point>` on its standard output, and goes on when it is given a line.
    pub(crate) fn at(point: Point) {
        static PASSED: AtomicUsize = AtomicUsize::new(0);
        let Ok(wanted) = std::env::var(VARIABLE) else {
            return;
        };
        let (name, passes) = wanted.split_once(':').unwrap_or((&wanted, "0"));
        if name != name_of(point) {
            return;
        }
        if PASSED.fetch_add(1, Ordering::Relaxed) == passes.parse().unwrap_or(0) {
            // A parent that is gone reads nothing and says nothing.
            let _ = writeln!(std::io::stdout(), "at {wanted}");
            let _ = std::io::stdin().lock().read_line(&mut String::new());
        }
    }

    /// Lets something be sent, and stops before its answer is read. What it answered, if it was that quick.
    pub(crate) async fn once_sent<T>(sent: &mut (impl Future<Output = T> + Unpin)) -> Option<T> {
        let polled = std::future::poll_fn(|context| {
            Poll::Ready(match Pin::new(&mut *sent).poll(context) {
                Poll::Ready(answer) => Some(answer),
                Poll::Pending => None,
            })
        });
        let answer = polled.await;
        at(Point::Sent);
        answer
    }

    const fn name_of(point: Point) -> &'static str {
        match point {
            Point::BeforeClaim => "before-claim",
            Point::AfterClaim => "after-claim",
            Point::BeforeIntent => "before-intent",
            Point::AfterIntent => "after-intent",
            Point::Sent => "sent",
            Point::Acknowledged => "acknowledged",
            Point::BeforeDone => "before-done",
            Point::BeforeCommit => "before-commit",
            Point::AfterCommit => "after-commit",
            Point::BeforeFinal => "before-final",
        }
    }
}

pub(super) use points::{at, once_sent};
