//! [`Mode`]: what `run` does in this process.

use std::env;
use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind};

/// What [`run`](crate::Migrator::run) does in this process: the same program migrates on a laptop, checks in a test job,
/// and waits in a fleet whose deployment migrates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Mode {
    /// It applies what is pending.
    #[default]
    Run,
    /// It applies nothing, and is an error where anything is pending or differs.
    Check,
    /// It applies nothing, and waits until another process has.
    Wait,
    /// It does nothing, not even a read.
    Off,
}

impl Mode {
    const ALL: [Self; 4] = [Self::Run, Self::Check, Self::Wait, Self::Off];

    /// The word in the environment variable `MIGRATE`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Check => "check",
            Self::Wait => "wait",
            Self::Off => "off",
        }
    }

    /// What the environment variable `MIGRATE` says; [`Mode::Run`] where there is none, or an empty one.
    ///
    /// # Errors
    ///
    /// A value that is none of `run`, `check`, `wait` and `off`.
    pub fn from_env() -> Result<Self, Error> {
        match env::var(VARIABLE) {
            Err(env::VarError::NotPresent) => Ok(Self::default()),
            Ok(word) if word.is_empty() => Ok(Self::default()),
            Ok(word) => word.parse(),
            Err(env::VarError::NotUnicode(word)) => Err(unknown(&word.to_string_lossy())),
        }
    }
}

const VARIABLE: &str = "MIGRATE";

impl FromStr for Mode {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Error> {
        let mut modes = Self::ALL.into_iter();
        modes
            .find(|mode| mode.name() == word)
            .ok_or_else(|| unknown(word))
    }
}

fn unknown(word: &str) -> Error {
    let words = Mode::ALL.map(Mode::name).join("`, `");
    Error::new(
        ErrorKind::Configuration,
        format!("`{VARIABLE}` is `{word}`, which is no mode"),
    )
    .with_hint(format!("expected one of `{words}`"))
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
