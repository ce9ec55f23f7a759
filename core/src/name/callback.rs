//! The names of callbacks, which are Flyway's: `<event>` and `<event>__<description>`.

use super::label::{JOINTS, joint, starts_like_a_migration};
use super::misfit::Misfit;
use super::space::is_name;
use crate::Event;
use crate::suggest::nearest;

/// The events at which Flyway alone runs something. Some are nearly one of ours, and mean something else.
const OF_FLYWAY: &[&str] = &[
    "beforeRepeatables",
    "beforeEachMigrateStatement",
    "afterEachMigrateStatement",
    "afterEachMigrateStatementError",
    "afterEachMigrateError",
    "afterMigrateApplied",
    "afterMigrateError",
    "afterVersioned",
    "beforeEachUndoStatement",
    "afterEachUndoStatement",
    "afterEachUndoStatementError",
    "afterEachUndoError",
    "afterUndoError",
    "beforeClean",
    "afterClean",
    "afterCleanError",
    "beforeInfo",
    "afterInfo",
    "afterInfoError",
    "beforeValidate",
    "afterValidate",
    "afterValidateError",
    "beforeBaseline",
    "afterBaseline",
    "afterBaselineError",
    "beforeRepair",
    "afterRepair",
    "afterRepairError",
    "beforeConnect",
    "afterConnect",
];

/// Its name is that of many a migration, once the underscore is there.
const CREATE_SCHEMA: &str = "createSchema";

/// The event and the description, where the stem is that of a callback or is meant to be. `rest` is what follows in the
/// path, for the suggestion.
pub(super) fn callback(stem: &str, rest: &str) -> Option<Result<(Event, String), Misfit>> {
    let (word, joined) = stem.split_at(stem.find("__").unwrap_or(stem.len()));
    if let Some(event) = Event::from_name(word) {
        let description = joined.strip_prefix("__").unwrap_or_default();
        if joined.is_empty() || is_name(description) {
            return Some(Ok((event, description.to_owned())));
        }
    }
    let after = stem.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let letters = &stem[..stem.len() - after.len()];
    if let Some(event) = Event::from_name(letters) {
        return Some(Err(no_description(event, after, rest)));
    }
    if starts_like_a_migration(stem.trim_start()) {
        return None;
    }
    let ours = Event::ALL.map(Event::name);
    let known = || ours.into_iter().chain(OF_FLYWAY.iter().copied());
    let meant = [word, letters].into_iter().find_map(|written| {
        let meant = nearest(written, known())?;
        Some((written, meant))
    });
    match meant {
        Some((written, meant)) if ours.contains(&meant) => {
            let after = &stem[written.len()..];
            let misfit = Misfit::at(0..written.len(), format!("`{written}` is no event"));
            Some(Err(misfit.suggest(format!("{meant}{after}{rest}"))))
        }
        Some((written, _)) => Some(Err(no_event(written))),
        None => is_like_an_event(letters).then(|| Err(no_event(letters))),
    }
}

/// What follows the event is not two underscores and a description.
fn no_description(event: Event, after: &str, rest: &str) -> Misfit {
    let start = event.name().len();
    let is_between = |c: char| c.is_whitespace() || JOINTS.contains(&c);
    let description = after.trim_start_matches(is_between);
    let words: Vec<&str> = description
        .trim_end_matches(is_between)
        .split_whitespace()
        .collect();
    if words.is_empty() {
        return Misfit::at(start..start + after.len(), "no description follows it")
            .suggest(format!("{}{rest}", event.name()));
    }
    let misfit = if after.starts_with("__") {
        let part = start..start + after.len();
        Misfit::at(part, "a space does not belong here")
    } else {
        let part = start..start + joint(after, description);
        Misfit::at(part, "event and description are joined by two underscores")
    };
    misfit.suggest(format!("{}__{}{rest}", event.name(), words.join("_")))
}

/// `beforeValidate`, `afterLunch`.
fn is_like_an_event(letters: &str) -> bool {
    let is_when = |when: &&str| {
        letters
            .strip_prefix(when)
            .is_some_and(|what| what.starts_with(char::is_uppercase))
    };
    letters == CREATE_SCHEMA || ["before", "after"].iter().any(is_when)
}

fn no_event(written: &str) -> Misfit {
    let events = Event::ALL.map(|event| format!("`{}`", event.name()));
    Misfit::at(0..written.len(), "nothing is run at this event")
        .hint(format!("the events: {}", events.join(", ")))
        .or_ignore()
}
