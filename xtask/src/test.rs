//! `cargo xtask test`: the workspace's tests against real servers.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::Result;
use clap::ValueEnum;
use servers::process::{Farewell, Running};

use crate::args::Engine;
use crate::notice;
use crate::provide::Servers;

/// Runs `cargo test` with servers for `engines`; returns its exit code.
pub(crate) fn run(engines: &[Engine], cargo_args: &[OsString]) -> Result<ExitCode> {
    let mut servers = Servers::provide(engines)?;
    let mut command = cargo_test(&["--workspace"], &servers);
    command.args(cargo_args);
    if !cargo_args.iter().any(|arg| arg == "--") {
        command.arg("--");
    }
    // A test of an engine that was not asked for is counted as filtered out, and never as passed.
    for engine in Engine::value_variants() {
        if !engines.contains(engine) {
            command.args(["--skip", &format!("{}::", engine.name())]);
        }
    }
    finish(command, &mut servers)
}

/// Runs the command to its end; its exit code.
pub(crate) fn finish(mut command: Command, servers: &mut Servers) -> Result<ExitCode> {
    let status = Running::start(&mut command, Farewell::TerminateGroup)?.finish()?;
    if let Err(error) = servers.check() {
        notice(&format!("the tests lost a server: {error:#}"));
    }
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// `cargo test` of some packages, which is told where the servers are.
pub(crate) fn cargo_test(packages: &[&str], servers: &Servers) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(workspace())
        .arg("test")
        .args(packages)
        .arg("--all-features")
        .envs(servers.urls().iter().cloned())
        .env("RUST_TEST_THREADS", THREADS)
        // In a process group of its own it could not read from the terminal.
        .stdin(Stdio::null());
    command
}

/// How many tests run at once: most of their time they wait, for a claim to end or for a server to answer.
const THREADS: &str = "6";

/// The root of the workspace.
pub(crate) fn workspace() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}
