//! [`Finding`]: what one dialect has to say against a script.

use std::ops::Range;

use super::Source;
use crate::Dialect;
use crate::diagnostic::{Code, Diagnostic, Place};

/// Something that a dialect would refuse, or that is told about it.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) code: Code,
    pub(super) verdict: Verdict,
    pub(super) part: Range<usize>,
    message: String,
    label: &'static str,
    hint: String,
    /// The way out for a file that may not be edited any more.
    where_applied: Option<&'static str>,
    /// Another part of the script that belongs to it, and its label.
    related: Option<(Range<usize>, &'static str)>,
}

/// Why a dialect would refuse it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is a mistake in this dialect.
    Wrong,
    /// It is not a statement of this dialect at all, so the script may be meant for another.
    Foreign,
}

impl Verdict {
    /// Of a dialect about what is a mistake in these, and no statement in the others.
    pub(super) fn of(dialect: Dialect, wrong_in: &[Dialect]) -> Self {
        if wrong_in.contains(&dialect) {
            Self::Wrong
        } else {
            Self::Foreign
        }
    }
}

impl Finding {
    pub(super) fn new(code: Code, part: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            code,
            verdict: Verdict::Wrong,
            part,
            message: message.into(),
            label: "",
            hint: String::new(),
            where_applied: None,
            related: None,
        }
    }

    pub(super) fn verdict(self, verdict: Verdict) -> Self {
        Self { verdict, ..self }
    }

    pub(super) fn label(self, label: &'static str) -> Self {
        Self { label, ..self }
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        let hint = hint.into();
        Self { hint, ..self }
    }

    /// What can be done in a file that is applied already.
    pub(super) fn where_applied(self, hint: &'static str) -> Self {
        let where_applied = Some(hint);
        Self {
            where_applied,
            ..self
        }
    }

    pub(super) fn related(self, part: Range<usize>, label: &'static str) -> Self {
        let related = Some((part, label));
        Self { related, ..self }
    }

    /// The hint, said after this.
    pub(super) fn after(self, before: &str) -> Self {
        let hint = format!("{before}{}", self.hint);
        Self { hint, ..self }
    }

    pub(super) fn diagnose(self, source: &Source) -> Diagnostic {
        let place = |part, label| {
            Place::text(source.path, source.text, part)
                .starting_at(source.first_line)
                .label(label)
        };
        let diagnostic = Diagnostic::new(self.code, self.message, place(self.part, self.label))
            .with_severity(source.severities.of(self.code))
            .hint(self.hint);
        let diagnostic = self
            .where_applied
            .into_iter()
            .fold(diagnostic, Diagnostic::hint);
        match self.related {
            Some((part, label)) => diagnostic.related(place(part, label)),
            None => diagnostic,
        }
    }
}
