//! What is said: an [`Outcome`] in words, as JSON, or as another tool wants it.

mod github;
mod gitlab;
mod json;
mod sarif;
mod table;
mod text;

use std::io::{self, Write};
use std::process::ExitCode;

use crate::author::{Checked, Created, Explained, Format, Initialised, Listed, Locked, Renumbered};
use crate::exit::Exit;
use crate::failure::Failure;

/// What a verb did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Init(Initialised),
    New(Created),
    List(Listed),
    Check(Checked),
    Lock(Locked),
    Renumber(Renumbered),
    Explain(Explained),
}

/// What is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// What a program may read: stdout.
    pub(crate) result: String,
    /// What a person reads: stderr.
    pub(crate) words: String,
    pub(crate) exit: Exit,
}

/// What there is to say about a verb.
pub(crate) fn say(verb: &str, done: &Result<Outcome, Failure>, as_json: bool) -> Said {
    let (result, words, exit) = match done {
        Err(failure) => (String::new(), text::failure(failure), failure.exit),
        Ok(outcome) => (text::result(outcome), text::words(outcome), exit(outcome)),
    };
    let result = match done {
        Ok(Outcome::Check(checked)) => match checked.format {
            Format::Rustc => result,
            Format::Json => json::outcome(verb, done),
            Format::Github => github::annotations(&checked.diagnostics),
            Format::Sarif => sarif::log(&checked.diagnostics),
            Format::Gitlab => gitlab::report(&checked.diagnostics),
        },
        _ if as_json => json::outcome(verb, done),
        _ => result,
    };
    Said {
        result,
        words,
        exit,
    }
}

fn exit(outcome: &Outcome) -> Exit {
    match outcome {
        Outcome::Check(checked) => checked.exit(),
        Outcome::Init(_)
        | Outcome::New(_)
        | Outcome::List(_)
        | Outcome::Lock(_)
        | Outcome::Renumber(_)
        | Outcome::Explain(_) => Exit::Fine,
    }
}

/// Says it. Whoever closes stdout early, as `head` does, has heard enough.
pub(crate) fn print(said: Said) -> ExitCode {
    let Said {
        result,
        words,
        exit,
    } = said;
    let mut stdout = io::stdout().lock();
    let written = stdout
        .write_all(result.as_bytes())
        .and_then(|()| stdout.flush());
    // There is nobody left to tell that stderr is closed.
    let _ = io::stderr().write_all(words.as_bytes());
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Exit::Failed.into(),
        _ => exit.into(),
    }
}
