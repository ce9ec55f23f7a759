-- timed_out is a state of its own: a worker that hangs is not a job that fails. It comes
-- last in the list, because new values in the middle would renumber the stored ones.
ALTER TABLE jobs
    MODIFY COLUMN status
        ENUM('pending', 'running', 'completed', 'failed', 'dead', 'timed_out')
        NOT NULL DEFAULT 'pending',
    ADD COLUMN timeout_seconds INT UNSIGNED NULL
        COMMENT 'Longest run, counted from started_at; NULL is no limit',
    ADD COLUMN timed_out_at DATETIME(6) NULL,
    ADD INDEX jobs_timeout_idx (status, started_at),
    ADD CONSTRAINT jobs_timeout_seconds_check CHECK (timeout_seconds > 0);
