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
    let status = Running::start(
        &mut cargo_test(engines, cargo_args, &servers),
        Farewell::TerminateGroup,
    )?
    .finish()?;
    if let Err(error) = servers.check() {
        notice(&format!("the tests lost a server: {error:#}"));
    }
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

fn cargo_test(engines: &[Engine], cargo_args: &[OsString], servers: &Servers) -> Command {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(package.parent().unwrap_or(package))
        .args(["test", "--workspace", "--all-features"])
        .args(cargo_args)
        .envs(servers.urls().iter().cloned())
        // In a process group of its own it could not read from the terminal.
        .stdin(Stdio::null());
    if !cargo_args.iter().any(|arg| arg == "--") {
        command.arg("--");
    }
    // A test of an engine that was not asked for is counted as filtered out, and never as passed.
    for engine in Engine::value_variants() {
        if !engines.contains(engine) {
            command.args(["--skip", &format!("{}::", engine.name())]);
        }
    }
    command
}
