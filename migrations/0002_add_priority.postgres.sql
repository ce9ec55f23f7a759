-- A constant default: existing rows get it without a rewrite of the table.
ALTER TABLE jobs ADD COLUMN priority SMALLINT NOT NULL DEFAULT 0;

COMMENT ON COLUMN jobs.priority IS 'Higher is claimed first';

-- The order of a claim is priority DESC, scheduled_at: the index hands rows out in it, so
-- a claim reads a few entries instead of sorting the whole backlog.
DROP INDEX jobs_claim_idx;
CREATE INDEX jobs_claim_idx ON jobs (queue_name, priority DESC, scheduled_at)
    WHERE status = 'pending';
