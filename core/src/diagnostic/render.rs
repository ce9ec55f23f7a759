//! From a [`Diagnostic`] to the text that a person reads.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::{Diagnostic, Place};

/// Wide enough for a line of SQL, narrow enough for a terminal beside an editor.
const WIDTH: usize = 120;

pub(super) fn diagnostic(diagnostic: &Diagnostic) -> String {
    let Diagnostic {
        code,
        severity: _,
        message,
        place,
        related,
        hints,
    } = diagnostic;
    // The word in front is the compiler's, or `Display`'s.
    let title = Level::ERROR
        .no_name()
        .primary_title(format!("{code}: {message}"));
    let mut group = show(Group::with_title(title), place, AnnotationKind::Primary);
    for place in related {
        group = show(group, place, AnnotationKind::Context);
    }
    finish(group, hints)
}

/// The rendered text of a statement that a server refused: the same picture as of a mistake found at build time.
pub(super) fn failure(title: &str, place: &Place, notes: &[String], hints: &[String]) -> String {
    let title = Level::ERROR.no_name().primary_title(title);
    let group = show(Group::with_title(title), place, AnnotationKind::Primary);
    let note = |note| Level::NOTE.message(annotate_snippets::normalize_untrusted_str(note));
    let group = notes
        .iter()
        .map(String::as_str)
        .map(note)
        .fold(group, Group::element);
    finish(group, hints)
}

fn finish<'a>(group: Group<'a>, hints: &'a [String]) -> String {
    let hint = |hint| Level::HELP.message(annotate_snippets::normalize_untrusted_str(hint));
    let group = hints
        .iter()
        .map(String::as_str)
        .map(hint)
        .fold(group, Group::element);
    // An excerpt without a path of its own is one of a file's name or of a cut line; the renderer leaves an empty line.
    let text = Renderer::plain().term_width(WIDTH).render(&[group]);
    let lines: Vec<&str> = text
        .split('\n')
        .filter(|line| line.trim() != ":::")
        .collect();
    lines.join("\n")
}

fn show<'a>(group: Group<'a>, place: &'a Place, kind: AnnotationKind) -> Group<'a> {
    let Some(excerpt) = &place.excerpt else {
        return group.element(origin(place));
    };
    let snippet = Snippet::source(&excerpt.lines).annotation(
        kind.span(excerpt.part.clone())
            .label((!place.label.is_empty()).then_some(&place.label)),
    );
    match excerpt.first_line {
        // Of a line that is cut the renderer would count the wrong column.
        Some(line) if excerpt.is_cut => group
            .element(origin(place).line(place.line).char_column(place.column))
            .element(snippet.line_start(line)),
        Some(line) => group.element(snippet.path(&place.path).line_start(line)),
        None => group
            .element(origin(place))
            .element(snippet.line_numbering(false)),
    }
}

/// A file as a whole has no line worth a look.
fn origin(place: &Place) -> Origin<'_> {
    Origin::path(&place.path)
}
