-- timed_out is a state of its own: a worker that hangs is not a job that fails. SQLite
-- cannot change a CHECK in place, so the table is built anew and the rows move over. The
-- old one steps aside under another name, so that the new one is jobs from the start.
ALTER TABLE jobs RENAME TO jobs_without_timeouts;

-- timeout_seconds is the longest run, counted from started_at; NULL is no limit.
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
    timeout_seconds INTEGER,
    timed_out_at TEXT,
    CONSTRAINT jobs_payload_check CHECK (json_valid(payload)),
    CONSTRAINT jobs_status_check
        CHECK (status IN ('pending', 'running', 'completed', 'failed', 'dead', 'timed_out')),
    CONSTRAINT jobs_attempts_check CHECK (attempts BETWEEN 0 AND max_attempts),
    CONSTRAINT jobs_max_attempts_check CHECK (max_attempts > 0),
    CONSTRAINT jobs_scheduled_at_check
        CHECK (scheduled_at IS strftime('%Y-%m-%dT%H:%M:%fZ', scheduled_at)),
    CONSTRAINT jobs_timeout_seconds_check CHECK (timeout_seconds > 0)
) STRICT;

INSERT INTO jobs (
    id, queue_name, payload, status, attempts, max_attempts, created_at, updated_at,
    scheduled_at, started_at, completed_at, failed_at, error_message, priority
)
SELECT
    id, queue_name, payload, status, attempts, max_attempts, created_at, updated_at,
    scheduled_at, started_at, completed_at, failed_at, error_message, priority
FROM jobs_without_timeouts;

-- Takes the old index and trigger along, which frees their names.
DROP TABLE jobs_without_timeouts;

CREATE INDEX jobs_claim_idx ON jobs (queue_name, priority DESC, scheduled_at)
    WHERE status = 'pending';

-- Holds only what the reaper looks at: jobs that run now and have a limit.
CREATE INDEX jobs_timeout_idx ON jobs (started_at)
    WHERE status = 'running' AND timeout_seconds IS NOT NULL;

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
