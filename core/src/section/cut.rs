//! From the markers of a file to its sections, and what is wrong in each.

use std::ops::Range;

use super::marker::{Marker, Says};
use super::seen::Seen;
use super::{Code, Section, Sections, Source, Style, block, order};
use crate::Direction;
use crate::check::above_sections;
use crate::diagnostic::Diagnostic;
use crate::split::{Piece, PieceKind};

pub(super) fn cut(source: &Source, seen: &Seen) -> Sections {
    let markers = &seen.markers;
    let misread = markers.iter().filter_map(|marker| misread(source, marker));
    let mut mistakes: Vec<Diagnostic> = misread.collect();
    let mut parts = parts(source.text, markers);
    if let Some(first) = parts.first() {
        let above = &source.text[..first.marker.line.start];
        let (transaction, misplaced) = above_sections(above, source.path, seen.dialect);
        let transaction = transaction && !markers.iter().any(|marker| marker.is_no_transaction());
        for part in &mut parts {
            part.section.transaction &= transaction;
        }
        mistakes.extend(misplaced);
        mistakes.extend(mistakes_of(source, seen, &parts));
    } else if mistakes.is_empty() {
        mistakes.extend(markers.first().map(|marker| astray(source, marker)));
    }
    let first_of_each = [Direction::Up, Direction::Down].map(|direction| {
        let mut own = parts.iter().filter(|part| part.marker.goes(direction));
        own.next()
    });
    let mut sections = Vec::new();
    for Part { marker, section } in first_of_each.into_iter().flatten() {
        let is_empty = is_empty(source.text, &section.text, markers);
        if is_empty && section.direction == Direction::Up {
            mistakes.push(empty(source, marker));
        }
        if !is_empty || section.direction == Direction::Up {
            sections.push(section.clone());
        }
    }
    Sections { sections, mistakes }
}

/// What is wrong with sections beside each other.
fn mistakes_of(source: &Source, seen: &Seen, parts: &[Part]) -> Vec<Diagnostic> {
    let begins: Vec<&Marker> = parts.iter().map(|part| part.marker).collect();
    let mut mistakes = order::order(source, &begins);
    mistakes.extend(order::styles(source, &seen.markers));
    mistakes.extend(block::blocks(source, &seen.markers));
    mistakes.extend(delimited(source, seen, &begins));
    mistakes.extend(too_early(source, seen, &begins));
    mistakes
}

/// A section as it stands in the file, perhaps the second of its direction.
struct Part<'a> {
    marker: &'a Marker,
    section: Section,
}

/// What stands between the markers.
fn parts<'a>(text: &str, markers: &[&'a Marker]) -> Vec<Part<'a>> {
    let mut parts: Vec<Part> = Vec::new();
    for marker in markers {
        let Says::Section {
            direction,
            transaction,
        } = marker.said.says
        else {
            continue;
        };
        if let Some(before) = parts.last_mut() {
            before.section.text.end = marker.line.start;
        }
        let section = Section {
            direction,
            text: marker.line.end..text.len(),
            transaction,
        };
        parts.push(Part { marker, section });
    }
    parts
}

/// A marker that says something it cannot mean.
fn misread(source: &Source, marker: &Marker) -> Option<Diagnostic> {
    let mistake = marker.said.mistake.as_ref()?;
    let place = source.place(marker.comment.clone());
    let told = Diagnostic::new(Code::SectionMarker, &mistake.message, place).hint(&mistake.hint);
    Some(match marker.said.style {
        Style::None | Style::Plain => told.hint(source.is_one_script()),
        Style::NodePgMigrate => told.hint(source.say(
            "where the file may not be edited",
            &[Style::NodePgMigrate, Style::Plain],
        )),
        // Nobody writes these as an ordinary comment.
        Style::Dbmate | Style::Goose | Style::SqlMigrate => told,
    })
}

