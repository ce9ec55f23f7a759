//! A file that is a migration by itself: `0001_name.sql`, `V1__name.sql`, `U1__name.sql`, `R__name.sql`.

use super::label::digits;
use super::misfit::Misfit;
use super::numbered::{Called, numbered};
use super::prefixed::{not_read, prefixed, repeatable};
use super::suffix::{direction_of, last_word, suffixes};
use super::{Layout, Name};
use crate::{Direction, Key};

/// Reads the name of a file, whose stem is what stands before `.sql`.
pub(super) fn file_name(file: &str, stem: &str) -> Result<Name, Misfit> {
    let (stem, direction, dialect) = suffixes(file, stem)?;
    let rest = &file[stem.len()..];
    if let Some(misfit) = not_read(stem, rest) {
        return Err(misfit);
    }
    let name = if let Some(name) = repeatable(stem, rest) {
        let name = Name::repeatable(name?);
        if direction == Some(Direction::Down) {
            return Err(down_of_a_repeatable(file));
        }
        name
    } else if stem.starts_with('V') {
        Name::versioned(prefixed(stem, rest)?, Layout::Prefixed)
    } else if stem
        .strip_prefix('U')
        .is_some_and(|after| digits(after) > 0)
    {
        let name = Name::versioned(prefixed(stem, rest)?, Layout::Prefixed);
        if direction == Some(Direction::Up) {
            return Err(up_of_an_undo(file));
        }
        return Ok(Name {
            direction: Some(Direction::Down),
            dialect,
            ..name
        });
    } else {
        Name::versioned(numbered(stem, rest)?, Layout::Numbered)
    };
    Ok(Name {
        direction,
        dialect,
        ..name
    })
}

impl Name {
    pub(super) fn versioned((version, label, name): Called, layout: Layout) -> Self {
        Self {
            key: Key::Version(version),
            label,
            name,
            layout,
            ..Self::nobody()
        }
    }

    fn repeatable(name: String) -> Self {
        Self {
            key: Key::Repeatable(name.clone().into()),
            name,
            layout: Layout::Prefixed,
            ..Self::nobody()
        }
    }
}

fn down_of_a_repeatable(file: &str) -> Misfit {
    let word = last_word(file, |word| direction_of(word).is_some());
    Misfit::at(word, "a repeatable is never undone")
        .hint("remove the file: a repeatable is applied again whenever it changes")
}

fn up_of_an_undo(file: &str) -> Misfit {
    let word = last_word(file, |word| direction_of(word).is_some());
    let meant = format!("{}{}", &file[..word.start - 1], &file[word.end..]);
    Misfit::at(word, "a file with `U` is a down script").suggest(meant)
}
