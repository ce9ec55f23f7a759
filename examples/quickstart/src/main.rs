//! A job queue in one file: creates its database, brings the schema up to date, enqueues a job and claims one.

#![allow(clippy::print_stdout, reason = "it is a command line program")]

use embed_migrations::{MigrationSet, Migrator, embed_migrations};
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteConnectOptions;

static MIGRATIONS: MigrationSet = embed_migrations!("../../migrations");

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).unwrap_or("jobs.sqlite".to_owned());
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true);
    let pool = SqlitePool::connect_with(options).await?;

    let report = Migrator::new(&MIGRATIONS).run(&pool).await?;
    println!("{file}: {report}");

    let enqueued = enqueue(&pool, r#"{"task": "send_email"}"#).await?;
    println!("enqueued {enqueued}");
    if let Some((id, payload)) = claim(&pool).await? {
        println!("claimed  {id}: {payload}");
    }
    Ok(())
}

async fn enqueue(pool: &SqlitePool, payload: &str) -> sqlx::Result<String> {
    sqlx::query_scalar("INSERT INTO jobs (payload) VALUES (?) RETURNING id")
        .bind(payload)
        .fetch_one(pool)
        .await
}

/// Takes the most urgent job that is due. The subquery fits the partial index `jobs_claim_idx`.
async fn claim(pool: &SqlitePool) -> sqlx::Result<Option<(String, String)>> {
    sqlx::query_as(
        "UPDATE jobs
         SET status = 'running', attempts = attempts + 1, started_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
         WHERE id = (
             SELECT id FROM jobs
             WHERE queue_name = 'default' AND status = 'pending'
               AND scheduled_at <= strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
             ORDER BY priority DESC, scheduled_at
             LIMIT 1
         )
         RETURNING id, payload",
    )
    .fetch_optional(pool)
    .await
}
