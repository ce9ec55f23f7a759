//! `<version>_<name>`: the name of a file, or of the directory of a migration.

use super::label::{JOINTS, dashed, digits, dotted, joint, label, version};
use super::misfit::Misfit;
use super::space::{is_name, misplaced_space};
use super::suffix::direction_of;
use crate::Version;

/// A version, how it is written, and the name behind it.
pub(super) type Called = (Version, String, String);

/// `<version>_<name>`. `rest` is what follows in the path, for the suggestion.
pub(super) fn numbered(stem: &str, rest: &str) -> Result<Called, Misfit> {
    let label = label(stem);
    match stem[label.len()..].strip_prefix('_') {
        Some(name) if is_name(name) && !label.is_empty() => {
            Ok((version(label, 0)?, label.to_owned(), name.to_owned()))
        }
        _ => Err(misplaced_space(stem, rest).unwrap_or_else(|| match label {
            "" => no_version(stem, rest),
            _ => no_name(stem, label, rest),
        })),
    }
}

fn no_version(stem: &str, rest: &str) -> Misfit {
    let misfit = Misfit::at(0..stem.len(), "the name begins with no version");
    let has_version = |after: &&str| digits(after) > 0;
    if let Some(after) = stem.strip_prefix('v').filter(has_version) {
        return misfit.suggest(format!("V{after}{rest}"));
    }
    if let Some(after) = stem.strip_prefix('u').filter(has_version) {
        return misfit.suggest(format!("U{after}{rest}"));
    }
    if let Some(name) = stem.strip_prefix("r__") {
        return misfit.suggest(format!("R__{name}{rest}"));
    }
    if direction_of(stem).is_some() {
        return Misfit::at(0..stem.len(), "it lies in no directory of its own")
            .hint(format!("move it to `0001_what_it_does/{stem}{rest}`"));
    }
    let misfit = misfit.hint(format!("begin it with a number: `0001_{stem}{rest}`"));
    if stem.bytes().any(|byte| byte.is_ascii_digit()) {
        return misfit;
    }
    misfit.or_ignore()
}

fn no_name(stem: &str, label: &str, rest: &str) -> Misfit {
    let after = &stem[label.len()..];
    let name = after.trim_start_matches(JOINTS);
    if name.is_empty() {
        return Misfit::at(0..label.len(), "a version and no name")
            .hint(format!("say what it does: `{label}_what_it_does{rest}`"));
    }
    if let Some(misfit) = nearly_a_time(stem, rest) {
        return misfit;
    }
    let dotted = dotted(stem);
    if dotted.len() > label.len() {
        let name = stem[dotted.len()..].trim_start_matches(JOINTS);
        return Misfit::at(
            0..dotted.len(),
            "a version of several parts begins with `V`",
        )
        .suggest(format!("V{dotted}__{name}{rest}"));
    }
    let start = label.len();
    Misfit::at(
        start..start + joint(after, name),
        "version and name are joined by `_`",
    )
    .suggest(format!("{label}_{name}{rest}"))
}

/// `2024-1-31_name` and `20240131-2359_name`.
fn nearly_a_time(stem: &str, rest: &str) -> Option<Misfit> {
    let dashed = dashed(stem);
    let year = digits(stem);
    let is_number = dashed[year..]
        .strip_prefix('-')
        .is_some_and(|after| digits(after) > 0);
    let why = "a version with dashes is a date as in `2024-01-31`";
    match (label(stem).len() == year && is_number, year) {
        (true, 4) if !stem.starts_with('0') => Some(
            Misfit::at(0..dashed.len(), why)
                .hint("write the date as `2024-01-31`, with the time as `2024-01-31-235959`"),
        ),
        (true, 8) => {
            let name = stem[dashed.len()..].strip_prefix('_')?;
            let plain = dashed.replace('-', "");
            Some(Misfit::at(0..dashed.len(), why).suggest(format!("{plain}_{name}{rest}")))
        }
        _ => None,
    }
}
