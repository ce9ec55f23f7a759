DROP INDEX jobs_next_run_idx;

ALTER TABLE jobs
    DROP CONSTRAINT jobs_recurring_check,
    DROP COLUMN timezone,
    DROP COLUMN recurring,
    DROP COLUMN next_run_at,
    DROP COLUMN cron_schedule;
