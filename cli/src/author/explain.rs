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
