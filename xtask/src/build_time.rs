//! `cargo xtask build-time`: what a directory of migrations adds to `cargo check`, beside `sqlx::migrate!`.
//!
//! Two crates embed the same files, one with each macro, under cargo's default profile. Each round touches both and
//! checks both, one after the other, so that a busy machine is busy for both. What counts is the ratio.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::notice;

const ROUNDS: usize = 7;

/// Measures with so many migrations.
pub(crate) fn run(migrations: usize) -> Result<()> {
    let directory = tempfile::tempdir().context("no temporary directory")?;
    write_migrations(directory.path(), migrations)?;
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"));
    let runtime = workspace.parent().unwrap_or(workspace).join("runtime");
    let ours = Candidate::new(
        &directory,
        "ours",
        &format!(
            "embed-migrations = {{ path = '{}', features = ['sqlite'] }}",
            runtime.display()
        ),
        "pub static MIGRATIONS: embed_migrations::MigrationSet = embed_migrations::embed_migrations!(\"../migrations\");\n",
    )?;
    let sqlx = Candidate::new(
        &directory,
        "sqlx",
        "sqlx = { version = '0.9', default-features = false, features = ['runtime-tokio', 'sqlite', 'macros', 'migrate'] }",
        "pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!(\"../migrations\");\n",
    )?;
    for candidate in [&ours, &sqlx] {
        candidate.check()?;
    }
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (candidate, times) in [&ours, &sqlx].into_iter().zip(&mut times) {
            times.push(candidate.check()?);
        }
    }
    let [ours, sqlx] = times.map(median);
    notice(&format!(
        "{migrations} migrations, median of {ROUNDS}: embed_migrations! {ours:.2?}, sqlx::migrate! {sqlx:.2?}, ratio {:.2}",
        ours.as_secs_f64() / sqlx.as_secs_f64()
    ));
    Ok(())
}

/// Writes so many migrations of two statements into `migrations` below a directory.
pub(crate) fn write_migrations(directory: &Path, count: usize) -> Result<()> {
    let migrations = directory.join("migrations");
    fs::create_dir(&migrations)?;
    for number in 1..=count {
        let sql = format!(
            "-- table {number}\nCREATE TABLE t{number} (\n    id BIGINT PRIMARY KEY,\n    name VARCHAR(100) NOT NULL\n);\n\
             CREATE INDEX t{number}_name ON t{number} (name);\n"
        );
        fs::write(
            migrations.join(format!("{number:05}_create_t{number}.sql")),
            sql,
        )?;
    }
    Ok(())
}

/// A crate that embeds the migrations.
struct Candidate {
    directory: PathBuf,
    target: PathBuf,
}

impl Candidate {
    fn new(parent: &TempDir, name: &str, dependency: &str, source: &str) -> Result<Self> {
        let directory = parent.path().join(name);
        fs::create_dir_all(directory.join("src"))?;
        let manifest = format!(
            "[package]\nname = 'embeds-with-{name}'\nversion = '0.0.0'\nedition = '2024'\n[workspace]\n[dependencies]\n{dependency}\n"
        );
        fs::write(directory.join("Cargo.toml"), manifest)?;
        fs::write(directory.join("src/lib.rs"), source)?;
        Ok(Self {
            directory,
            target: parent.path().join("target"),
        })
    }

    /// How long `cargo check` takes after a touch.
    fn check(&self) -> Result<Duration> {
        let source = fs::File::options()
            .write(true)
            .open(self.directory.join("src/lib.rs"))?;
        source.set_modified(SystemTime::now())?;
        let started = Instant::now();
        let status = Command::new(env!("CARGO"))
            .current_dir(&self.directory)
            .env("CARGO_TARGET_DIR", &self.target)
            .args(["check", "--quiet"])
            .status()
            .context("cargo cannot be started")?;
        ensure!(
            status.success(),
            "`cargo check` failed in {}",
            self.directory.display()
        );
        Ok(started.elapsed())
    }
}

pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
