//! [`Misfit`]: why a path fits no layout, and the path that was probably meant.

use std::ops::Range;

use super::{Layout, read};
use crate::diagnostic::{Code, Diagnostic, Place};

/// Why a path fits no layout.
pub(super) struct Misfit {
    pub(super) code: Code,
    pub(super) part: Range<usize>,
    pub(super) why: String,
    pub(super) mend: Option<Mend>,
}

pub(super) enum Mend {
    Hint(String),
    /// The path that was probably meant; it may have another mistake.
    Path(String),
}

impl Misfit {
    pub(super) fn at(part: Range<usize>, why: impl Into<String>) -> Self {
        Self {
            code: Code::BadName,
            part,
            why: why.into(),
            mend: None,
        }
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            mend: Some(Mend::Hint(hint.into())),
            ..self
        }
    }

    pub(super) fn suggest(self, meant: String) -> Self {
        Self {
            mend: Some(Mend::Path(meant)),
            ..self
        }
    }

    pub(super) fn diagnose(self, path: &str, shown: &str) -> Diagnostic {
        let Self {
            code,
            part,
            why,
            mend,
        } = self;
        let before = shown.len() + 1;
        let message = match code {
            Code::BadName => format!("`{path}` fits no layout"),
            _ => why.clone(),
        };
        let place = Place::name(
            format!("{shown}/{path}"),
            before + part.start..before + part.end,
        );
        let place = match code {
            Code::BadName => place.label(why),
            _ => place,
        };
        Diagnostic::new(code, message, place).hint(hint(mend))
    }
}

fn hint(mend: Option<Mend>) -> String {
    match mend {
        Some(Mend::Path(meant)) => {
            mended(meant).map_or_else(layouts, |meant| format!("did you mean `{meant}`?"))
        }
        Some(Mend::Hint(hint)) => hint,
        None => layouts(),
    }
}

/// The path that is right, from one that may have further mistakes.
fn mended(meant: String) -> Option<String> {
    let mut meant = meant;
    for _ in 0..4 {
        match read(&meant)? {
            Ok(_) => return Some(meant),
            Err(Misfit {
                mend: Some(Mend::Path(next)),
                ..
            }) => meant = next,
            Err(_) => return None,
        }
    }
    None
}

fn layouts() -> String {
    let examples = [Layout::Numbered, Layout::DirectoryEach, Layout::Prefixed]
        .map(|layout| format!("`{}`", layout.example()));
    format!("a migration is named like {}", examples.join(", "))
}
