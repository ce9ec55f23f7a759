-- Higher is claimed first.
ALTER TABLE jobs ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;

-- The order of a claim is priority DESC, scheduled_at: the index hands rows out in it, so
-- a claim reads a few entries instead of sorting the whole backlog.
DROP INDEX jobs_claim_idx;
CREATE INDEX jobs_claim_idx ON jobs (queue_name, priority DESC, scheduled_at)
    WHERE status = 'pending';
