//! What an author's verb says: an [`Outcome`] in words, as JSON, or as another tool wants it.

mod github;
mod gitlab;
mod json;
mod sarif;
mod text;

use crate::author::{Checked, Created, Explained, Format, Initialised, Listed, Locked, Renumbered};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Said};

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

/// What there is to say about a verb.
pub(crate) fn say(verb: &str, done: &Result<Outcome, Failure>, as_json: bool) -> Said {
    let outcome = match done {
        Err(failure) => return failure.say(verb, as_json),
        Ok(outcome) => outcome,
    };
    let as_object = || output::json::pretty(&output::json::object(verb, json::outcome(outcome)));
    let result = match outcome {
        Outcome::Check(checked) => match checked.format {
            Format::Rustc => text::result(outcome),
            Format::Json => as_object(),
            Format::Github => github::annotations(&checked.diagnostics),
            Format::Sarif => sarif::log(&checked.diagnostics),
            Format::Gitlab => gitlab::report(&checked.diagnostics),
        },
        _ if as_json => as_object(),
        _ => text::result(outcome),
    };
    Said {
        result,
        words: text::words(outcome),
        exit: exit(outcome),
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
