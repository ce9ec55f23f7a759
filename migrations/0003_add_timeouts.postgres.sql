-- timed_out is a state of its own: a worker that hangs is not a job that fails.
ALTER TABLE jobs
    ADD COLUMN timeout_seconds INTEGER,
    ADD COLUMN timed_out_at TIMESTAMPTZ,
    ADD CONSTRAINT jobs_timeout_seconds_check CHECK (timeout_seconds > 0),
    DROP CONSTRAINT jobs_status_check,
    ADD CONSTRAINT jobs_status_check
        CHECK (status IN ('pending', 'running', 'completed', 'failed', 'dead', 'timed_out'));

COMMENT ON COLUMN jobs.timeout_seconds IS 'Longest run, counted from started_at; NULL is no limit';

-- Holds only what the reaper looks at: jobs that run now and have a limit.
CREATE INDEX jobs_timeout_idx ON jobs (started_at)
    WHERE status = 'running' AND timeout_seconds IS NOT NULL;
