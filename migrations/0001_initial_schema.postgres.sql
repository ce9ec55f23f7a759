-- A job is one row from enqueue to its final state. Ids are UUIDs so that a producer may
-- choose the id itself and enqueue the same job twice without running it twice.
CREATE TABLE jobs (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    queue_name TEXT NOT NULL DEFAULT 'default',
    payload JSONB NOT NULL,
    status TEXT NOT NULL DEFAULT 'pending',
    attempts INTEGER NOT NULL DEFAULT 0,
    max_attempts INTEGER NOT NULL DEFAULT 3,
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    scheduled_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    started_at TIMESTAMPTZ,
    completed_at TIMESTAMPTZ,
    failed_at TIMESTAMPTZ,
    error_message TEXT,
    -- Not an ENUM type: a value can be added to one, but never taken away by a down script.
    CONSTRAINT jobs_status_check
        CHECK (status IN ('pending', 'running', 'completed', 'failed', 'dead')),
    CONSTRAINT jobs_attempts_check CHECK (attempts BETWEEN 0 AND max_attempts),
    CONSTRAINT jobs_max_attempts_check CHECK (max_attempts > 0)
);

COMMENT ON TABLE jobs IS 'One row per job; claim with SELECT ... FOR UPDATE SKIP LOCKED';
COMMENT ON COLUMN jobs.scheduled_at IS 'Not to be claimed before this time';
COMMENT ON COLUMN jobs.failed_at IS 'Last failed attempt; a job waiting for its retry has it too';

-- Partial, so finished jobs cost the claim nothing. To match, a query has to write
-- status = 'pending' out instead of binding it.
CREATE INDEX jobs_claim_idx ON jobs (queue_name, scheduled_at) WHERE status = 'pending';

CREATE FUNCTION jobs_set_updated_at() RETURNS TRIGGER
LANGUAGE plpgsql
AS $$
BEGIN
    -- An explicit new value wins, so a restore or a backfill can keep its own times.
    IF NEW.updated_at = OLD.updated_at THEN
        NEW.updated_at := CURRENT_TIMESTAMP;
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER jobs_set_updated_at
    BEFORE UPDATE ON jobs
    FOR EACH ROW
    EXECUTE FUNCTION jobs_set_updated_at();
