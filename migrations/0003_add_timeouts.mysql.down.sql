-- The old list knows no timed_out, and failed is the nearest truth.
UPDATE jobs
SET status = 'failed',
    failed_at = COALESCE(failed_at, timed_out_at),
    error_message = COALESCE(error_message, 'timed out')
WHERE status = 'timed_out';

ALTER TABLE jobs
    DROP CONSTRAINT jobs_timeout_seconds_check,
    DROP INDEX jobs_timeout_idx,
    DROP COLUMN timed_out_at,
    DROP COLUMN timeout_seconds,
    MODIFY COLUMN status
        ENUM('pending', 'running', 'completed', 'failed', 'dead')
        NOT NULL DEFAULT 'pending';
