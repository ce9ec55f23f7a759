//! A MariaDB Galera cluster of three nodes on loopback.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::home::Home;
use crate::install::{self, Product};
use crate::mariadb::{self, Programs};
use crate::process::Farewell;
use crate::server::{self, LOG, Server};
use crate::{Place, locate};

/// Tells the tests where the nodes are, one after the other, with commas between them.
pub const URL_VARIABLE: &str = "DATABASE_URL_GALERA";

/// How many nodes there are: the fewest of which one may be lost.
const NODES: usize = 3;

/// How a node gets the data of another, by the name that the server calls it.
const COPY: &str = include_str!("wsrep_sst_copy.sh");

/// Starts the nodes, each when the one before it is there; returns them with their URLs, commas between them.
///
/// # Errors
///
/// A server or a provider that cannot be installed, and a node that does not start.
pub fn start() -> Result<(Vec<Server>, String)> {
    let programs = install::find_or_install(&Product::MARIADB, mariadb::find)?;
    if !matches!(programs, Programs::MariaDb { .. }) {
        bail!("a Galera cluster needs MariaDB, and MySQL is installed");
    }
    let provider = install::find_or_install(&Product::GALERA, find)?;
    let mut cluster = Cluster {
        programs,
        provider,
        nodes: Vec::new(),
        addresses: Vec::new(),
        urls: Vec::new(),
    };
    for _ in 0..NODES {
        cluster.join()?;
    }
    Ok((cluster.nodes, cluster.urls.join(",")))
}

struct Cluster {
    programs: Programs,
    provider: PathBuf,
    nodes: Vec<Server>,
    addresses: Vec<String>,
    urls: Vec<String>,
}

impl Cluster {
    /// Starts one more node.
    fn join(&mut self) -> Result<()> {
        let home = Home::create("mysql", Place::Disk)?;
        mariadb::initialize(&home, &self.programs)?;
        if !self.nodes.is_empty() {
            // The first one has said it for all.
            home.write("init.sql", "")?;
        }
        home.write_program("wsrep_sst_copy", COPY)?;
        let port = server::free_port()?;
        let (group, transfer) = (server::free_port()?, server::free_port()?);
        let address = format!("127.0.0.1:{group}");
        let mut command = mariadb::command(&home, &self.programs, port)?;
        let path = env::join_paths([vec![home.path("")], locate::path()].concat())
            .context("the directory of a node cannot stand on PATH")?;
        command.env("PATH", path).args([
            "--wsrep-on=ON",
            "--binlog-format=ROW",
            "--innodb-autoinc-lock-mode=2",
            "--wsrep-sst-method=copy",
            "--wsrep-cluster-name=embed_migrations",
        ]);
        command.arg(format!("--wsrep-provider={}", self.provider.display()));
        command.arg(format!("--wsrep-node-address={address}"));
        command.arg(format!(
            "--wsrep-cluster-address=gcomm://{}",
            self.addresses.join(",")
        ));
        command.arg(format!(
            "--wsrep-provider-options=gmcast.listen_addr=tcp://{address};ist.recv_addr=127.0.0.1:{transfer};\
             base_port={group};gcache.size=16M;pc.recovery=false"
        ));
        if self.nodes.is_empty() {
            command.arg("--wsrep-new-cluster");
        }
        let ready = Box::new(|home: &Home, id| is_synchronized(&home.path(LOG), id));
        let node = Server::launch(
            "a node of a cluster",
            home,
            command,
            Farewell::Terminate,
            ready,
        )?;
        self.nodes.push(node);
        self.addresses.push(address);
        self.urls.push(mariadb::url(port));
        Ok(())
    }
}

/// A node says in its log when it has what the others have. Before that the log is of the same node when it was started the
/// last time.
fn is_synchronized(log: &Path, id: u32) -> bool {
    let log = fs::read_to_string(log).unwrap_or_default();
    log.rsplit_once(&format!(" as process {id}"))
        .is_some_and(|(_, log)| log.contains("Synchronized with group, ready for connections"))
}

/// The library that makes a server a node.
fn find() -> Option<PathBuf> {
    let directories = [
        "/usr/lib/galera",
        "/usr/lib64/galera",
        "/usr/lib64/galera-4",
        "/usr/lib/galera-4",
    ];
    let library = directories.map(|directory| Path::new(directory).join("libgalera_smm.so"));
    library.into_iter().find(|library| library.is_file())
}
