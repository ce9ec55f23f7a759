//! How far PostgreSQL is with an index.

use std::convert::Infallible;
use std::time::Duration;

use sqlx::PgPool;

use super::bars::Bars;

const PAUSE: Duration = Duration::from_millis(500);

/// What is known of an index that is built in this database. Which number grows depends on the phase.
const SQL: &str = "SELECT phase, CASE
    WHEN blocks_total > 0 THEN (100 * blocks_done / blocks_total)::int
    WHEN tuples_total > 0 THEN (100 * tuples_done / tuples_total)::int
    END
FROM pg_stat_progress_create_index
WHERE datname = current_database() LIMIT 1";

/// Looks again and again, on another connection than that of the run.
pub(super) async fn watch(pool: &PgPool, bars: &Bars) -> Infallible {
    loop {
        tokio::time::sleep(PAUSE).await;
        // A server that does not say is no reason to fail.
        let found: Option<(String, Option<i32>)> = sqlx::query_as(SQL)
            .fetch_optional(pool)
            .await
            .unwrap_or_default();
        match found {
            Some((phase, Some(percent))) => bars.add(&format!("{phase}, {percent} %")),
            Some((phase, None)) => bars.add(&phase),
            None => {}
        }
    }
}
