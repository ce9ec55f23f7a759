DROP INDEX jobs_batch_idx;
ALTER TABLE jobs DROP COLUMN batch_id;
DROP TABLE job_batches;
