-- Dropping the column would drop the index silently; the explicit order says what happens.
DROP INDEX jobs_claim_idx;
ALTER TABLE jobs DROP COLUMN priority;
CREATE INDEX jobs_claim_idx ON jobs (queue_name, scheduled_at) WHERE status = 'pending';
