//! Mistakes as annotations of GitHub Actions: workflow commands, one line each.
//!
//! What is escaped is that of `@actions/core`, `packages/core/src/command.ts`.

use embed_migrations_core::diagnostic::{Diagnostic, Severity};

use super::text::paragraph;

pub(super) fn annotations(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(annotation).collect()
}

fn annotation(diagnostic: &Diagnostic) -> String {
    let command = match diagnostic.severity() {
        Severity::Deny => "error",
        Severity::Warn | Severity::Allow => "warning",
    };
    let place = diagnostic.place();
    format!(
        "::{command} file={},line={},col={},title={}::{}\n",
        property(place.path()),
        place.line(),
        place.column(),
        property(diagnostic.code().name()),
        data(&paragraph(diagnostic)),
    )
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_property_or_a_line_is_escaped() {
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
        assert_eq!(data("a:b,c%\r\n"), "a:b,c%25%0D%0A");
    }
}
