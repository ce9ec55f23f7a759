//! `cargo xtask check-time`: how long `cargo migrations check` takes for a large directory.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::build_time::{median, write_migrations};
use crate::notice;

const ROUNDS: usize = 7;

/// Measures with so many migrations, in a release build.
pub(crate) fn run(migrations: usize) -> Result<()> {
    let directory = tempfile::tempdir().context("no temporary directory")?;
    write_migrations(directory.path(), migrations)?;
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cargo = |arguments: &[&str]| -> Result<()> {
        let status = Command::new(env!("CARGO"))
            .current_dir(workspace)
            .args(arguments)
            .status()
            .context("cargo cannot be started")?;
        ensure!(status.success(), "`cargo {}` failed", arguments.join(" "));
        Ok(())
    };
    let tool = ["--quiet", "--release", "--package", "embed-migrations-cli"];
    cargo(&[&["build"], &tool[..]].concat())?;
    let dir = directory.path().join("migrations");
    let dir = dir.to_str().context("the path is no text")?;
    let check = [&["run"], &tool[..], &["--", "check", "--dir", dir]].concat();
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let started = Instant::now();
        cargo(&check)?;
        times.push(started.elapsed());
    }
    notice(&format!(
        "{migrations} migrations, median of {ROUNDS}: `cargo migrations check` took {:.2?}, with what `cargo run` adds",
        median(times)
    ));
    Ok(())
}
