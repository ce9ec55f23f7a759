-- The expiry is generated, so it can never disagree with the TTL. VIRTUAL costs no space in
-- the row: the value only exists in its index.
ALTER TABLE jobs
    ADD COLUMN result_data JSON NULL,
    ADD COLUMN result_stored_at DATETIME(6) NULL,
    ADD COLUMN result_ttl INT UNSIGNED NULL
        COMMENT 'Seconds the result is kept; NULL is for ever',
    ADD COLUMN result_expires_at DATETIME(6)
        GENERATED ALWAYS AS (result_stored_at + INTERVAL result_ttl SECOND) VIRTUAL,
    ADD INDEX jobs_result_expires_idx (result_expires_at),
    ADD CONSTRAINT jobs_result_stored_check
        CHECK ((result_data IS NULL) = (result_stored_at IS NULL)),
    ADD CONSTRAINT jobs_result_ttl_check CHECK (result_ttl > 0);
