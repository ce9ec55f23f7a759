//! The words for direction and dialect at the end of a file's name.

use std::ops::Range;

use super::engine::other_engine;
use super::misfit::Misfit;
use crate::diagnostic::Code;
use crate::suggest::is_near_miss;
use crate::{Dialect, Direction};

/// Takes the words for direction and dialect, in either order, from the end of a stem.
pub(super) fn suffixes<'a>(
    file: &str,
    stem: &'a str,
) -> Result<(&'a str, Option<Direction>, Option<Dialect>), Misfit> {
    let (mut rest, mut direction, mut dialect) = (stem, None, None);
    while let Some((before, word)) = rest.rsplit_once('.') {
        if let (None, Some(found)) = (direction, direction_of(word)) {
            direction = Some(found);
        } else if let (None, Some(found)) = (dialect, Dialect::from_name(word)) {
            dialect = Some(found);
        } else if let Some(misfit) = misspelt(before, word, &file[rest.len()..]) {
            return Err(misfit);
        } else {
            break;
        }
        rest = before;
    }
    Ok((rest, direction, dialect))
}

pub(super) fn direction_of(word: &str) -> Option<Direction> {
    [Direction::Up, Direction::Down]
        .into_iter()
        .find(|direction| direction.name().eq_ignore_ascii_case(word))
}

/// Two letters are nearly everything, so `up` is never meant.
pub(super) fn nearly_direction(word: &str) -> Option<Direction> {
    is_near_miss(word, Direction::Down.name()).then_some(Direction::Down)
}

/// The dialect that a word was probably meant to be, as it is written.
pub(super) fn nearly_dialect(word: &str) -> Option<&'static str> {
    Dialect::ALL
        .into_iter()
        .flat_map(Dialect::names)
        .copied()
        .filter(|name| name.len() > 2)
        .find(|name| is_near_miss(word, name))
}

pub(super) fn no_dialect(part: Range<usize>, word: &str) -> Misfit {
    Misfit {
        code: Code::MisspeltDialect,
        ..Misfit::at(part, format!("`{word}` is no dialect"))
    }
}

/// Where the last word of a file's name is that is such a one; all of the name where none is.
pub(super) fn last_word(file: &str, is_such: impl Fn(&str) -> bool) -> Range<usize> {
    let mut end = file.len();
    for word in file.rsplit('.') {
        let start = end - word.len();
        if is_such(word) {
            return start..end;
        }
        end = start.saturating_sub(1);
    }
    0..file.len()
}

fn misspelt(before: &str, word: &str, after: &str) -> Option<Misfit> {
    let part = before.len() + 1..before.len() + 1 + word.len();
    if let Some(misfit) = other_engine(word, part.clone()) {
        return Some(misfit);
    }
    if let Some(meant) = nearly_dialect(word) {
        return Some(no_dialect(part, word).suggest(format!("{before}.{meant}{after}")));
    }
    let meant = nearly_direction(word)?.name();
    let misfit = Misfit::at(part, format!("`{word}` is neither `up` nor `down`"));
    Some(misfit.suggest(format!("{before}.{meant}{after}")))
}
