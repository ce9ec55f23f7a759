//! A shop whose schema comes from three places: a library's set, its own set, and a step in Rust between two migrations.

#![allow(clippy::print_stdout, reason = "it is a command line program")]

use embed_migrations::{
    Batch, BoxError, Hooks, MigrationSet, Migrator, Plan, Step, embed_migrations,
};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{SqliteConnection, SqlitePool};

static MIGRATIONS: MigrationSet = embed_migrations!("migrations");

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).unwrap_or("shop.sqlite".to_owned());
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true);
    let pool = SqlitePool::connect_with(options).await?;

    let report = migrator().run(&pool).await?;
    println!("{file}: {report}");

    for (topic, payload) in outbox::unsent(&mut *pool.acquire().await?).await? {
        println!("{topic}: {payload}");
    }
    Ok(())
}

fn migrator() -> Migrator {
    Migrator::for_sets([&outbox::MIGRATIONS, &MIGRATIONS])
        .batches(2, "lower_emails", lower_emails)
        .hooks(hooks())
}

/// One customer after the other, each in a transaction of its own; the last id is where the next batch begins.
async fn lower_emails(
    connection: &mut SqliteConnection,
    from: Option<String>,
) -> Result<Batch, BoxError> {
    let from: i64 = from.map_or(Ok(0), |id| id.parse())?;
    let next = sqlx::query_scalar("SELECT min(id) FROM customers WHERE id > ?");
    let Some(id) = next.bind(from).fetch_one(&mut *connection).await? else {
        return Ok(Batch::Done);
    };
    let id: i64 = id;
    sqlx::query("UPDATE customers SET email = lower(email) WHERE id = ?")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(Batch::Next(id.to_string()))
}

fn hooks() -> Hooks<SqliteConnection> {
    Hooks::new()
        .before_run(async |_: &mut SqliteConnection, plan: &Plan| {
            println!("{plan}");
            Ok(())
        })
        .after_each(async |connection: &mut SqliteConnection, step: &Step| {
            // In the transaction of the migration: there is no event of one that is not applied.
            if step.set.name() == "shop" {
                outbox::publish(connection, "migrated", &step.migration.to_string()).await?;
            }
            Ok(())
        })
}
