//! The markers of a file against each other: one style, one section for up, perhaps one for down, in this order.

use super::marker::Marker;
use super::{Code, Source, Style};
use crate::Direction;
use crate::diagnostic::Diagnostic;
use Direction::{Down, Up};

/// What is wrong with the order of the sections.
pub(super) fn order(source: &Source, sections: &[&Marker]) -> Vec<Diagnostic> {
    let of = |direction| {
        sections
            .iter()
            .copied()
            .filter(move |marker| marker.goes(direction))
    };
    let mut mistakes: Vec<Diagnostic> = [Up, Down]
        .into_iter()
        .filter_map(|direction| twice(source, direction, of(direction)))
        .collect();
    match (of(Up).next(), of(Down).next()) {
        (None, Some(down)) => mistakes.push(alone(source, down)),
        (Some(up), Some(down)) if down.line.start < up.line.start => {
            mistakes.push(before_up(source, down, up));
        }
        _ => {}
    }
    mistakes
}

fn twice<'a>(
    source: &Source,
    direction: Direction,
    mut markers: impl Iterator<Item = &'a Marker>,
) -> Option<Diagnostic> {
    let (first, second) = (markers.next()?, markers.next()?);
    let (count, name) = (markers.count() + 2, direction.name());
    let mistake = source.mistake(
        Code::SectionOrder,
        format!("{count} sections for {name}"),
        source
            .place(second.comment.clone())
            .label("the second begins here"),
        "put the statements of all under one marker, or make a migration of each",
    );
    Some(mistake.related(source.place(first.comment.clone()).label("the first")))
}

fn alone(source: &Source, down: &Marker) -> Diagnostic {
    source.mistake(
        Code::SectionOrder,
        "a section for down and none for up",
        source
            .place(down.comment.clone())
            .label("only what stands below undoes something"),
        format!(
            "put `{}` on a line of its own above the statements that it undoes",
            down.said.style.marker(Up)
        ),
    )
}

fn before_up(source: &Source, down: &Marker, up: &Marker) -> Diagnostic {
    source
        .mistake(
            Code::SectionOrder,
            "the section for down stands before the one for up",
            source.place(down.comment.clone()),
            "put the section for up first",
        )
        .related(source.place(up.comment.clone()).label("the section for up"))
}

/// A marker of another style than the first one.
pub(super) fn styles(source: &Source, markers: &[&Marker]) -> Option<Diagnostic> {
    let first = markers.first()?;
    let family = |style: Style| {
        if style.is_plain() {
            Style::Plain
        } else {
            style
        }
    };
    let own = family(first.said.style);
    let other = markers
        .iter()
        .find(|marker| family(marker.said.style) != own)?;
    let hint = match other.direction() {
        Some(direction) => format!("write `{}`", first.said.style.marker(direction)),
        None => "remove it, or write all of them in one style".to_owned(),
    };
    let (own, style) = (own.name(), other.said.style.name());
    let mistake = Diagnostic::new(
        Code::SectionMarker,
        format!("a marker of {style} in a file with markers of {own}"),
        source.place(other.comment.clone()),
    )
    .related(
        source
            .place(first.comment.clone())
            .label(format!("a marker of {own}")),
    )
    .hint(hint)
    .hint(source.say(
        &format!("if only those of {own} are markers"),
        &[first.said.style],
    ));
    Some(mistake)
}

/// A marker for the other direction in a file whose name says one: all of it would run as one script.
pub(super) fn against_name(
    source: &Source,
    markers: &[&Marker],
    named: Direction,
) -> Option<Diagnostic> {
    let other = match named {
        Up => Down,
        Down => Up,
    };
    let marker = markers.iter().find(|marker| marker.goes(other))?;
    let (named, other) = (named.name(), other.name());
    let place = source
        .place(marker.comment.clone())
        .label(format!("what follows would run with the {named} script"));
    Some(source.mistake(
        Code::SectionMarker,
        format!("a section for {other} in a file whose name says {named}"),
        place,
        "a file of such a name is one script: move what follows into a file of its own",
    ))
}