/// A marker in a file that has no section.
fn astray(source: &Source, marker: &Marker) -> Diagnostic {
    let up = marker.said.style.marker(Direction::Up);
    Diagnostic::new(
        Code::SectionMarker,
        format!("`{}` in a file without `{up}`", source.written(marker)),
        source
            .place(marker.comment.clone())
            .label("this has no effect"),
    )
    .hint(format!(
        "put `{up}` on a line of its own above the first statement"
    ))
}

/// A section is a script of its own, which begins with `;` as its delimiter.
fn delimited(source: &Source, seen: &Seen, begins: &[&Marker]) -> Option<Diagnostic> {
    let lines: Vec<&Range<usize>> = seen
        .pieces
        .iter()
        .filter(|piece| piece.kind == PieceKind::Delimiter)
        .map(|piece| &piece.whole)
        .collect();
    let delimiter = |begin: &Marker| {
        let above = lines.partition_point(|line| line.start < begin.line.start);
        let line = lines[..above].last()?;
        let argument = source.text[(*line).clone()].split_whitespace().nth(1)?;
        let delimiter = argument.trim_matches(['\'', '"', '`']);
        (delimiter != ";").then_some(delimiter)
    };
    let (begin, delimiter) = begins
        .iter()
        .skip(1)
        .find_map(|begin| Some((begin, delimiter(begin)?)))?;
    let mistake = Diagnostic::new(
        Code::SectionMarker,
        format!("a section begins where statements end with `{delimiter}`"),
        source
            .place(begin.comment.clone())
            .label("in each section they end with `;` until it says otherwise"),
    );
    Some(mistake.hint(format!(
        "write `DELIMITER ;` above it, and `DELIMITER {delimiter}` below it where it is needed"
    )))
}

/// A statement above the first section; where there is none for up, it should be in that.
fn too_early(source: &Source, seen: &Seen, begins: &[&Marker]) -> Option<Diagnostic> {
    let first = begins.first()?;
    if !begins.iter().any(|begin| begin.goes(Direction::Up)) {
        return None;
    }
    let mut statements = seen
        .pieces
        .iter()
        .filter(|piece| piece.kind != PieceKind::Blank)
        .map(|piece| statement(source.text, piece));
    let early = statements.next().filter(|at| at.start < first.line.start)?;
    let style = first.said.style;
    let below = format!("move it below `{}`", style.marker(Direction::Up));
    let hint = match style {
        // These two drop it without a word.
        Style::SqlMigrate | Style::NodePgMigrate => {
            format!("{} never runs it: remove it, or {below}", style.name())
        }
        _ => below,
    };
    Some(
        source
            .mistake(
                Code::SqlBeforeSection,
                "a statement before the first section",
                source.place(early).label("in which direction does it run?"),
                hint,
            )
            .related(
                source
                    .place(first.comment.clone())
                    .label("the first section"),
            ),
    )
}

/// What stands in a piece that is not blank.
fn statement(text: &str, piece: &Piece) -> Range<usize> {
    if let PieceKind::Statement(range) = &piece.kind {
        return range.clone();
    }
    let whole = &text[piece.whole.clone()];
    let start = piece.whole.start + whole.len() - whole.trim_start().len();
    start..start + whole.trim().len()
}

/// Whether a section holds nothing but markers: a comment says that there is nothing to do.
fn is_empty(text: &str, section: &Range<usize>, markers: &[&Marker]) -> bool {
    let mut start = section.start;
    text[section.clone()].split_inclusive('\n').all(|line| {
        let at = start;
        start += line.len();
        let is_marker = markers.binary_search_by_key(&at, |marker| marker.line.start);
        line.trim().is_empty() || is_marker.is_ok()
    })
}

fn empty(source: &Source, marker: &Marker) -> Diagnostic {
    Diagnostic::new(
        Code::EmptyFile,
        "the section for up is empty",
        source.place(marker.comment.clone()),
    )
    .hint("write its SQL, or a comment that says why there is nothing to do")
}
