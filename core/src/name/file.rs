//! A file that is a script by itself: `0001_name.sql`, `V1__name.sql`, `U1__name.sql`, `R__name.sql`,
//! `beforeMigrate.sql`.

use super::callback::callback;
use super::label::digits;
use super::misfit::Misfit;
use super::numbered::{Called, numbered};
use super::prefixed::{baseline, prefixed, repeatable};
use super::suffix::{direction_of, last_word, suffixes};
use super::{Layout, Name, Subject};
use crate::{Direction, Event};

/// Reads the name of a file, whose stem is what stands before `.sql`.
pub(super) fn file_name(file: &str, stem: &str) -> Result<Name, Misfit> {
    let (stem, direction, dialect) = suffixes(file, stem)?;
    let rest = &file[stem.len()..];
    if let Some(misfit) = baseline(stem, rest) {
        return Err(misfit);
    }
    let name = if let Some(called) = callback(stem, rest) {
        let (event, description) = called?;
        if let Some(direction) = direction {
            return Err(direction_of_a_callback(file, event, direction));
        }
        Name::callback(event, description)
    } else if let Some(name) = repeatable(stem, rest) {
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
            subject: Subject::Version(version),
            label,
            name,
            layout,
            ..Self::nobody()
        }
    }

    fn repeatable(name: String) -> Self {
        Self {
            subject: Subject::Repeatable(name.clone()),
            name,
            layout: Layout::Prefixed,
            ..Self::nobody()
        }
    }

    fn callback(event: Event, description: String) -> Self {
        Self {
            subject: Subject::Callback(event, description.clone()),
            label: event.name().to_owned(),
            name: description,
            layout: Layout::Prefixed,
            ..Self::nobody()
        }
    }
}

fn direction_of_a_callback(file: &str, event: Event, direction: Direction) -> Misfit {
    let word = last_word(file, |word| direction_of(word).is_some());
    let around = format!("{}{}", &file[..word.start - 1], &file[word.end..]);
    let meant = match direction {
        Direction::Up => around,
        Direction::Down => around.replacen("Migrate", "Undo", 1),
    };
    let why = format!("`{}` says when it is run", event.name());
    Misfit::at(word, why).suggest(meant)
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
