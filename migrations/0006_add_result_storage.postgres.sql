-- The expiry is generated, so it can never disagree with the TTL. It goes through UTC
-- because TIMESTAMPTZ + INTERVAL depends on the session's time zone, which a generated
-- column must not. PostgreSQL 15 can only store it: this rewrites the table once.
ALTER TABLE jobs
    ADD COLUMN result_data JSONB,
    ADD COLUMN result_stored_at TIMESTAMPTZ,
    ADD COLUMN result_ttl INTEGER,
    ADD COLUMN result_expires_at TIMESTAMPTZ GENERATED ALWAYS AS (
        (result_stored_at AT TIME ZONE 'UTC' + result_ttl * INTERVAL '1 second')
            AT TIME ZONE 'UTC'
    ) STORED,
    ADD CONSTRAINT jobs_result_stored_check
        CHECK ((result_data IS NULL) = (result_stored_at IS NULL)),
    ADD CONSTRAINT jobs_result_ttl_check CHECK (result_ttl > 0);

COMMENT ON COLUMN jobs.result_ttl IS 'Seconds the result is kept; NULL is for ever';

CREATE INDEX jobs_result_expires_idx ON jobs (result_expires_at)
    WHERE result_expires_at IS NOT NULL;
