ALTER TABLE jobs
    DROP INDEX jobs_claim_idx,
    ADD INDEX jobs_claim_idx (queue_name, status, scheduled_at),
    DROP COLUMN priority;
