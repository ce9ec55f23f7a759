//! A job queue as somebody would deploy it: `jobs serve` works, `jobs migrate` looks after the database.
//!
//! What `serve` does with its schema at start is said by the environment variable `MIGRATE`: `run`, `check`, `wait` or
//! `off`.

#![allow(clippy::print_stdout, reason = "it is a command line program")]

#[cfg(feature = "postgres")]
mod postgres;
mod queue;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use embed_migrations::{MigrationSet, Migrator, embed_migrations};
use queue::serve;

static MIGRATIONS: MigrationSet = embed_migrations!("../../migrations");

/// A job queue.
#[derive(Debug, Parser)]
#[command(name = "jobs", version)]
enum Program {
    /// Bring the schema up to date, enqueue a job, and claim one
    Serve(Serve),
    /// Look after the database
    #[command(subcommand)]
    Migrate(embed_migrations_cli::Command),
}

#[derive(Debug, clap::Args)]
struct Serve {
    /// The database [default: `DATABASE_URL`, or else sqlite:jobs.sqlite?mode=rwc]
    url: Option<String>,
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    match Program::parse() {
        Program::Serve(Serve { url }) => {
            let url = url.or_else(|| std::env::var("DATABASE_URL").ok());
            serve(url.as_deref().unwrap_or("sqlite:jobs.sqlite?mode=rwc")).await
        }
        Program::Migrate(command) => Ok(command.run(&MIGRATIONS).await),
    }
}

async fn serve(url: &str) -> Result<ExitCode, Box<dyn Error>> {
    match url.split(':').next() {
        #[cfg(feature = "postgres")]
        Some("postgres" | "postgresql") => serve!(sqlx::PgPool, url, postgres::SQL),
        #[cfg(feature = "sqlite")]
        Some("sqlite") => serve!(sqlx::SqlitePool, url, sqlite::SQL),
        _ => return Err("no engine that is compiled in has the scheme of this URL".into()),
    }
    Ok(ExitCode::SUCCESS)
}
