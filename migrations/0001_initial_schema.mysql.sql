-- Runs on MySQL 8 and MariaDB 10.11. All times are UTC: DATETIME, because TIMESTAMP ends in
-- 2038, with UTC_TIMESTAMP defaults, because CURRENT_TIMESTAMP follows the session's zone.
CREATE TABLE jobs (
    -- A UUID has no accents or cases to compare, so its bytes are enough.
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT (UUID()),
    queue_name VARCHAR(255) NOT NULL DEFAULT 'default',
    payload JSON NOT NULL,
    status ENUM('pending', 'running', 'completed', 'failed', 'dead') NOT NULL DEFAULT 'pending',
    attempts INT UNSIGNED NOT NULL DEFAULT 0,
    max_attempts INT UNSIGNED NOT NULL DEFAULT 3,
    created_at DATETIME(6) NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
    updated_at DATETIME(6) NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
    scheduled_at DATETIME(6) NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
    started_at DATETIME(6) NULL,
    completed_at DATETIME(6) NULL,
    failed_at DATETIME(6) NULL,
    error_message TEXT NULL,
    PRIMARY KEY (id),
    -- No partial indexes here, so status is part of the key.
    INDEX jobs_claim_idx (queue_name, status, scheduled_at),
    CONSTRAINT jobs_attempts_check CHECK (attempts <= max_attempts),
    CONSTRAINT jobs_max_attempts_check CHECK (max_attempts > 0)
)
    ENGINE = InnoDB
    -- Both servers know utf8mb4_bin, and Mail and mail are two queues, as elsewhere.
    DEFAULT CHARACTER SET = utf8mb4
    COLLATE = utf8mb4_bin;

-- ON UPDATE only knows CURRENT_TIMESTAMP, which is not UTC in every session. If the binary
-- log is on, the account needs SUPER or the server log_bin_trust_function_creators = 1.
CREATE TRIGGER jobs_set_updated_at
BEFORE UPDATE ON jobs
FOR EACH ROW
BEGIN
    -- An explicit new value wins, so a restore or a backfill can keep its own times.
    IF NEW.updated_at = OLD.updated_at THEN
        SET NEW.updated_at = UTC_TIMESTAMP(6);
    END IF;
END;
