//! The command line of `cargo xtask`.

use std::ffi::OsString;

use clap::{Args, Parser, Subcommand, ValueEnum};

const ENVIRONMENT: &str = "\
If DATABASE_URL_POSTGRES, DATABASE_URL_POSTGRES_STANDBY, DATABASE_URL_PGBOUNCER, DATABASE_URL_MYSQL or
DATABASE_URL_GALERA is set, that server is used and none is started.
The exit code is that of `cargo test`, or 130 after Ctrl-C.";

/// The development tasks of embed-migrations.
#[derive(Debug, Parser)]
#[command(name = "xtask", bin_name = "cargo xtask")]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) task: Task,
}

/// One task.
#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// Run the workspace's tests against private database servers, which are stopped afterwards.
    #[command(after_help = ENVIRONMENT)]
    Test {
        /// The engines under test.
        #[command(flatten)]
        engines: Engines,
        /// Only the tests of reliability, in their long form; then writes `docs/reliability.md`. Takes an hour or two.
        #[arg(long, conflicts_with = "only")]
        reliability: bool,
        /// Passed on to `cargo test`, as in `cargo xtask test -- --test cli -- --nocapture`.
        #[arg(last = true, value_name = "ARGS FOR CARGO TEST")]
        cargo_args: Vec<OsString>,
    },
    /// Measure what migrations add to `cargo check`, beside `sqlx::migrate!` with the same files.
    BuildTime {
        /// How many migrations.
        #[arg(default_value_t = 1000)]
        migrations: usize,
    },
    /// Measure `cargo migrations check` on a large directory.
    CheckTime {
        /// How many migrations.
        #[arg(default_value_t = 10_000)]
        migrations: usize,
    },
    /// Start the database servers, print their addresses and stop them on Ctrl-C.
    Servers {
        /// The engines to serve.
        #[command(flatten)]
        engines: Engines,
    },
}

/// The choice of engines.
#[derive(Args, Debug)]
pub(crate) struct Engines {
    /// Only this engine; may be given more than once [default: all].
    #[arg(long = "engine", value_enum, value_name = "ENGINE")]
    only: Vec<Engine>,
}

impl Engines {
    /// The chosen engines, each once and always in the same order.
    pub(crate) fn chosen(&self) -> Vec<Engine> {
        let mut engines = Engine::value_variants().to_vec();
        engines.retain(|engine| self.only.is_empty() || self.only.contains(engine));
        engines
    }
}

/// A database engine which embed-migrations supports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// PostgreSQL.
    Postgres,
    /// MariaDB or MySQL.
    Mysql,
    /// SQLite, which needs no server.
    Sqlite,
}

impl Engine {
    /// The name in `--engine`, and of the module that holds the engine's tests.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
            Self::Sqlite => "sqlite",
        }
    }
}
