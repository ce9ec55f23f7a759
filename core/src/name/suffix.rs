//! The words for direction and dialect at the end of a file's name.

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

fn misspelt(before: &str, word: &str, after: &str) -> Option<Misfit> {
    let part = before.len() + 1..before.len() + 1 + word.len();
    let dialect = Dialect::ALL
        .iter()
        .flat_map(|dialect| dialect.names())
        .filter(|name| name.len() > 2)
        .find(|name| is_near_miss(word, name));
    if let Some(meant) = dialect {
        let misfit = Misfit {
            code: Code::MisspeltDialect,
            ..Misfit::at(part, format!("`{word}` is no dialect"))
        };
        return Some(misfit.suggest(format!("{before}.{meant}{after}")));
    }
    let meant = nearly_direction(word)?.name();
    let misfit = Misfit::at(part, format!("`{word}` is neither `up` nor `down`"));
    Some(misfit.suggest(format!("{before}.{meant}{after}")))
}
