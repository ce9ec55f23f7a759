//! A set that nothing of is for the dialect of the database: one difference, and not one a migration.

use super::{Difference, DifferenceKind};
use crate::{Dialect, Direction, Member};

/// What is different because of the dialect, said once where it is so of the whole set.
pub(in crate::plan) fn of_dialect(
    member: &Member,
    dialect: Dialect,
    differences: Vec<Difference>,
) -> Vec<Difference> {
    let is_of_dialect = |of: &Difference| {
        matches!(
            of.kind,
            DifferenceKind::NoScript | DifferenceKind::Unreadable
        )
    };
    let served = served(member);
    // Of a single one it is said why.
    let is_of_set = differences.len() > 1 && !served.is_empty() && !served.contains(&dialect);
    if !is_of_set || !differences.iter().all(is_of_dialect) {
        return differences;
    }
    let names: Vec<String> = served.iter().map(ToString::to_string).collect();
    let (set, names) = (member.set().name, names.join(" and "));
    vec![Difference {
        kind: DifferenceKind::NoScript,
        key: None,
        text: format!("the set `{set}` is for {names}, and this is {dialect}"),
    }]
}

/// The dialects in which something of a set can be applied.
fn served(member: &Member) -> Vec<Dialect> {
    let up = || {
        let scripts = member.set().scripts.iter();
        scripts.filter(|script| script.direction == Direction::Up)
    };
    let is_served = |dialect: &Dialect| {
        up().any(|script| {
            script.dialect.is_none_or(|own| own == *dialect)
                && script.statements(*dialect).is_some()
        })
    };
    Dialect::ALL.into_iter().filter(is_served).collect()
}
