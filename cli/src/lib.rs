//! The command line of [`embed-migrations`](https://docs.rs/embed-migrations): for a program that carries its migrations,
//! and for whoever writes them.
//!
//! # In a program of your own
//!
//! [`Command`] is a subcommand with the verbs `run`, `plan`, `status`, `validate`, `history`, `version`, `revert`, `redo`,
//! `baseline`, `skip`, `adopt`, `repair`, `resolve`, `reset` and `wait`. The migrations are in the program; it needs no directory.
//!
//! ```
//! use std::process::ExitCode;
//!
//! use clap::Parser;
//! use embed_migrations::MigrationSet;
//!
//! # mod migrations { use embed_migrations::MigrationSet; pub static MIGRATIONS: MigrationSet = MigrationSet::EMPTY; }
//! # use migrations::MIGRATIONS;
//! # const _: &str = stringify! {
//! static MIGRATIONS: MigrationSet = embed_migrations::embed_migrations!();
//! # };
//!
//! #[derive(Parser)]
//! enum Program {
//!     /// Serve requests.
//!     Serve,
//!     /// Look after the database.
//!     #[command(subcommand)]
//!     Migrate(embed_migrations_cli::Command),
//! }
//!
//! # async fn serve() -> ExitCode { ExitCode::SUCCESS }
//! async fn start(program: Program) -> ExitCode {
//!     match program {
//!         Program::Serve => serve().await,
//!         Program::Migrate(command) => command.run(&MIGRATIONS).await,
//!     }
//! }
//! # let program = Program::parse_from(["program", "migrate", "--json", "revert", "--steps", "2", "--yes"]);
//! # assert!(matches!(program, Program::Migrate(_)));
//! ```
//!
//! A binary that does nothing else is one line:
//!
//! ```no_run
//! # use embed_migrations::MigrationSet;
//! # static MIGRATIONS: MigrationSet = MigrationSet::EMPTY;
//! fn main() -> std::process::ExitCode {
//!     embed_migrations_cli::main(&MIGRATIONS)
//! }
//! ```
//!
//! Both take a [`Migrator`] too, with its hooks, its steps in Rust and several sets.
//!
//! # `cargo migrations`
//!
//! `cargo install embed-migrations-cli` gives the same verbs for a directory, and those of whoever writes migrations.
//!
//! # Features
//!
//! `postgres`, `mysql` and `sqlite` choose the engines, `rustls` encrypts connections, `reset` has the verb that drops the
//! database, `author` those that write migrations. All are on by default; a program of your own names its engine and leaves
//! the others out:
//! `embed-migrations-cli = { version = "…", default-features = false, features = ["postgres", "rustls"] }`.

#![cfg_attr(
    not(any(feature = "postgres", feature = "mysql", feature = "sqlite")),
    allow(
        dead_code,
        unreachable_code,
        unused_imports,
        unused_variables,
        clippy::unused_async,
        reason = "without an engine no verb comes to a database"
    )
)]

// What is asked.
mod command;

mod options;

#[cfg(feature = "author")]
mod locate;

#[cfg(feature = "author")]
mod manifest;

#[cfg(feature = "author")]
mod dialects;

#[cfg(feature = "author")]
mod clock;

// What is done.
#[cfg(feature = "author")]
pub mod author;

mod database;

pub mod operate;

mod signals;

mod confirm;

mod failure;

// What is said.
mod exit;

mod progress;

mod time;

mod output;

use std::process::ExitCode;

use embed_migrations::Migrator;

pub use command::{Command, unreadable};
pub use operate::Verb;
pub use options::Options;

/// What the help of a program says of exit codes.
pub const EXIT_CODES: &str = "\
The exit code is 0 when all is well, 1 when it failed, 2 when it was asked for what cannot be, 3 when something is pending,
4 when a directory has mistakes, 5 when it waited too long, 6 when something is in doubt, 7 when database and program differ.";

/// A whole program: reads its command line, does what it says, and says so.
///
/// It starts a tokio runtime; inside of one use [`Command::run`].
///
/// ```no_run
/// # use embed_migrations::MigrationSet;
/// # static MIGRATIONS: MigrationSet = MigrationSet::EMPTY;
/// fn main() -> std::process::ExitCode {
///     embed_migrations_cli::main(&MIGRATIONS)
/// }
/// ```
pub fn main(migrations: impl Into<Migrator>) -> ExitCode {
    match command::parse() {
        Ok(command) => block_on(async { command.run(migrations).await }),
        Err(error) => unreadable(&error),
    }
}

/// Runs a verb to its end on a runtime of its own.
fn block_on(verb: impl Future<Output = ExitCode>) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => {
            let code = runtime.block_on(verb);
            // What was abandoned is not waited for.
            runtime.shutdown_background();
            code
        }
        Err(error) => {
            let failure = failure::Failure::refused(format!("cannot start a runtime: {error}"));
            output::print(failure.say("", false))
        }
    }
}
