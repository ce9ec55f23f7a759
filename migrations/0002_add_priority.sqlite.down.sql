-- An indexed column cannot be dropped: the index goes first.
DROP INDEX jobs_claim_idx;
ALTER TABLE jobs DROP COLUMN priority;
CREATE INDEX jobs_claim_idx ON jobs (queue_name, scheduled_at) WHERE status = 'pending';
