//! Spaces, which belong between the words of a name and nowhere else.

use super::label::starts_like_a_migration;
use super::misfit::Misfit;

/// Whether this may stand behind a version.
pub(super) fn is_name(name: &str) -> bool {
    let is_odd = |c: char| c.is_whitespace() && c != ' ';
    !name.trim_matches('_').is_empty() && name.trim() == name && !name.contains(is_odd)
}

/// A space around the version, or at the end.
pub(super) fn misplaced_space(stem: &str, rest: &str) -> Option<Misfit> {
    let is_before_name =
        |c: char| c.is_whitespace() || c.is_ascii_digit() || "_-.VvUuBR".contains(c);
    let is_misplaced = |at: usize, c: char| {
        let (before, after) = stem.split_at(at);
        c.is_whitespace()
            && (c != ' '
                || before.trim_start_matches(is_before_name).is_empty()
                || after.trim().is_empty())
    };
    let (at, space) = stem.char_indices().find(|(at, c)| is_misplaced(*at, *c))?;
    if !starts_like_a_migration(stem.trim_start()) {
        return None;
    }
    let meant = stem.split_whitespace().fold(String::new(), |meant, word| {
        let joint = if meant.is_empty() || meant.ends_with('_') {
            ""
        } else {
            "_"
        };
        meant + joint + word
    });
    Some(
        Misfit::at(at..at + space.len_utf8(), "a space does not belong here").suggest(meant + rest),
    )
}
