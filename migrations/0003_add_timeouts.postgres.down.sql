-- The old constraint knows no timed_out, and failed is the nearest truth.
UPDATE jobs
SET status = 'failed',
    failed_at = COALESCE(failed_at, timed_out_at),
    error_message = COALESCE(error_message, 'timed out')
WHERE status = 'timed_out';

DROP INDEX jobs_timeout_idx;

ALTER TABLE jobs
    DROP CONSTRAINT jobs_status_check,
    ADD CONSTRAINT jobs_status_check
        CHECK (status IN ('pending', 'running', 'completed', 'failed', 'dead')),
    DROP CONSTRAINT jobs_timeout_seconds_check,
    DROP COLUMN timed_out_at,
    DROP COLUMN timeout_seconds;
