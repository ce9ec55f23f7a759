//! The queue in a file.

use crate::queue::Sql;

/// The subquery fits the partial index `jobs_claim_idx`.
pub(crate) const SQL: Sql = Sql {
    enqueue: "INSERT INTO jobs (payload) VALUES (?) RETURNING id",
    claim: "UPDATE jobs
SET status = 'running', attempts = attempts + 1, started_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
WHERE id = (
    SELECT id FROM jobs
    WHERE queue_name = 'default' AND status = 'pending'
      AND scheduled_at <= strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
    ORDER BY priority DESC, scheduled_at
    LIMIT 1
)
RETURNING id, payload",
};
