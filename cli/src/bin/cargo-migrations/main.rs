//! `cargo migrations`, or `cargo-migrations`.

mod completions;
mod man;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use embed_migrations_cli::{Command, Options, Verb};

use crate::completions::Completions;
use crate::man::Man;

/// Write, check and lock the SQL migrations that embed-migrations embeds.
#[derive(Debug, Parser)]
#[command(name = NAME, version, after_help = EXIT)]
struct Program {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    verb: ProgramVerb,
}

const NAME: &str = "cargo-migrations";

const EXIT: &str = "\
The exit code is 0 when all is well, 1 when it failed, 2 when the command line is wrong, 4 when there are mistakes.";

#[derive(Debug, Subcommand)]
enum ProgramVerb {
    #[command(flatten)]
    Of(Verb),
    /// Print what completes the command line in a shell
    Completions(Completions),
    /// Print the manual page, or write those of every verb
    Man(Man),
}

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let (called, arguments) = as_called(arguments);
    let matches = Program::command()
        .bin_name(called)
        .get_matches_from(arguments);
    let Program { options, verb } =
        Program::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match verb {
        ProgramVerb::Of(verb) => Command { options, verb }.run(),
        ProgramVerb::Completions(completions) => completions.run(Program::command()),
        ProgramVerb::Man(man) => man.run(Program::command()),
    }
}

/// Cargo passes on the name under which it was told to call this program.
fn as_called(mut arguments: Vec<OsString>) -> (&'static str, Vec<OsString>) {
    if arguments.get(1).is_some_and(|first| first == "migrations") {
        arguments.remove(1);
        return ("cargo migrations", arguments);
    }
    (NAME, arguments)
}
