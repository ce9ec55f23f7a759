DROP INDEX jobs_batch_idx;

ALTER TABLE jobs
    DROP CONSTRAINT jobs_batch_id_fkey,
    DROP COLUMN batch_id;

DROP TABLE job_batches;
