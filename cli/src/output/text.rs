//! Words that every verb has.

use embed_migrations_core::diagnostic::Diagnostic;

use crate::failure::{Failure, OfRun};

pub(crate) fn failure(failure: &Failure) -> String {
    let Failure {
        exit: _,
        kind: _,
        message,
        hints,
        diagnostics,
        of_run,
    } = failure;
    let OfRun {
        notes,
        place: _,
        rendered: shown,
        done,
    } = of_run.as_deref().cloned().unwrap_or_default();
    let mut text = rendered(diagnostics);
    if !diagnostics.is_empty() {
        text.push('\n');
    }
    if let Some(shown) = shown {
        text += &lines([shown]);
    } else {
        let notes = notes.iter().map(|note| format!("note: {note}"));
        let hints = hints.iter().map(|hint| format!("help: {hint}"));
        let first = std::iter::once(format!("error: {message}"));
        text += &lines(first.chain(notes).chain(hints));
    }
    if let Some(done) = done {
        text += &lines([&done.words]);
    }
    text
}

pub(crate) fn lines<T: AsRef<str>>(lines: impl IntoIterator<Item = T>) -> String {
    lines
        .into_iter()
        .fold(String::new(), |text, line| text + line.as_ref() + "\n")
}

/// As the compiler shows them.
pub(crate) fn rendered(diagnostics: &[Diagnostic]) -> String {
    let rendered: Vec<String> = diagnostics
        .iter()
        .map(|found| format!("{found}\n"))
        .collect();
    rendered.join("\n")
}

pub(crate) fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}
