-- The old constraint knows no timed_out, and failed is the nearest truth.
UPDATE jobs
SET status = 'failed',
    failed_at = COALESCE(failed_at, timed_out_at),
    error_message = COALESCE(error_message, 'timed out')
WHERE status = 'timed_out';

ALTER TABLE jobs RENAME TO jobs_with_timeouts;

CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY DEFAULT (lower(hex(randomblob(16)))),
    queue_name TEXT NOT NULL DEFAULT 'default',
    payload TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'pending',
    attempts INTEGER NOT NULL DEFAULT 0,
    max_attempts INTEGER NOT NULL DEFAULT 3,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    scheduled_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    started_at TEXT,
    completed_at TEXT,
    failed_at TEXT,
    error_message TEXT,
    priority INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT jobs_payload_check CHECK (json_valid(payload)),
    CONSTRAINT jobs_status_check
        CHECK (status IN ('pending', 'running', 'completed', 'failed', 'dead')),
    CONSTRAINT jobs_attempts_check CHECK (attempts BETWEEN 0 AND max_attempts),
    CONSTRAINT jobs_max_attempts_check CHECK (max_attempts > 0),
    CONSTRAINT jobs_scheduled_at_check
        CHECK (scheduled_at IS strftime('%Y-%m-%dT%H:%M:%fZ', scheduled_at))
) STRICT;

INSERT INTO jobs (
    id, queue_name, payload, status, attempts, max_attempts, created_at, updated_at,
    scheduled_at, started_at, completed_at, failed_at, error_message, priority
)
SELECT
    id, queue_name, payload, status, attempts, max_attempts, created_at, updated_at,
    scheduled_at, started_at, completed_at, failed_at, error_message, priority
FROM jobs_with_timeouts;

-- Takes the old indexes and the trigger along, which frees their names.
DROP TABLE jobs_with_timeouts;

CREATE INDEX jobs_claim_idx ON jobs (queue_name, priority DESC, scheduled_at)
    WHERE status = 'pending';

CREATE TRIGGER jobs_set_updated_at
AFTER UPDATE ON jobs
FOR EACH ROW
WHEN NEW.updated_at = OLD.updated_at
    AND NEW.updated_at < strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
BEGIN
    UPDATE jobs
    SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
    WHERE id = NEW.id;
END;
