//! [`Misfit`]: why a path fits no layout, and the path that was probably meant.

use std::ops::Range;

use glob::Pattern;

use super::Layout;
use super::path::read;
use crate::diagnostic::{Code, Diagnostic, Place};

/// Why a path fits no layout.
pub(super) struct Misfit {
    pub(super) code: Code,
    pub(super) part: Range<usize>,
    pub(super) why: String,
    pub(super) mend: Option<Mend>,
    /// It may be no migration at all.
    pub(super) ignorable: bool,
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
            ignorable: false,
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

    /// It may be no migration at all: the configuration can say so.
    pub(super) fn or_ignore(self) -> Self {
        Self {
            ignorable: true,
            ..self
        }
    }

    /// The same in a longer path.
    pub(super) fn within(self, before: &str, after: &str) -> Self {
        Self {
            part: before.len() + self.part.start..before.len() + self.part.end,
            mend: self.mend.map(|mend| match mend {
                Mend::Path(meant) => Mend::Path(format!("{before}{meant}{after}")),
                Mend::Hint(hint) => Mend::Hint(hint),
            }),
            ..self
        }
    }

    /// What is told of it. A mistake in the name of a folder is told of the folder, the same for each file in it.
    pub(super) fn diagnose(self, path: &str, shown: &str, recursive: bool) -> Diagnostic {
        let Self {
            code,
            part,
            why,
            mend,
            ignorable,
        } = self;
        let folder = path[part.end..].find('/');
        let wrong = folder.map_or(path, |slash| &path[..part.end + slash]);
        let before = shown.len() + 1;
        let place = Place::name(
            format!("{shown}/{wrong}"),
            before + part.start..before + part.end,
        );
        let (message, place) = match code {
            Code::BadName => (format!("`{wrong}` fits no layout"), place.label(why)),
            _ => (why, place),
        };
        let hint = match mend {
            Some(Mend::Path(meant)) => {
                // A dialect is right whatever else is in its folder.
                let is_right = code == Code::MisspeltDialect && folder.is_some();
                let mended = mended(&meant, recursive).or(is_right.then_some(meant));
                mended.map_or_else(layouts, |meant| {
                    format!("did you mean `{}`?", as_deep_as(wrong, &meant))
                })
            }
            Some(Mend::Hint(hint)) => hint,
            None => layouts(),
        };
        let diagnostic = Diagnostic::new(code, message, place).hint(hint);
        if !ignorable {
            return diagnostic;
        }
        let all = if folder.is_some() { "/**" } else { "" };
        let pattern = Pattern::escape(wrong);
        diagnostic.hint(format!(
            "to leave it alone, write `ignore = [\"{pattern}{all}\"]` into `migrations.toml`"
        ))
    }
}

/// The first names of a path, as many as another one has.
fn as_deep_as<'a>(other: &str, path: &'a str) -> &'a str {
    let names = other.matches('/').count();
    path.match_indices('/')
        .nth(names)
        .map_or(path, |(slash, _)| &path[..slash])
}

/// The path that is right, from one that may have further mistakes.
fn mended(meant: &str, recursive: bool) -> Option<String> {
    let mut meant = meant.to_owned();
    for _ in 0..4 {
        match read(&meant, recursive)? {
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
