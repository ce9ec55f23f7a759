//! Asking before what cannot be taken back.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::failure::Failure;

/// What a person says to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer<'a> {
    /// `y` or `yes`.
    Yes,
    /// This word.
    Word(&'a str),
}

/// Whoever runs it says that it is meant.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Confirm {
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

impl Confirm {
    /// Says what would happen and asks whether it is meant; without a terminal there is nobody to ask, and nothing is done.
    pub(crate) fn ask(self, what: &str, answer: Answer<'_>) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return Err(
                Failure::usage("nothing was done: there is no terminal to ask at")
                    .hint("`--yes` does it without asking"),
            );
        }
        let question = match answer {
            Answer::Yes => "go on? [y/N] ".to_owned(),
            Answer::Word(word) => format!("type `{word}` to go on: "),
        };
        let said = ask(&format!("{what}\n{question}")).unwrap_or_default();
        let is_meant = match answer {
            Answer::Yes => ["y", "yes"]
                .iter()
                .any(|yes| said.eq_ignore_ascii_case(yes)),
            Answer::Word(word) => said == word,
        };
        if is_meant {
            Ok(())
        } else {
            Err(Failure::usage("nothing was done: it was not confirmed"))
        }
    }
}

fn ask(question: &str) -> io::Result<String> {
    let mut stderr = io::stderr();
    stderr.write_all(question.as_bytes())?;
    stderr.flush()?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim().to_owned())
}
