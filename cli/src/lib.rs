//! The verbs of `cargo migrations`, which write, check and lock the migrations that
//! [`embed-migrations`](https://docs.rs/embed-migrations) embeds.
//!
//! `cargo install embed-migrations-cli` gives `cargo migrations`. A program that wants the same verbs in its own command
//! line adds [`Command`] to it:
//!
//! ```
//! use clap::Parser;
//!
//! #[derive(Parser)]
//! enum Program {
//!     /// Serve requests.
//!     Serve,
//!     /// Look after the migrations.
//!     Migrations(embed_migrations_cli::Command),
//! }
//!
//! # fn serve() -> std::process::ExitCode { std::process::ExitCode::SUCCESS }
//! # fn main() {
//! let program = Program::parse_from(["program", "migrations", "list", "--dir", "db/migrations"]);
//! # let _ = || -> std::process::ExitCode {
//! match program {
//!     Program::Serve => serve(),
//!     Program::Migrations(command) => command.run(),
//! }
//! # };
//! # }
//! ```

// What is asked.
mod options;

mod locate;

mod manifest;

mod dialects;

mod clock;

// What is done.
mod author;

mod failure;

// What is said.
mod exit;

mod output;

use std::process::ExitCode;

pub use author::{Check, Explain, Init, List, Lock, New, Renumber, Verb};
pub use options::Options;

/// A verb and what it works on; the arguments of a subcommand in a program of your own.
#[derive(Debug, Clone, clap::Args)]
pub struct Command {
    /// What every verb is told.
    #[command(flatten)]
    pub options: Options,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

impl Command {
    /// Does it, and says so on stdout and stderr.
    ///
    /// The exit code is 0 when all is well, 1 when it failed, 2 when it was asked for what cannot be, and 4 when the
    /// directory has mistakes.
    pub fn run(&self) -> ExitCode {
        let done = self.verb.run(&self.options);
        output::print(output::say(self.verb.name(), &done, self.options.json))
    }
}
