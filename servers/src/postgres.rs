//! A private PostgreSQL server for tests, and a standby of it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::home::Home;
use crate::install::{self, Product};
use crate::locate;
use crate::process::Farewell;
use crate::server::{self, Server};
use crate::{DATABASE, Place};

/// Tells the tests where the server is.
pub const URL_VARIABLE: &str = "DATABASE_URL_POSTGRES";

/// Tells the tests where a hot standby of that server is.
pub const STANDBY_VARIABLE: &str = "DATABASE_URL_POSTGRES_STANDBY";

/// The role whose members the server asks for a password; whoever wants it makes it.
const BY_PASSWORD: &str = "by_password";

const PROGRAMS: &[&str] = &["initdb", "postgres", "createdb", "pg_basebackup"];

/// Nothing here has to survive a crash of the machine, so nothing waits for the disk; that of the server it does.
const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=600",
    "shared_buffers=64MB",
    "fsync=off",
    "full_page_writes=off",
    "logging_collector=off",
    "log_statement=none",
    "log_lock_waits=off",
];

/// Starts a server; returns it with the URL of its database.
///
/// # Errors
///
/// A server that cannot be installed or does not start.
pub fn start() -> Result<(Server, String)> {
    start_in(Place::Disk)
}

/// The same, with its data in a place.
///
/// # Errors
///
/// A place that there is not, and those of [`start`].
pub fn start_in(place: Place) -> Result<(Server, String)> {
    let programs = install::find_or_install(&Product::POSTGRES, find)?;
    let home = Home::create("postgres", place)?;
    initialize(&home, &programs.join("initdb"), place)?;
    let (server, port) = launch("PostgreSQL", home, &programs)?;
    create_database(server.home(), &programs.join("createdb"), &port)?;
    Ok((server, url(&port)))
}

/// Starts a hot standby of the server with this URL, which [`start`] has started.
///
/// # Errors
///
/// A primary that cannot be reached, and those of [`start`].
pub fn start_standby(primary: &str) -> Result<(Server, String)> {
    let programs = install::find_or_install(&Product::POSTGRES, find)?;
    let home = Home::create("standby", Place::Disk)?;
    let mut command = command(&home, &programs.join("pg_basebackup"), "basebackup.log")?;
    command.arg("-D").arg(home.path("data"));
    command.args(["--dbname", primary, "--write-recovery-conf", "--no-sync"]);
    command.args(["--checkpoint=fast", "--wal-method=stream"]);
    // The primary keeps what a standby that is slow has not read yet.
    command.args(["--create-slot", "--slot", &slot(&home)]);
    home.prepare(&mut command, "basebackup.log")?;
    let (server, port) = launch("the standby", home, &programs)?;
    Ok((server, url(&port)))
}

/// A name that no other standby of the primary has.
fn slot(home: &Home) -> String {
    let directory = home.path("");
    let name = directory.file_name().unwrap_or_default().to_string_lossy();
    let is_fit = |c: &char| c.is_ascii_alphanumeric();
    name.to_lowercase().chars().filter(is_fit).collect()
}

/// Starts the server of a data directory on a port of its own.
fn launch(name: &'static str, home: Home, programs: &Path) -> Result<(Server, String)> {
    let port = server::free_port()?.to_string();
    let mut command = command(&home, &programs.join("postgres"), server::LOG)?;
    command.arg("-D").arg(home.path("data")).args(["-p", &port]);
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    let ready = Box::new(is_ready);
    let server = Server::launch(name, home, command, Farewell::Interrupt, ready)?;
    Ok((server, port))
}

fn url(port: &str) -> String {
    format!("postgres://postgres@127.0.0.1:{port}/{DATABASE}")
}

fn initialize(home: &Home, initdb: &Path, place: Place) -> Result<()> {
    let mut command = command(home, initdb, "initdb.log")?;
    command.arg("-D").arg(home.path("data"));
    command.args([
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
    ]);
    if let Place::Small(_) = place {
        command.arg("--wal-segsize=1");
    }
    home.prepare(&mut command, "initdb.log")?;
    ask_for_passwords(&home.path("data/pg_hba.conf"))
}

/// Everybody is trusted, but for the members of one role, which need not be there: of them a password is asked. The first line
/// that fits counts.
fn ask_for_passwords(rules: &Path) -> Result<()> {
    let trusting = fs::read_to_string(rules)?;
    let asking = format!("host all +{BY_PASSWORD} all scram-sha-256\n");
    Ok(fs::write(rules, asking + &trusting)?)
}

fn create_database(home: &Home, createdb: &Path, port: &str) -> Result<()> {
    let mut command = command(home, createdb, "createdb.log")?;
    command.args([
        "--host=127.0.0.1",
        "--port",
        port,
        "--username=postgres",
        "--no-password",
        DATABASE,
    ]);
    home.prepare(&mut command, "createdb.log")
}

/// A command without the developer's PGHOST, PGOPTIONS and the like, which are meant for other servers.
fn command(home: &Home, program: &Path, log: &str) -> Result<Command> {
    let mut command = home.command(program, log)?;
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    Ok(command)
}

/// The server notes its process in the first line of this file and its state in the eighth; `pg_ctl` waits for the same
/// word. One that was killed leaves it behind.
fn is_ready(home: &Home, process: u32) -> bool {
    let notes = fs::read_to_string(home.path("data/postmaster.pid")).unwrap_or_default();
    let mut lines = notes.lines();
    lines.next() == Some(&process.to_string())
        && lines
            .nth(6)
            .is_some_and(|state| state.trim_end() == "ready")
}

/// The directory with the programs of the newest server.
fn find() -> Option<PathBuf> {
    let mut directories = locate::path();
    directories.extend(locate::newest_first("/usr/lib/postgresql", "", "bin"));
    directories.extend(locate::newest_first("/usr/libexec", "postgresql", ""));
    directories.extend(locate::newest_first("/usr", "pgsql-", "bin"));
    directories.extend(locate::newest_first(
        "/opt/homebrew/opt",
        "postgresql",
        "bin",
    ));
    directories.extend(locate::newest_first("/usr/local/opt", "postgresql", "bin"));
    directories.extend(locate::answer_of("pg_config", "--bindir").map(PathBuf::from));
    directories.into_iter().find(|directory| {
        PROGRAMS
            .iter()
            .all(|program| locate::program_in(directory, program).is_some())
    })
}
