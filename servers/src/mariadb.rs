//! A private MariaDB or MySQL server for tests.

use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::home::Home;
use crate::install::{self, Product};
use crate::locate;
use crate::process::Farewell;
use crate::server::{self, Server};
use crate::{DATABASE, Place};

/// Tells the tests where the server is.
pub const URL_VARIABLE: &str = "DATABASE_URL_MYSQL";

/// Nothing here has to survive a crash of the machine, but that of the server; "loose" marks what only some versions know.
const SETTINGS: &[&str] = &[
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--skip-log-bin",
    "--max-connections=600",
    "--innodb-buffer-pool-size=64M",
    "--innodb-flush-log-at-trx-commit=2",
    LOG_FILE_SIZE,
    "--loose-mysqlx=OFF",
];

/// Given to the installer too, which would write 96 MiB.
const LOG_FILE_SIZE: &str = "--loose-innodb-log-file-size=16M";

/// The first version of the protocol's handshake, which all supported servers speak.
const PROTOCOL: u8 = 10;

/// The programs of an installed server, which come in two kinds.
#[derive(Debug)]
pub(crate) enum Programs {
    /// MariaDB has a program of its own which makes the data directory.
    MariaDb { server: PathBuf, installer: PathBuf },
    /// MySQL makes it itself.
    MySql { server: PathBuf },
}

impl Programs {
    fn name(&self) -> &'static str {
        match self {
            Self::MariaDb { .. } => "MariaDB",
            Self::MySql { .. } => "MySQL",
        }
    }
}

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
    let programs = install::find_or_install(&Product::MARIADB, find)?;
    let home = Home::create("mysql", place)?;
    initialize(&home, &programs)?;
    let port = server::free_port()?;
    let command = command(&home, &programs, port)?;
    let server = Server::launch(
        programs.name(),
        home,
        command,
        Farewell::Terminate,
        Box::new(move |_, _| greets(port)),
    )?;
    Ok((server, url(port)))
}

/// The server of a directory, on a port.
pub(crate) fn command(home: &Home, programs: &Programs, port: u16) -> Result<Command> {
    let (Programs::MariaDb { server, .. } | Programs::MySql { server }) = programs;
    let mut command = home.command(server, server::LOG)?;
    command
        .arg("--no-defaults")
        .args(SETTINGS)
        .arg(format!("--port={port}"));
    for (option, file) in [
        ("datadir", "data"),
        ("socket", "socket"),
        ("pid-file", "pid"),
        ("init-file", "init.sql"),
    ] {
        command.arg(format!("--{option}={}", home.path(file).display()));
    }
    Ok(command)
}

pub(crate) fn url(port: u16) -> String {
    format!("mysql://test:test@127.0.0.1:{port}/{DATABASE}")
}

/// Makes the data directory, and the file of the first statements.
pub(crate) fn initialize(home: &Home, programs: &Programs) -> Result<()> {
    let data = format!("--datadir={}", home.path("data").display());
    let mut command = match programs {
        Programs::MariaDb { installer, .. } => {
            let mut command = home.command(installer, "install.log")?;
            command.args([
                "--no-defaults",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
            ]);
            command
        }
        Programs::MySql { server } => {
            let mut command = home.command(server, "install.log")?;
            command.args(["--no-defaults", "--initialize-insecure"]);
            command
        }
    };
    home.prepare(command.args([LOG_FILE_SIZE, &data]), "install.log")?;
    write_first_statements(home)
}

/// The server runs these whenever it starts, before it answers, so that no client program is needed; one statement per
/// line. `plain` is an account that a read-only server refuses to write for.
fn write_first_statements(home: &Home) -> Result<()> {
    let statements = format!(
        "CREATE DATABASE IF NOT EXISTS {DATABASE};\n\
         CREATE USER IF NOT EXISTS 'test'@'127.0.0.1' IDENTIFIED BY 'test';\n\
         GRANT ALL PRIVILEGES ON *.* TO 'test'@'127.0.0.1' WITH GRANT OPTION;\n\
         CREATE USER IF NOT EXISTS 'plain'@'127.0.0.1' IDENTIFIED BY 'test';\n\
         GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, INDEX, ALTER ON *.* TO 'plain'@'127.0.0.1';\n"
    );
    home.write("init.sql", &statements)
}

/// The server speaks first on a new connection: four bytes of packet header, then the protocol's version.
pub(crate) fn greets(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let limit = Duration::from_secs(1);
    let greeting = || {
        let mut stream = TcpStream::connect_timeout(&address, limit)?;
        stream.set_read_timeout(Some(limit))?;
        let mut start = [0; 5];
        stream.read_exact(&mut start).map(|()| start)
    };
    matches!(greeting(), Ok([.., PROTOCOL]))
}

/// The programs of an installed server.
pub(crate) fn find() -> Option<Programs> {
    let directories = directories();
    let program = |name: &str| {
        directories
            .iter()
            .find_map(|directory| locate::program_in(directory, name))
    };
    let server = program("mariadbd").or_else(|| program("mysqld"))?;
    // `mysqld` is also the old name of `mariadbd`.
    if !locate::answer_of(&server, "--version")?.contains("MariaDB") {
        return Some(Programs::MySql { server });
    }
    let installer = program("mariadb-install-db").or_else(|| program("mysql_install_db"))?;
    Some(Programs::MariaDb { server, installer })
}

fn directories() -> Vec<PathBuf> {
    let mut directories = locate::path();
    directories.extend(
        [
            "/usr/sbin",
            "/usr/bin",
            "/usr/libexec",
            "/usr/local/sbin",
            "/usr/local/bin",
            "/usr/local/libexec",
        ]
        .map(PathBuf::from),
    );
    for parent in ["/opt/homebrew/opt", "/usr/local/opt"] {
        directories.extend(locate::newest_first(parent, "mariadb", "bin"));
        directories.extend(locate::newest_first(parent, "mysql", "bin"));
    }
    for below in ["bin", "scripts"] {
        directories.push(Path::new("/usr/local/mysql").join(below));
    }
    directories
}
