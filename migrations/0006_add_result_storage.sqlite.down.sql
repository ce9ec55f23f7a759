DROP INDEX jobs_result_expires_idx;

-- Each column goes before the ones its expression or CHECK reads.
ALTER TABLE jobs DROP COLUMN result_expires_at;
ALTER TABLE jobs DROP COLUMN result_ttl;
ALTER TABLE jobs DROP COLUMN result_stored_at;
ALTER TABLE jobs DROP COLUMN result_data;
