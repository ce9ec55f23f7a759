//! What is said: in words, as JSON, or as another tool wants it.

#[cfg(feature = "author")]
pub(crate) mod author;
pub(crate) mod json;
pub(crate) mod table;
pub(crate) mod text;

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use crate::exit::Exit;

/// What is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// What a program may read: stdout.
    pub(crate) result: String,
    /// What a person reads: stderr.
    pub(crate) words: String,
    pub(crate) exit: Exit,
}

impl Said {
    /// An object on a line of its own.
    pub(crate) fn line(object: &serde_json::Value, words: String, exit: Exit) -> Self {
        Self {
            result: format!("{object}\n"),
            words,
            exit,
        }
    }
}

/// What stdout is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Screen {
    /// How many characters are in a line; a file has no end.
    pub(crate) width: Option<usize>,
    pub(crate) colours: bool,
}

impl Screen {
    /// A file, or whatever is no terminal.
    pub(crate) const ENDLESS: Self = Self {
        width: None,
        colours: false,
    };

    pub(crate) fn of_stdout() -> Self {
        if !io::stdout().is_terminal() {
            return Self::ENDLESS;
        }
        let size = console::Term::stdout().size_checked();
        Self {
            width: size.map(|(_, columns)| usize::from(columns)),
            // Which is off where `NO_COLOR` says so.
            colours: console::colors_enabled(),
        }
    }
}

/// A colour of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colour {
    Red = 31,
    Green = 32,
    Yellow = 33,
}

impl Colour {
    fn paint(self, text: &str) -> String {
        format!("\u{1b}[{}m{text}\u{1b}[0m", self as u8)
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
