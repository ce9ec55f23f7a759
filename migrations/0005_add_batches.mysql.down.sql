-- InnoDB keeps the index as long as the foreign key needs it, so the key goes first.
ALTER TABLE jobs
    DROP FOREIGN KEY jobs_batch_id_fkey,
    DROP INDEX jobs_batch_idx,
    DROP COLUMN batch_id;

DROP TABLE job_batches;
