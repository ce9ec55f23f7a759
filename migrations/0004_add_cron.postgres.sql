-- A paused schedule has recurring off and keeps its cron_schedule. One that is on must say
-- when it runs next, or the scheduler would never find it.
ALTER TABLE jobs
    ADD COLUMN cron_schedule TEXT,
    ADD COLUMN next_run_at TIMESTAMPTZ,
    ADD COLUMN recurring BOOLEAN NOT NULL DEFAULT FALSE,
    ADD COLUMN timezone TEXT NOT NULL DEFAULT 'UTC',
    ADD CONSTRAINT jobs_recurring_check
        CHECK (NOT recurring OR (cron_schedule IS NOT NULL AND next_run_at IS NOT NULL));

COMMENT ON COLUMN jobs.timezone IS
    'IANA name the cron fields are read in: "daily at nine" has to follow summer time';

CREATE INDEX jobs_next_run_idx ON jobs (next_run_at) WHERE recurring;
