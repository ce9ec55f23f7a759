//! The version that a name begins with, and what joins the two.

use super::misfit::Misfit;
use crate::Version;
use crate::diagnostic::Code;
use crate::version::{ParseVersionError, is_time};

/// What is taken for the joint between version and name, where it is not the right one.
pub(super) const JOINTS: [char; 3] = ['_', '-', '.'];

/// The version in front of a name: a time with dashes, or digits.
pub(super) fn label(text: &str) -> &str {
    let word = text.split('_').next().unwrap_or(text);
    let dashed = dashed(text).trim_end_matches('-');
    if let Some(time) = [word, dashed].into_iter().find(|text| is_time(text)) {
        return time;
    }
    &text[..digits(text)]
}

/// How many digits a text begins with.
pub(super) fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// The digits and dashes that a text begins with.
pub(super) fn dashed(text: &str) -> &str {
    let after = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
    &text[..text.len() - after.len()]
}

/// The digits and single dots that a text begins with.
pub(super) fn dotted(text: &str) -> &str {
    let mut end = digits(text);
    while let Some(after) = text[end..]
        .strip_prefix('.')
        .filter(|after| digits(after) > 0)
    {
        end += 1 + digits(after);
    }
    &text[..end]
}

/// The length of what stands between version and name, or of the first character where nothing does.
pub(super) fn joint(after: &str, name: &str) -> usize {
    match after.len() - name.len() {
        0 => name.chars().next().map_or(0, char::len_utf8),
        length => length,
    }
}

/// The version that begins at `start` of a name.
pub(super) fn version(label: &str, start: usize) -> Result<Version, Misfit> {
    label.parse().map_err(|error| {
        let misfit = Misfit::at(start..start + label.len(), format!("{error}"));
        match error {
            ParseVersionError::NotANumber => misfit,
            ParseVersionError::TooLarge | ParseVersionError::TooManyParts => Misfit {
                code: Code::VersionTooLarge,
                ..misfit
            }
            .hint("use a sequence, or a timestamp of 14 digits"),
        }
    })
}

pub(super) fn starts_like_a_migration(stem: &str) -> bool {
    stem.starts_with("R__") || digits(stem.strip_prefix(PREFIXES).unwrap_or(stem)) > 0
}

/// What stands in front of a version, or in front of one by mistake.
pub(super) const PREFIXES: [char; 5] = ['V', 'v', 'U', 'u', 'B'];
