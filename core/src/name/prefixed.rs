//! The names that Flyway gives: `V<version>__<name>`, `U<version>__<name>`, `R__<name>`, and `B<version>__<name>`, which is
//! not read.

use super::label::{JOINTS, digits, dotted, joint, version};
use super::misfit::Misfit;
use super::numbered::Called;
use super::space::{is_name, misplaced_space};

/// `V<version>__<name>`, or with `U`. `rest` is what follows in the path, for the suggestion.
pub(super) fn prefixed(stem: &str, rest: &str) -> Result<Called, Misfit> {
    let (prefix, after) = stem.split_at(1);
    if let Some((label, name)) = after.split_once("__")
        && is_version(label, &['.', '_'])
        && is_name(name)
    {
        return Ok((version(label, 1)?, label.to_owned(), name.to_owned()));
    }
    Err(if let Some(misfit) = misplaced_space(stem, rest) {
        misfit
    } else if digits(after) == 0 {
        no_version(stem, prefix)
    } else if let Some((label, name)) = after.split_once("__")
        && is_version(label, &['.', '_', '-'])
        && label.contains('-')
    {
        let meant = label.replace('-', ".");
        let why = format!("the parts of a version after `{prefix}` are joined by `.` or `_`");
        Misfit::at(1..1 + label.len(), why).suggest(format!("{prefix}{meant}__{name}{rest}"))
    } else {
        no_name(prefix, after, rest)
    })
}

fn is_version(text: &str, joints: &[char]) -> bool {
    digits(text) > 0
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || joints.contains(&c))
}

fn no_version(stem: &str, prefix: &str) -> Misfit {
    let misfit = Misfit::at(0..stem.len(), format!("no version follows the `{prefix}`"))
        .hint("a prefixed name is `V<version>__<name>.sql`: `V1__initial_schema.sql`");
    if stem.bytes().any(|byte| byte.is_ascii_digit()) {
        return misfit;
    }
    misfit.or_ignore()
}

fn no_name(prefix: &str, after: &str, rest: &str) -> Misfit {
    let label = dotted(after);
    let joined = &after[label.len()..];
    let name = joined.trim_start_matches(JOINTS);
    let start = prefix.len() + label.len();
    if name.is_empty() {
        return Misfit::at(0..start, "a version and no name").hint(format!(
            "say what it does: `{prefix}{label}__what_it_does{rest}`"
        ));
    }
    Misfit::at(
        start..start + joint(joined, name),
        format!("after `{prefix}` and a version come two underscores"),
    )
    .suggest(format!("{prefix}{label}__{name}{rest}"))
}

/// The name behind `R__`, where the stem begins like that of a repeatable.
pub(super) fn repeatable(stem: &str, rest: &str) -> Option<Result<String, Misfit>> {
    if let Some(name) = stem.strip_prefix("R__").filter(|name| is_name(name)) {
        return Some(Ok(name.to_owned()));
    }
    let after = stem.strip_prefix('R')?;
    let label = dotted(after);
    let joined = &after[label.len()..];
    let name = joined.trim_start_matches('_');
    let is_one = joined.starts_with("__") || label.is_empty() && joined.starts_with('_');
    is_one.then(|| {
        Err(if let Some(misfit) = misplaced_space(stem, rest) {
            misfit
        } else if name.is_empty() {
            Misfit::at(0..stem.len(), "a repeatable and no name")
                .hint(format!("say what it makes: `R__what_it_makes{rest}`"))
        } else {
            let misfit = if label.is_empty() {
                Misfit::at(1..2, "after `R` come two underscores")
            } else {
                Misfit::at(1..1 + label.len(), "a repeatable has no version")
            };
            misfit.suggest(format!("R__{name}{rest}"))
        })
    })
}

/// `B<version>__<name>`, which stands for all that came before it.
pub(super) fn baseline(stem: &str, rest: &str) -> Option<Misfit> {
    let after = stem.strip_prefix('B').filter(|after| digits(after) > 0);
    after.map(|after| {
        let misfit = Misfit::at(0..1, "a baseline of Flyway is not read");
        let hint = format!("where nothing comes before it, rename it to `V{after}{rest}`");
        misfit.hint(hint).or_ignore()
    })
}
