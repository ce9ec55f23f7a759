//! `explain`: a page for each kind of mistake.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use embed_migrations_core::diagnostic::Code;

/// Explains a mistake, or lists all of them.
#[derive(Debug, Clone, clap::Args)]
pub struct Explain {
    /// The code of the mistake, as messages begin with: `bad-name`
    #[arg(value_parser = Codes, hide_possible_values = true)]
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

/// Reads a code: all of them complete a command line, and a misspelt one is told the nearest, not all of them.
#[derive(Debug, Clone)]
struct Codes;

impl TypedValueParser for Codes {
    type Value = Code;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Code, clap::Error> {
        let name = value.to_string_lossy();
        Code::from_name(&name).ok_or_else(|| {
            let mut error = clap::Error::new(ErrorKind::InvalidValue).with_cmd(command);
            let argument = argument.map_or_else(String::new, ToString::to_string);
            let (kind, suggested) = match Code::nearest(&name) {
                Some(meant) => (
                    ContextKind::SuggestedValue,
                    ContextValue::String(meant.name().to_owned()),
                ),
                None => (
                    ContextKind::Suggested,
                    ContextValue::StyledStrs(vec![
                        "`explain` without a code lists all of them".into(),
                    ]),
                ),
            };
            error.insert(ContextKind::InvalidArg, ContextValue::String(argument));
            error.insert(
                ContextKind::InvalidValue,
                ContextValue::String(name.into_owned()),
            );
            error.insert(kind, suggested);
            error
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let values = Code::ALL.iter().map(|code| PossibleValue::new(code.name()));
        Some(Box::new(values))
    }
}

macro_rules! pages {
    ($($code:literal)*) => {
        /// The page of each code.
        const PAGES: &[(&str, &str)] =
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    #[ignore = "the pages are being written"]
    fn every_code_has_a_page() {
        let paged: Vec<&str> = PAGES.iter().map(|(code, _)| *code).collect();
        let codes: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(paged, codes);
    }

    #[test]
    fn every_page_belongs_to_a_code() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/src/explain");
        let files: BTreeSet<String> = std::fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let pages: BTreeSet<String> = PAGES.iter().map(|(code, _)| format!("{code}.md")).collect();
        assert_eq!(files, pages);
        for (code, _) in PAGES {
            assert!(Code::from_name(code).is_some(), "{code} is no code");
        }
    }

    #[test]
    fn a_page_says_what_why_and_how_and_shows_it() {
        for (code, page) in PAGES {
            let headings: Vec<&str> = page.lines().filter(|line| line.starts_with('#')).collect();
            let title = format!("# {code}");
            assert_eq!(headings, [&*title, "## Why", "## Mend", "## Example"]);
            assert!(
                page.ends_with("\n```\n"),
                "{code} ends with what is printed"
            );
        }
    }
}
