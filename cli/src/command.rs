//! [`Command`]: a verb and the database it works on, as clap knows it.

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};
use clap::{ArgMatches, Args, FromArgMatches, Subcommand};
use embed_migrations::Migrator;

use crate::failure::Failure;
use crate::operate::Verb;
use crate::options::Options;
use crate::output;

/// A verb and the database it works on.
///
/// It is clap's `Args` and `Subcommand` alike: a variant of a program's own `Subcommand` holds it with or without
/// `#[command(subcommand)]`.
#[derive(Debug, Clone, Args)]
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
    /// The exit code is 0 when all is well, 1 when it failed, 2 when it was asked for what cannot be, 3 when something is
    /// pending, 4 when a directory has mistakes, 5 when it waited too long, 6 when something is in doubt, and 7 when
    /// database and program differ.
    ///
    /// The verb decides what is done: a [`Mode`](embed_migrations::Mode) of the migrator is not asked, and what listens to
    /// its progress is not called.
    pub async fn run(&self, migrations: impl Into<Migrator>) -> ExitCode {
        let Self { options, verb } = self;
        let done = verb.run(options, migrations.into()).await;
        output::print(verb.say(options, done))
    }
}

impl Subcommand for Command {
    fn augment_subcommands(command: clap::Command) -> clap::Command {
        without_documentation(Self::augment_args(command))
    }

    fn augment_subcommands_for_update(command: clap::Command) -> clap::Command {
        without_documentation(Self::augment_args_for_update(command))
    }

    fn has_subcommand(name: &str) -> bool {
        Verb::has_subcommand(name)
    }
}

/// What is written above [`Command`] is for whoever programs with it, and clap would show it to whoever runs the program.
fn without_documentation(command: clap::Command) -> clap::Command {
    command.about(None::<&str>).long_about(None::<&str>)
}

/// The command line of a program that does nothing else.
pub(crate) fn parse() -> Result<Command, clap::Error> {
    let matches: ArgMatches = program().try_get_matches()?;
    Command::from_arg_matches(&matches)
}

fn program() -> clap::Command {
    let program = Command::augment_subcommands(clap::Command::new("migrate"));
    program
        .about("Look after the migrations of a database")
        .after_help(crate::EXIT_CODES)
}

/// Says why a command line cannot be read: of an unknown verb one line and those that are nearest, of all else what clap says.
///
/// It is for programs that read theirs with `try_parse`.
pub fn unreadable(error: &clap::Error) -> ExitCode {
    let Some(ContextValue::String(verb)) = error.get(ContextKind::InvalidSubcommand) else {
        error.exit();
    };
    let nearest = match error.get(ContextKind::SuggestedSubcommand) {
        Some(ContextValue::String(one)) => vec![one.clone()],
        Some(ContextValue::Strings(several)) => several.clone(),
        _ => Vec::new(),
    };
    let hint = if nearest.is_empty() {
        "`--help` lists the verbs".to_owned()
    } else {
        format!("is it `{}`?", nearest.join("` or `"))
    };
    let failure = Failure::usage(format!("there is no verb `{verb}`")).hint(hint);
    output::print(failure.say("", false))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program with more than migrations.
    #[derive(clap::Parser)]
    enum Program {
        /// Look after the tables
        #[command(subcommand)]
        Tables(Command),
        /// Look after the rows
        Rows(Command),
    }

    fn help_of(mut command: clap::Command) -> String {
        command.render_long_help().to_string()
    }

    #[test]
    fn the_help_of_a_whole_program_says_what_it_is_for() {
        let help = help_of(program());
        let mut lines = help.lines();
        assert_eq!(
            lines.next(),
            Some("Look after the migrations of a database")
        );
        assert_eq!(lines.nth(1), Some("Usage: migrate [OPTIONS] <COMMAND>"));
    }

    #[test]
    fn the_help_of_a_verb_says_what_the_program_says_of_it() {
        for (name, about) in [
            ("tables", "Look after the tables"),
            ("rows", "Look after the rows"),
        ] {
            let program = <Program as clap::CommandFactory>::command();
            let verb = program.find_subcommand(name).expect("it is declared above");
            let help = help_of(verb.clone());
            assert_eq!(help.lines().next(), Some(about), "{help}");
        }
    }
}
