-- A paused schedule has recurring off and keeps its cron_schedule. One that is on must say
-- when it runs next, or the scheduler would never find it.
ALTER TABLE jobs ADD COLUMN cron_schedule TEXT;
ALTER TABLE jobs ADD COLUMN next_run_at TEXT
    CONSTRAINT jobs_next_run_at_check
        CHECK (next_run_at IS strftime('%Y-%m-%dT%H:%M:%fZ', next_run_at));
ALTER TABLE jobs ADD COLUMN recurring INTEGER NOT NULL DEFAULT 0
    CONSTRAINT jobs_recurring_check
        CHECK (
            recurring = 0
            OR (recurring = 1 AND cron_schedule IS NOT NULL AND next_run_at IS NOT NULL)
        );

-- IANA name the cron fields are read in: "daily at nine" has to follow summer time.
ALTER TABLE jobs ADD COLUMN timezone TEXT NOT NULL DEFAULT 'UTC';

CREATE INDEX jobs_next_run_idx ON jobs (next_run_at) WHERE recurring = 1;
