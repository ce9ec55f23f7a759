-- Progress is counted from jobs, not kept here: a counter would be one row that all workers
-- of a batch wait for. Nobody outside chooses a batch id, so a short number does.
CREATE TABLE job_batches (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    name VARCHAR(255) NOT NULL,
    total_jobs INT UNSIGNED NOT NULL
        COMMENT 'Jobs the batch is to have; they may arrive, and be purged, over time',
    created_at DATETIME(6) NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
    completed_at DATETIME(6) NULL,
    PRIMARY KEY (id)
)
    ENGINE = InnoDB
    DEFAULT CHARACTER SET = utf8mb4
    COLLATE = utf8mb4_bin;

-- Deleting a batch ungroups its jobs: their history is not the batch's to erase. The index
-- serves the foreign key, and counts a batch by status without reading the jobs.
ALTER TABLE jobs
    ADD COLUMN batch_id BIGINT UNSIGNED NULL,
    ADD INDEX jobs_batch_idx (batch_id, status),
    ADD CONSTRAINT jobs_batch_id_fkey
        FOREIGN KEY (batch_id) REFERENCES job_batches (id) ON DELETE SET NULL;
