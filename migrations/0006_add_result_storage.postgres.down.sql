DROP INDEX jobs_result_expires_idx;

-- The generated column goes first: the others cannot be dropped from under it.
ALTER TABLE jobs
    DROP COLUMN result_expires_at,
    DROP CONSTRAINT jobs_result_ttl_check,
    DROP CONSTRAINT jobs_result_stored_check,
    DROP COLUMN result_ttl,
    DROP COLUMN result_stored_at,
    DROP COLUMN result_data;
