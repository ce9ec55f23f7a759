-- Progress is counted from jobs, not kept here: a counter would be one row that all workers
-- of a batch wait for. Nobody outside chooses a batch id, so a short number does.
CREATE TABLE job_batches (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name TEXT NOT NULL,
    total_jobs INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    completed_at TIMESTAMPTZ,
    CONSTRAINT job_batches_total_jobs_check CHECK (total_jobs >= 0)
);

COMMENT ON COLUMN job_batches.total_jobs IS
    'Jobs the batch is to have; they may arrive, and be purged, over time';

-- Deleting a batch ungroups its jobs: their history is not the batch's to erase.
ALTER TABLE jobs
    ADD COLUMN batch_id BIGINT,
    ADD CONSTRAINT jobs_batch_id_fkey
        FOREIGN KEY (batch_id) REFERENCES job_batches (id) ON DELETE SET NULL;

-- Serves the foreign key, and counts a batch by status from the index alone.
CREATE INDEX jobs_batch_idx ON jobs (batch_id, status) WHERE batch_id IS NOT NULL;
