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
        /// The page of each code, in the order of the codes.
        static PAGES: [(&str, &str); Code::ALL.len()] =
            [$(($code, include_str!(concat!("../explain/", $code, ".md")))),*];
    };
}

pages! {
    "unreadable-directory"
    "bad-config"
    "unreadable-file"
    "symlink-loop"
    "no-migrations"
    "case-collision"
    "bad-name"
    "misspelt-dialect"
    "version-too-large"
    "implausible-version"
    "mixed-layouts"
    "not-utf8"
    "utf-16"
    "nul-byte"
    "line-ends"
    "empty-file"
    "section-marker"
    "section-order"
    "sql-before-section"
    "duplicate-version"
    "duplicate-script"
    "missing-up"
    "missing-down"
    "missing-dialect"
    "other-name-of-down"
    "unterminated"
    "misplaced-directive"
    "callback-without-transaction"
    "transaction-control"
    "not-in-transaction"
    "safer-in-transaction"
    "ddl-with-data"
    "new-enum-value"
    "client-command"
    "copy-from-stdin"
    "copy-to-stdout"
    "session-setting"
    "empty-search-path"
    "history-table"
    "long-name"
    "down-is-up"
    "down-drops-nothing"
    "undoes-itself"
    "lock-missing"
    "lock-format"
    "lock-digest"
    "lock-edited"
    "lock-removed"
    "lock-renamed"
    "lock-overtaken"
    "not-locked"
}

/// The page of a code.
pub(crate) fn page(code: Code) -> &'static str {
    let (_, page) = PAGES[code as usize];
    page
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use embed_migrations_core::diagnostic::Severity;

    use super::*;

    #[test]
    fn every_code_has_its_page_and_no_page_is_left_over() {
        let codes: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
        let pages: Vec<&str> = PAGES.iter().map(|(code, _)| *code).collect();
        assert_eq!(pages, codes);
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/src/explain");
        let files: BTreeSet<String> = std::fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let named = codes.iter().map(|code| format!("{code}.md"));
        assert_eq!(files, named.collect());
    }

    #[test]
    fn a_page_says_what_why_and_how_and_shows_it() {
        for code in Code::ALL {
            let page = page(*code);
            let headings: Vec<&str> = page.lines().filter(|line| line.starts_with('#')).collect();
            let title = format!("# {code}");
            assert_eq!(headings, [&*title, "## Why", "## Mend", "## Example"]);
            assert!(
                page.ends_with("\n```\n"),
                "{code} ends with what is printed"
            );
        }
    }

    #[test]
    fn a_page_says_what_can_be_done_in_spite_of_its_mistake() {
        for code in Code::ALL {
            let page = page(*code);
            let says = |text: &str| page.contains(text);
            let is_denied_there = says(&format!("`{code} = \"deny\"`"));
            let is_warning = code.severity() == Severity::Warn;
            assert_eq!(is_denied_there, is_warning, "{code}");
            let allows = says(&format!("\nallow = [\"{code}\"]"));
            if code.is_adjustable() {
                let accepts = says("cargo migrations lock");
                assert!(allows || accepts || says("\ntransaction = false"), "{code}");
            } else {
                assert!(!allows, "{code} cannot be allowed");
            }
        }
    }
}
