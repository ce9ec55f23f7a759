//! PgBouncer in transaction mode, in front of a PostgreSQL.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::home::Home;
use crate::install::{self, Product};
use crate::process::Farewell;
use crate::server::{self, Server};
use crate::{DATABASE, Place, locate};

/// Tells the tests where the pooler is.
pub const URL_VARIABLE: &str = "DATABASE_URL_PGBOUNCER";

/// Starts one before the server with this URL; returns it with its own.
///
/// # Errors
///
/// A pooler that cannot be installed or does not start, and a URL without an address.
pub fn start(server_url: &str) -> Result<(Server, String)> {
    let program = install::find_or_install(&Product::PGBOUNCER, find)?;
    let address = server_url.split_once('@').map(|(_, rest)| rest);
    let address = address.and_then(|rest| rest.split('/').next());
    let (host, server_port) = address
        .and_then(|address| address.split_once(':'))
        .with_context(|| format!("`{server_url}` has no address"))?;
    let home = Home::create("pgbouncer", Place::Disk)?;
    let port = server::free_port()?;
    // Few connections to the server for many clients, so that each transaction may find itself on another one.
    let settings = format!(
        "[databases]\n* = host={host} port={server_port} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
         listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\nmax_client_conn = 2000\n\
         default_pool_size = 8\nserver_idle_timeout = 5\nignore_startup_parameters = extra_float_digits,options\n"
    );
    home.write("pgbouncer.ini", &settings)?;
    let mut command = home.command(&program, server::LOG)?;
    command.arg(home.path("pgbouncer.ini"));
    let server = Server::launch(
        "PgBouncer",
        home,
        command,
        Farewell::Terminate,
        Box::new(move |_, _| listens(port)),
    )?;
    Ok((
        server,
        format!("postgres://postgres@127.0.0.1:{port}/{DATABASE}"),
    ))
}

/// What it calls itself.
///
/// # Errors
///
/// A pooler that is not installed, or says nothing.
pub fn version() -> Result<String> {
    let program = find().context("PgBouncer is not installed")?;
    let answer = locate::answer_of(program, "--version").context("PgBouncer says no version")?;
    let first = answer.lines().next().unwrap_or_default();
    Ok(first.trim_start_matches("PgBouncer").trim().to_owned())
}

fn listens(port: u16) -> bool {
    TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).is_ok()
}

fn find() -> Option<PathBuf> {
    let mut directories = locate::path();
    directories.extend(["/usr/sbin", "/usr/bin"].map(PathBuf::from));
    directories
        .iter()
        .find_map(|directory| locate::program_in(directory, "pgbouncer"))
}
