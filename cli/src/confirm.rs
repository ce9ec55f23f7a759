//! Asking before what cannot be taken back.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::failure::Failure;

/// Whoever runs it says that it is meant.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Confirm {
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

impl Confirm {
    /// Says what would happen and asks whether it is meant; without a terminal there is nobody to ask, and nothing is done.
    pub(crate) fn ask(self, what: &str) -> Result<(), Failure> {
        self.asks(what, "go on? [y/N] ", |said| {
            ["y", "yes"]
                .iter()
                .any(|yes| said.eq_ignore_ascii_case(yes))
        })
    }

    /// The same where a yes is said too easily: the word is to be typed.
    #[cfg(feature = "reset")]
    pub(crate) fn ask_for(self, what: &str, word: &str) -> Result<(), Failure> {
        let question = format!("type `{word}` to go on: ");
        self.asks(what, &question, |said| said == word)
    }

    fn asks(
        self,
        what: &str,
        question: &str,
        is_meant: impl FnOnce(&str) -> bool,
    ) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return Err(
                Failure::usage("nothing was done: there is no terminal to ask at")
                    .hint("`--yes` does it without asking"),
            );
        }
        let said = ask(&format!("{what}\n{question}")).unwrap_or_default();
        if is_meant(&said) {
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
