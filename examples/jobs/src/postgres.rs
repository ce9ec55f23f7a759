//! The queue on a server.

use crate::queue::Sql;

/// Two workers never wait for each other.
pub(crate) const SQL: Sql = Sql {
    enqueue: "INSERT INTO jobs (payload) VALUES ($1::jsonb) RETURNING id::text",
    claim: "UPDATE jobs
SET status = 'running', attempts = attempts + 1, started_at = CURRENT_TIMESTAMP
WHERE id = (
    SELECT id FROM jobs
    WHERE queue_name = 'default' AND status = 'pending' AND scheduled_at <= CURRENT_TIMESTAMP
    ORDER BY priority DESC, scheduled_at
    FOR UPDATE SKIP LOCKED
    LIMIT 1
)
RETURNING id::text, payload::text",
};
