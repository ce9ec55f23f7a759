ALTER TABLE jobs
    DROP CONSTRAINT jobs_result_ttl_check,
    DROP CONSTRAINT jobs_result_stored_check,
    DROP INDEX jobs_result_expires_idx,
    DROP COLUMN result_expires_at,
    DROP COLUMN result_ttl,
    DROP COLUMN result_stored_at,
    DROP COLUMN result_data;
