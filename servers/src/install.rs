//! Installing a missing server with the system's package manager.

use std::io;
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::{account, debian, galera, interrupt, locate, mariadb, notice, pgbouncer, postgres};

/// A server which can be installed.
#[derive(Debug)]
pub(crate) struct Product {
    name: &'static str,
    programs: &'static str,
    url_variable: &'static str,
    packages: fn(&Manager) -> &'static [&'static str],
}

impl Product {
    /// PostgreSQL.
    pub(crate) const POSTGRES: Self = Self {
        name: "PostgreSQL",
        programs: "`initdb`, `postgres` and `createdb`",
        url_variable: postgres::URL_VARIABLE,
        packages: |manager| manager.postgres,
    };
    /// MariaDB, which also stands for MySQL.
    pub(crate) const MARIADB: Self = Self {
        name: "MariaDB or MySQL",
        programs: "`mariadbd` with `mariadb-install-db`, or `mysqld`",
        url_variable: mariadb::URL_VARIABLE,
        packages: |manager| manager.mariadb,
    };
    /// What makes MariaDB a node of a cluster.
    pub(crate) const GALERA: Self = Self {
        name: "Galera",
        programs: "`libgalera_smm.so`",
        url_variable: galera::URL_VARIABLE,
        packages: |_| &["galera-4", "galera"],
    };
    /// PgBouncer.
    pub(crate) const PGBOUNCER: Self = Self {
        name: "PgBouncer",
        programs: "`pgbouncer`",
        url_variable: pgbouncer::URL_VARIABLE,
        packages: |_| &["pgbouncer"],
    };
}

/// A package manager; of a product's sets of packages, the first which can be installed is enough.
#[derive(Debug)]
struct Manager {
    program: &'static str,
    /// Homebrew installs for its user and refuses root; the others need root.
    for_root: bool,
    refresh: &'static [&'static str],
    install: &'static [&'static str],
    postgres: &'static [&'static str],
    mariadb: &'static [&'static str],
}

const MANAGERS: &[Manager] = &[
    Manager {
        program: "apt-get",
        for_root: true,
        refresh: &["update"],
        install: &["install", "--yes", "--no-install-recommends"],
        postgres: &["postgresql"],
        // The core packages bring the programs without a system service; Ubuntu 22.04 numbers them.
        mariadb: &[
            "mariadb-server-core mariadb-client-core",
            "mariadb-server-core-10.6 mariadb-client-core-10.6",
            "mariadb-server",
        ],
    },
    Manager {
        program: "dnf",
        for_root: true,
        refresh: &[],
        install: &["install", "--assumeyes"],
        postgres: &["postgresql-server"],
        mariadb: &["mariadb-server"],
    },
    Manager {
        program: "apk",
        for_root: true,
        refresh: &["update"],
        install: &["add"],
        postgres: &["postgresql"],
        mariadb: &["mariadb"],
    },
    Manager {
        program: "pacman",
        for_root: true,
        refresh: &["-Sy"],
        install: &["-S", "--noconfirm", "--needed"],
        postgres: &["postgresql"],
        mariadb: &["mariadb"],
    },
    Manager {
        program: "brew",
        for_root: false,
        refresh: &[],
        install: &["install"],
        postgres: &["postgresql@17"],
        mariadb: &["mariadb"],
    },
];

/// What `find` finds; a missing product is installed first, where xtask has the right to do so.
pub(crate) fn find_or_install<T>(product: &Product, find: fn() -> Option<T>) -> Result<T> {
    if let Some(found) = find() {
        return Ok(found);
    }
    let Some(manager) = MANAGERS
        .iter()
        .find(|manager| locate::is_on_path(manager.program))
    else {
        bail!(
            "{}",
            missing(product, "install it with the system's package manager")
        );
    };
    let sets = (product.packages)(manager);
    let advice = format!(
        "install it with `{} {} {}`",
        manager.program,
        manager.install.first().unwrap_or(&""),
        sets.last().unwrap_or(&"")
    );
    let Some(right) = Right::to_use(manager) else {
        bail!("{}", missing(product, &advice));
    };
    notice(&format!(
        "{} is missing; installing it with {}",
        product.name, manager.program
    ));
    install(manager, sets, right)?;
    find().ok_or_else(|| {
        anyhow::anyhow!(missing(
            product,
            &format!("{} did not help; {advice}", manager.program)
        ))
    })
}

fn missing(product: &Product, advice: &str) -> String {
    format!(
        "{} is not installed ({}: neither on PATH nor in the usual places): {advice}, \
         or set {} to the URL of a server, or choose other engines with `--engine`",
        product.name, product.programs, product.url_variable
    )
}

fn install(manager: &Manager, sets: &[&str], right: Right) -> Result<()> {
    let _no_cluster = (manager.program == "apt-get").then(|| debian::NoMainCluster::declare(right));
    if !manager.refresh.is_empty() {
        // A list which could not be refreshed may still be good enough.
        run(right.command(manager.program).args(manager.refresh))?;
    }
    for packages in sets {
        let mut command = right.command(manager.program);
        command
            .args(manager.install)
            .args(packages.split_whitespace());
        if run(&mut command)? {
            break;
        }
    }
    Ok(())
}

/// Runs a command of the package manager to its end, for an interrupted one leaves half-installed packages.
pub(crate) fn run(command: &mut Command) -> Result<bool> {
    // Standard output is kept for the export lines of `cargo xtask servers`.
    let status = command.stdin(Stdio::null()).stdout(io::stderr()).status();
    interrupt::check()?;
    Ok(status.is_ok_and(|status| status.success()))
}

/// How xtask may install packages.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Right {
    /// As the current user.
    Own,
    /// Through `sudo`, without a password.
    Sudo,
}

impl Right {
    fn to_use(manager: &Manager) -> Option<Self> {
        if manager.for_root == account::is_root() {
            return Some(Self::Own);
        }
        (manager.for_root && account::has_sudo()).then_some(Self::Sudo)
    }

    /// A command run with this right, which asks no questions.
    pub(crate) fn command(self, program: &str) -> Command {
        let mut command = match self {
            Self::Own => Command::new("env"),
            Self::Sudo => Command::new("sudo"),
        };
        if matches!(self, Self::Sudo) {
            command.args(["-n", "env"]);
        }
        command.args(["DEBIAN_FRONTEND=noninteractive", program]);
        command
    }
}
