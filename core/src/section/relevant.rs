//! Which comments of a file are markers, as far as its other markers tell.

use super::marker::Marker;
use crate::Direction;

/// The markers among what looks like one.
///
/// A doubtful one counts only against one of the other direction, and only where its own has no better. Plain words in
/// a file of another style are a comment where they repeat its marker.
pub(super) fn relevant(found: Vec<&Marker>) -> Vec<&Marker> {
    let doubtful = [Direction::Up, Direction::Down].map(|own| counted(&found, own));
    let is_counted = |marker: &Marker| {
        !marker.said.is_doubtful || doubtful.contains(&Some(marker.comment.start))
    };
    let found: Vec<&Marker> = found
        .into_iter()
        .filter(|marker| is_counted(marker))
        .collect();
    let mut current = None;
    found
        .into_iter()
        .filter(|marker| {
            if marker.said.style.is_plain() {
                return current.is_none() || marker.direction() != current;
            }
            current = marker.direction().or(current);
            true
        })
        .collect()
}

/// Where the doubtful marker stands that is the one of its direction.
fn counted(found: &[&Marker], own: Direction) -> Option<usize> {
    let plain = || found.iter().filter(|marker| marker.said.style.is_plain());
    let mut owns = plain().filter(|marker| marker.goes(own));
    let is_opposed = plain().any(|marker| !marker.goes(own));
    let first = owns.next()?;
    let has_better = !first.said.is_doubtful || owns.any(|marker| !marker.said.is_doubtful);
    (is_opposed && !has_better).then_some(first.comment.start)
}
