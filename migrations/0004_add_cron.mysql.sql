-- A paused schedule has recurring off and keeps its cron_schedule. One that is on must say
-- when it runs next, or the scheduler would never find it.
ALTER TABLE jobs
    ADD COLUMN cron_schedule VARCHAR(255) NULL,
    ADD COLUMN next_run_at DATETIME(6) NULL,
    ADD COLUMN recurring BOOLEAN NOT NULL DEFAULT FALSE,
    ADD COLUMN timezone VARCHAR(64) NOT NULL DEFAULT 'UTC'
        COMMENT 'IANA name the cron fields are read in: "daily at nine" has to follow summer time',
    ADD INDEX jobs_next_run_idx (recurring, next_run_at),
    ADD CONSTRAINT jobs_recurring_check
        CHECK (NOT recurring OR (cron_schedule IS NOT NULL AND next_run_at IS NOT NULL));
