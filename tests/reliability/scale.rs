//! How much is done: little in every run of the tests, much in the long form.

use std::env;
use std::time::Duration;

/// No wait is longer than this, whatever the machine: it is there against hangs alone.
pub(crate) const BOUND: Duration = Duration::from_mins(9);

/// Whether this is the long form.
pub(crate) fn is_long() -> bool {
    env::var("RELIABILITY").is_ok_and(|form| form == "long")
}

/// The one or the other.
pub(crate) fn short_or_long<T>(short: T, long: T) -> T {
    if is_long() { long } else { short }
}

/// Waits for something that must come.
pub(crate) async fn bounded<T>(what: &str, future: impl Future<Output = T>) -> T {
    let waited = tokio::time::timeout(BOUND, future).await;
    waited.unwrap_or_else(|_| panic!("a hang: {what}"))
}
