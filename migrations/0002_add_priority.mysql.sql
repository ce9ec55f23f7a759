-- Each DDL statement commits by itself, so a step is one statement where it can be: it then
-- happens as a whole or not at all. The index hands rows out in the order of a claim,
-- priority DESC, scheduled_at: no sort.
ALTER TABLE jobs
    ADD COLUMN priority SMALLINT NOT NULL DEFAULT 0 COMMENT 'Higher is claimed first',
    DROP INDEX jobs_claim_idx,
    ADD INDEX jobs_claim_idx (queue_name, status, priority DESC, scheduled_at);
