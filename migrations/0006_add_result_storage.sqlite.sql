-- Older SQLite versions answer 0 to json_valid(NULL), so NULL is let through by name.
ALTER TABLE jobs ADD COLUMN result_data TEXT
    CONSTRAINT jobs_result_data_check CHECK (result_data IS NULL OR json_valid(result_data));
ALTER TABLE jobs ADD COLUMN result_stored_at TEXT
    CONSTRAINT jobs_result_stored_check
        CHECK ((result_data IS NULL) = (result_stored_at IS NULL));

-- Seconds the result is kept; NULL is for ever.
ALTER TABLE jobs ADD COLUMN result_ttl INTEGER
    CONSTRAINT jobs_result_ttl_check CHECK (result_ttl > 0);

-- Generated, so the expiry can never disagree with the TTL. Without a TTL it is NULL.
ALTER TABLE jobs ADD COLUMN result_expires_at TEXT
    GENERATED ALWAYS AS (
        strftime('%Y-%m-%dT%H:%M:%fZ', result_stored_at, '+' || result_ttl || ' seconds')
    ) VIRTUAL;

CREATE INDEX jobs_result_expires_idx ON jobs (result_expires_at)
    WHERE result_expires_at IS NOT NULL;
