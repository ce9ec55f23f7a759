//! `cargo migrations`, or `cargo-migrations`.

mod completions;
mod man;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use embed_migrations_cli::{Command, EXIT_CODES, Options, Verb, author, unreadable};

use crate::completions::Completions;
use crate::man::Man;

/// Write, check and lock SQL migrations, and apply them to a database.
#[derive(Debug, Parser)]
#[command(name = NAME, version, after_help = EXIT_CODES)]
struct Program {
    #[command(flatten)]
    options: author::Options,
    #[command(subcommand)]
    verb: ProgramVerb,
}

const NAME: &str = "cargo-migrations";

/// Where the help shows the verbs that need a database: behind those of an author, which clap counts from 0.
const OPERATE: usize = 100;

/// Where it shows what is about the program itself.
const LAST: usize = 200;

#[derive(Debug, Subcommand)]
enum ProgramVerb {
    #[command(flatten)]
    Author(author::Verb),
    /// Print what completes the command line in a shell
    #[command(display_order = LAST)]
    Completions(Completions),
    /// Print the manual page, or write those of every verb
    #[command(display_order = LAST)]
    Man(Man),
}

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let (called, arguments) = as_called(arguments);
    let program = program().bin_name(called);
    let done = program
        .try_get_matches_from(arguments)
        .and_then(|matches| asked(&matches));
    done.unwrap_or_else(|error| unreadable(&error))
}

/// The author's verbs, and then those that need a database: each of these has the options of all of them.
fn program() -> clap::Command {
    let operate = Verb::augment_subcommands(clap::Command::new(NAME));
    let options = Options::augment_args(clap::Command::new(NAME));
    let author = Program::command();
    let operate = operate.get_subcommands().cloned().enumerate();
    let operate = operate.map(|(index, verb)| {
        let verb = verb.args(options.get_arguments().cloned());
        verb.display_order(OPERATE + index)
    });
    author.subcommands(operate.collect::<Vec<_>>())
}

fn asked(matches: &ArgMatches) -> Result<ExitCode, clap::Error> {
    if let Some((verb, of_verb)) = matches.subcommand()
        && Verb::has_subcommand(verb)
    {
        let command = Command {
            options: Options::from_arg_matches(of_verb)?,
            verb: Verb::from_arg_matches(matches)?,
        };
        return Ok(author::Options::from_arg_matches(matches)?.operate(&command));
    }
    let Program { options, verb } = Program::from_arg_matches(matches)?;
    Ok(match verb {
        ProgramVerb::Author(verb) => author::Command { options, verb }.run(),
        ProgramVerb::Completions(completions) => completions.run(program()),
        ProgramVerb::Man(man) => man.run(program()),
    })
}

/// Cargo passes on the name under which it was told to call this program.
fn as_called(mut arguments: Vec<OsString>) -> (&'static str, Vec<OsString>) {
    if arguments.get(1).is_some_and(|first| first == "migrations") {
        arguments.remove(1);
        return ("cargo migrations", arguments);
    }
    (NAME, arguments)
}
