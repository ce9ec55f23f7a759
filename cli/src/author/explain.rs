//! `explain`: a page for each kind of mistake.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use embed_migrations_core::diagnostic::Code;

/// Explains a kind of mistake: what it is, why it is one, and how to mend it. Without a code, lists all of them.
#[derive(Debug, Clone, clap::Args)]
pub struct Explain {
    /// The code of the mistake, as messages begin with: `bad-name`
    #[arg(value_parser = code(), hide_possible_values = true)]
    code: Option<Code>,
}

/// What is explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Explained {
    One(Code),
    All,
}

impl Explain {
    pub(crate) fn run(&self) -> Explained {
        self.code.map_or(Explained::All, Explained::One)
    }
}

fn code() -> impl TypedValueParser<Value = Code> {
    PossibleValuesParser::new(Code::ALL.iter().map(|code| code.name()))
        .try_map(|name| Code::from_name(&name).ok_or("no mistake has this code"))
}

macro_rules! pages {
    ($($code:literal)*) => {
        /// The page of each code.
        pub(crate) const PAGES: &[(&str, &str)] =
            &[$(($code, include_str!(concat!("../explain/", $code, ".md")))),*];
    };
}

pages! {
    "bad-name"
    "not-in-transaction"
}

/// The page of a code.
pub(crate) fn page(code: Code) -> Option<&'static str> {
    let found = PAGES.iter().find(|(name, _)| *name == code.name());
    found.map(|(_, page)| *page)
}
