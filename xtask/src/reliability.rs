//! `cargo xtask test --reliability`: the long form of the tests of reliability, and the page that says what they saw.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::args::Engine;
use crate::notice;
use crate::provide::Servers;
use crate::render::render;
use crate::test::{cargo_test, finish, workspace};

/// Where the tests note what they saw.
const RECORDS: &str = "RELIABILITY_RECORDS";

/// Where the page is, in the workspace.
const PAGE: &str = "docs/reliability.md";

/// Runs them; where all hold, writes the page.
pub(crate) fn run(cargo_args: &[OsString]) -> Result<ExitCode> {
    // Kept where somebody says so: what a part of the tests adds is then rendered with what is there.
    let kept = env::var_os(RECORDS).map(PathBuf::from);
    let temporary = tempfile::tempdir().context("no temporary directory")?;
    let records = kept.as_deref().unwrap_or(temporary.path());
    let mut servers = Servers::provide(Engine::value_variants())?;
    let mut command = cargo_test(&["--package", "tests", "--test", "reliability"], &servers);
    command
        .arg("--")
        .args(cargo_args)
        .env("RELIABILITY", "long")
        .env(RECORDS, records);
    let code = finish(command, &mut servers)?;
    if code != ExitCode::SUCCESS {
        notice(&format!("{PAGE} stays as it is: not all tests hold"));
        return Ok(code);
    }
    if kept.is_none() && !cargo_args.is_empty() {
        notice(&format!("{PAGE} stays as it is: not all tests were run"));
        return Ok(code);
    }
    let page = workspace().join(PAGE);
    fs::write(&page, render(&read(records)?))
        .with_context(|| format!("could not write {}", page.display()))?;
    notice(&format!("wrote {PAGE}"));
    Ok(code)
}

/// The records, by the names of their files.
fn read(directory: &Path) -> Result<BTreeMap<String, String>> {
    let mut records = BTreeMap::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        records.insert(name.into_owned(), fs::read_to_string(&path)?);
    }
    Ok(records)
}
