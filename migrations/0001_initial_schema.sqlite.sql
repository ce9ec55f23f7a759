-- Times are TEXT, ISO-8601 in UTC with milliseconds: 2026-01-31T09:30:00.000Z. In this one
-- form the order of the text is the order in time, so columns that are compared insist on it.
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
    CONSTRAINT jobs_payload_check CHECK (json_valid(payload)),
    CONSTRAINT jobs_status_check
        CHECK (status IN ('pending', 'running', 'completed', 'failed', 'dead')),
    CONSTRAINT jobs_attempts_check CHECK (attempts BETWEEN 0 AND max_attempts),
    CONSTRAINT jobs_max_attempts_check CHECK (max_attempts > 0),
    CONSTRAINT jobs_scheduled_at_check
        CHECK (scheduled_at IS strftime('%Y-%m-%dT%H:%M:%fZ', scheduled_at))
) STRICT;

-- Partial, so finished jobs cost the claim nothing. To match, a query has to write
-- status = 'pending' out instead of binding it.
CREATE INDEX jobs_claim_idx ON jobs (queue_name, scheduled_at) WHERE status = 'pending';

-- An explicit new value wins, so a restore or a backfill can keep its own times. The second
-- condition ends the recursion where PRAGMA recursive_triggers is on.
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
