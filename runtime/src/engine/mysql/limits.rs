//! How long a statement waits for a lock, and how long it may take.

use std::time::Duration;

use super::either;
use crate::engine::Limits;

/// The statement that sets the limits. Both locks, that of a table and that of a row, are waited for in seconds.
pub(super) fn limited(limits: Limits, lock: &str, row_lock: &str) -> String {
    let of = |own: &str| {
        let own = Duration::from_secs(own.parse().unwrap_or(0));
        let wanted = limits.lock_in(own);
        let wanted = if wanted.is_zero() { own } else { wanted };
        whole_seconds(wanted).max(1)
    };
    format!(
        "SET SESSION lock_wait_timeout = {}, SESSION innodb_lock_wait_timeout = {}{}",
        of(lock),
        of(row_lock),
        either(
            &format!(
                ", SESSION max_statement_time = {}",
                whole_seconds(limits.statement)
            ),
            &format!(
                ", SESSION max_execution_time = {}",
                limits.statement.as_millis()
            ),
        )
    )
}

fn whole_seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}
