DROP INDEX jobs_next_run_idx;

-- The CHECK of recurring reads next_run_at and cron_schedule, so recurring goes before them.
ALTER TABLE jobs DROP COLUMN timezone;
ALTER TABLE jobs DROP COLUMN recurring;
ALTER TABLE jobs DROP COLUMN next_run_at;
ALTER TABLE jobs DROP COLUMN cron_schedule;
