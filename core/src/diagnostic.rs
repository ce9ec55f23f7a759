//! [`Diagnostic`]: a mistake in a directory of migrations, with its place and its mend.
//!
#![doc = include_str!("../DIAGNOSTICS.md")]

mod code;
mod excerpt;
mod render;
mod severity;

use std::fmt;
use std::ops::Range;

pub use code::Code;
pub use excerpt::Excerpt;
pub use severity::Severity;

use crate::Script;

/// The way out for a file that may not be edited any more.
pub(crate) const ALLOW_WHERE_APPLIED: &str = "in a file that is applied already: `allow` it, with a `reason`, in its override in `migrations.toml`";

/// One mistake: what is wrong, where, what was expected, and how to mend it.
///
/// `Display` renders it in rustc's manner, without colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    code: Code,
    severity: Severity,
    message: String,
    place: Box<Place>,
    related: Vec<Place>,
    hints: Vec<String>,
}

impl Diagnostic {
    pub(crate) fn new(code: Code, message: impl Into<String>, place: Place) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            place: Box::new(place),
            related: Vec::new(),
            hints: Vec::new(),
        }
    }

    pub(crate) fn related(mut self, place: Place) -> Self {
        self.related.push(place);
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.push_hint(hint.into());
        self
    }

    pub(crate) fn push_hint(&mut self, hint: String) {
        self.hints.push(hint);
    }

    /// The same mistake where it is another kind.
    pub(crate) fn with_code(self, code: Code) -> Self {
        Self {
            code,
            severity: code.severity(),
            ..self
        }
    }

    /// The stable name of this kind of mistake.
    pub fn code(&self) -> Code {
        self.code
    }

    /// What is done about it.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    pub(crate) fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// What is wrong, as a fragment: lower case, no period.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Where it is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The other places that take part in the mistake, such as the second file with one version.
    pub fn related_places(&self) -> &[Place] {
        &self.related
    }

    /// How to mend it.
    pub fn hints(&self) -> &[String] {
        &self.hints
    }

    /// The rendered text without the word `error:` in front, for a compiler that writes that itself.
    pub fn render(&self) -> String {
        render::diagnostic(self)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.severity {
            Severity::Deny => "error",
            Severity::Warn | Severity::Allow => "warning",
        };
        write!(f, "{level}: {}", self.render())
    }
}

/// Where a mistake is: a file, and a line and a column in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    path: String,
    line: usize,
    column: usize,
    label: String,
    excerpt: Option<Excerpt>,
}

impl Place {
    /// A file or a directory as a whole.
    pub(crate) fn whole(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            line: 1,
            column: 1,
            label: String::new(),
            excerpt: None,
        }
    }

    /// A part of a file's name; the excerpt shows the name.
    pub(crate) fn name(path: impl Into<String>, part: Range<usize>) -> Self {
        let path = path.into();
        Self {
            excerpt: Some(Excerpt::of_name(&path, part)),
            ..Self::whole(path)
        }
    }

    /// A part of a file's text.
    pub(crate) fn text(path: impl Into<String>, text: &str, part: Range<usize>) -> Self {
        let excerpt = Excerpt::of_text(text, part);
        Self {
            line: excerpt.line(),
            column: excerpt.column(),
            excerpt: Some(excerpt),
            ..Self::whole(path)
        }
    }

    /// The text that the place is in begins at this line of its file, 1-based.
    pub(crate) fn starting_at(mut self, first_line: usize) -> Self {
        let before = first_line - 1;
        self.line += before;
        self.excerpt = self.excerpt.map(|excerpt| excerpt.moved_down(before));
        self
    }

    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// What is said at the very place; empty where the message says it all.
    pub fn said(&self) -> &str {
        &self.label
    }

    /// The path, with `/`, relative to the crate that embeds the directory.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The line, 1-based; 1 where the file as a whole is meant.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column in characters, 1-based; 1 where the file as a whole is meant.
    pub fn column(&self) -> usize {
        self.column
    }
}

/// Renders a statement that a server refused as a mistake found at build time is rendered: title, `path:line:column`,
/// the lines with `part` marked, notes and hints. `part` is a range of bytes of the script's text.
pub fn render_failure(
    title: &str,
    script: &Script,
    part: Range<usize>,
    notes: &[String],
    hints: &[String],
) -> String {
    let place = Place::text(script.path(), script.sql(), part).starting_at(script.first_line());
    render::failure(title, &place, notes, hints)
}

/// Every mistake that was found in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    pub(crate) fn new(diagnostics: Vec<Diagnostic>) -> Self {
        Self(diagnostics)
    }

    /// The mistakes, in the order of their files.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n\n" };
            write!(f, "{separator}{diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}
