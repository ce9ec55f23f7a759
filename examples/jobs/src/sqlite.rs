//! The queue in a file.

use std::error::Error;

use embed_migrations::Migrator;
use sqlx::SqlitePool;

use crate::MIGRATIONS;

pub(crate) async fn serve(url: &str) -> Result<(), Box<dyn Error>> {
    let pool = SqlitePool::connect(url).await?;
    let report = Migrator::from_env(&MIGRATIONS)?.run(&pool).await?;
    println!("{report}");

    let enqueue = "INSERT INTO jobs (payload) VALUES (?) RETURNING id";
    let payload = r#"{"task": "send_email"}"#;
    let id: String = sqlx::query_scalar(enqueue)
        .bind(payload)
        .fetch_one(&pool)
        .await?;
    println!("enqueued {id}");
    let claimed: Option<(String, String)> = sqlx::query_as(CLAIM).fetch_optional(&pool).await?;
    if let Some((id, payload)) = claimed {
        println!("claimed  {id}: {payload}");
    }
    Ok(())
}

/// Takes the most urgent job that is due. The subquery fits the partial index `jobs_claim_idx`.
const CLAIM: &str = "UPDATE jobs
SET status = 'running', attempts = attempts + 1, started_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
WHERE id = (
    SELECT id FROM jobs
    WHERE queue_name = 'default' AND status = 'pending'
      AND scheduled_at <= strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
    ORDER BY priority DESC, scheduled_at
    LIMIT 1
)
RETURNING id, payload";
