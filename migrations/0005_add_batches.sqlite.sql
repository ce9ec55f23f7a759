-- Progress is counted from jobs, not kept here: with one writer at a time, a counter would
-- be a second write for each job. total_jobs is what the batch is to have; jobs may arrive,
-- and be purged, over time.
CREATE TABLE job_batches (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    total_jobs INTEGER NOT NULL,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    completed_at TEXT,
    CONSTRAINT job_batches_total_jobs_check CHECK (total_jobs >= 0)
) STRICT;

-- Deleting a batch ungroups its jobs: their history is not the batch's to erase. SQLite
-- sees to that only on connections with PRAGMA foreign_keys = ON.
ALTER TABLE jobs ADD COLUMN batch_id INTEGER
    CONSTRAINT jobs_batch_id_fkey REFERENCES job_batches (id) ON DELETE SET NULL;

-- Serves the foreign key, and counts a batch by status from the index alone.
CREATE INDEX jobs_batch_idx ON jobs (batch_id, status) WHERE batch_id IS NOT NULL;
