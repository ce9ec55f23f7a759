//! The development tasks of embed-migrations: `cargo xtask help` lists them.

mod args;
mod build_time;
mod check_time;
mod provide;
mod reliability;
mod render;
mod test;

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Parser;

use servers::interrupt::{self, Interrupted};

use crate::args::{Cli, Engine, Task};
use crate::provide::Servers;

/// The exit code of a program which was interrupted, as shells count it (128 + SIGINT).
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match interrupt::watch().and_then(|()| run(cli.task)) {
        Ok(code) => code,
        Err(error) if error.is::<Interrupted>() => ExitCode::from(INTERRUPTED),
        Err(error) => {
            notice(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<ExitCode> {
    match task {
        Task::Test {
            engines,
            reliability,
            cargo_args,
        } => {
            if reliability {
                reliability::run(&cargo_args)
            } else {
                test::run(&engines.chosen(), &cargo_args)
            }
        }
        Task::BuildTime { migrations } => build_time::run(migrations).map(|()| ExitCode::SUCCESS),
        Task::CheckTime { migrations } => check_time::run(migrations).map(|()| ExitCode::SUCCESS),
        Task::Servers { engines } => serve(&engines.chosen()),
    }
}

/// Keeps the servers up for tests run by hand; ends only with an error, usually [`Interrupted`].
fn serve(engines: &[Engine]) -> Result<ExitCode> {
    if engines == [Engine::Sqlite] {
        bail!(
            "SQLite has no server to start; choose `--engine postgres`, `--engine mysql` or both"
        );
    }
    let mut servers = Servers::provide(engines)?;
    let mut stdout = io::stdout();
    for (variable, url) in servers.urls() {
        writeln!(stdout, "export {variable}='{url}'")?;
    }
    stdout.flush()?;
    notice("the servers run until Ctrl-C");
    loop {
        servers.check()?;
        interrupt::pause()?;
    }
}

/// Tells the developer something; a closed terminal must not become a panic, hence no `eprintln!`.
fn notice(text: &str) {
    let _ = writeln!(io::stderr(), "xtask: {text}");
}
