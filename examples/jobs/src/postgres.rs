//! The queue on a server.

use std::error::Error;

use embed_migrations::Migrator;
use sqlx::PgPool;

use crate::MIGRATIONS;

pub(crate) async fn serve(url: &str) -> Result<(), Box<dyn Error>> {
    let pool = PgPool::connect(url).await?;
    let report = Migrator::from_env(&MIGRATIONS)?.run(&pool).await?;
    println!("{report}");

    let enqueue = "INSERT INTO jobs (payload) VALUES ($1::jsonb) RETURNING id::text";
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

/// Takes the most urgent job that is due. Two workers never wait for each other.
const CLAIM: &str = "UPDATE jobs
SET status = 'running', attempts = attempts + 1, started_at = CURRENT_TIMESTAMP
WHERE id = (
    SELECT id FROM jobs
    WHERE queue_name = 'default' AND status = 'pending' AND scheduled_at <= CURRENT_TIMESTAMP
    ORDER BY priority DESC, scheduled_at
    FOR UPDATE SKIP LOCKED
    LIMIT 1
)
RETURNING id::text, payload::text";
