//! An outbox: events are written in the transaction that they are about, and sent later.
//!
//! A library cannot migrate by itself, because the database is the program's. It ships a set of its own, under a name of
//! its own, and the program applies it before its own set:
//!
//! ```
//! # use embed_migrations::{MigrationSet, Migrator};
//! # static MIGRATIONS: MigrationSet = MigrationSet::EMPTY;
//! let migrator = Migrator::for_sets([&outbox::MIGRATIONS, &MIGRATIONS]);
//! ```

use embed_migrations::{MigrationSet, embed_migrations};
use sqlx::SqliteConnection;

/// The tables of the outbox.
pub static MIGRATIONS: MigrationSet = embed_migrations!("migrations");

/// Writes an event down, in the transaction of the connection.
///
/// # Errors
///
/// A database without the outbox's migrations.
pub async fn publish(
    connection: &mut SqliteConnection,
    topic: &str,
    payload: &str,
) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO outbox_events (topic, payload) VALUES (?, ?)")
        .bind(topic)
        .bind(payload)
        .execute(connection)
        .await?;
    Ok(())
}

/// The events that are not sent yet, oldest first: topic and payload.
///
/// # Errors
///
/// A database without the outbox's migrations.
pub async fn unsent(connection: &mut SqliteConnection) -> sqlx::Result<Vec<(String, String)>> {
    sqlx::query_as("SELECT topic, payload FROM outbox_events WHERE sent_at IS NULL ORDER BY id")
        .fetch_all(connection)
        .await
}
