//! Which of the lines that look like markers are comments where a statement may end, as a dialect reads the file.

use super::marker::Marker;
use super::relevant::relevant;
use super::{Code, Source};
use crate::Dialect;
use crate::diagnostic::Diagnostic;
use crate::split::{Piece, PieceKind, split_at};

/// What a dialect sees in a file.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    pub(super) dialect: Dialect,
    pub(super) markers: Vec<&'a Marker>,
    /// What the file consists of, where a marker ends a statement.
    pub(super) pieces: Vec<Piece>,
    /// The first line that would be a marker, if what it begins with were a comment in this dialect.
    code: Option<&'a Marker>,
}

/// What the dialects see that can read the file to its end; none where no dialect can.
///
/// # Errors
///
/// They see different markers, or what looks like a marker is code in all of them.
pub(super) fn seen<'a>(
    source: &Source,
    lines: &'a [Marker],
) -> Result<Option<Seen<'a>>, Vec<Diagnostic>> {
    let all = source.dialects.iter();
    let mut all: Vec<Seen> = all
        .filter_map(|dialect| Seen::read(source.text, *dialect, lines))
        .collect();
    // A statement cannot begin with dashes: such a file is for the others.
    if all.iter().any(|seen| seen.code.is_none()) {
        all.retain(|seen| seen.code.is_none());
    }
    let mut all = all.into_iter();
    let Some(first) = all.next() else {
        return Ok(None);
    };
    if let Some(code) = first.code {
        return Err(vec![no_comment(source, code, first.dialect)]);
    }
    match all.find_map(|other| disputed(&first, &other)) {
        Some((marker, one, none)) => Err(vec![differ(source, marker, one, none)]),
        None => Ok(Some(first)),
    }
}

impl<'a> Seen<'a> {
    fn read(text: &str, dialect: Dialect, lines: &'a [Marker]) -> Option<Self> {
        let mut met = Vec::new();
        let at = |start: usize| {
            let index = lines.binary_search_by_key(&start, |marker| marker.comment.start);
            index.ok().map(|index| &lines[index])
        };
        let pieces = split_at(text, dialect, &mut |comment| {
            let marker = at(comment.start)
                .filter(|marker| marker.may_end_statement || !comment.in_statement);
            met.extend(marker);
            marker.is_some_and(Marker::ends)
        });
        let pieces = pieces.ok()?;
        let code = pieces.iter().find_map(|piece| match &piece.kind {
            PieceKind::Statement(range) => at(range.start),
            _ => None,
        });
        Some(Self {
            dialect,
            markers: relevant(met),
            pieces,
            code,
        })
    }

    fn starts(&self) -> impl Iterator<Item = usize> {
        self.markers.iter().map(|marker| marker.comment.start)
    }
}

/// The first marker that only one of two dialects sees, with that dialect and the other.
fn disputed<'a>(one: &Seen<'a>, other: &Seen<'a>) -> Option<(&'a Marker, Dialect, Dialect)> {
    let shared = one.starts().zip(other.starts());
    let shared = shared.take_while(|(one, other)| one == other).count();
    match (one.markers.get(shared), other.markers.get(shared)) {
        (None, None) => None,
        (Some(marker), next) if next.is_none_or(|next| marker.line.start < next.line.start) => {
            Some((marker, one.dialect, other.dialect))
        }
        (_, next) => next.map(|marker| (*marker, other.dialect, one.dialect)),
    }
}

fn differ(source: &Source, marker: &Marker, one: Dialect, none: Dialect) -> Diagnostic {
    let written = source.written(marker);
    let place = source
        .place(marker.comment.clone())
        .label("it depends on the dialect");
    source.mistake(
        Code::SectionMarker,
        format!("`{written}` is a marker in {one} and none in {none}"),
        place,
        format!(
            "name the dialect, in the file's name (`….{}.sql`) or as `dialects` in migrations.toml",
            one.name()
        ),
    )
}

fn no_comment(source: &Source, marker: &Marker, dialect: Dialect) -> Diagnostic {
    let written = source.written(marker);
    let place = source
        .place(marker.comment.clone())
        .label(format!("{dialect} reads it as SQL"));
    let words = written.trim_start_matches('-');
    source.mistake(
        Code::SectionMarker,
        format!("`{written}` is no comment in {dialect}"),
        place,
        format!("write a blank behind the dashes: `-- {words}`"),
    )
}
