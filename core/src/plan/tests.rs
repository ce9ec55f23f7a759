use proptest::prelude::*;

use super::*;
use crate::{
    Checksum, Claim, Direction, MigrationSet, Reading, RowState, Script, Statement, Version,
};

const DIALECT: Dialect = Dialect::Postgres;

/// The up script of a migration, of as many statements as it has semicolons.
fn script(version: u64, sql: &str) -> Script {
    let sql: &'static str = sql.to_owned().leak();
    let mut statements = Vec::new();
    let mut start = 0;
    for text in sql.split_terminator(';') {
        let end = start + text.len();
        statements.push(Statement { start, end });
        start = end + 1;
    }
    let reading = Reading {
        dialects: vec![DIALECT],
        statements,
    };
    Script {
        version: Some(Version::from(version)),
        label: version.to_string().leak(),
        name: "m",
        direction: Direction::Up,
        dialect: None,
        first_line: 1,
        path: format!("migrations/{version}_m.sql").leak(),
        sql,
        checksum: Box::leak(Box::new(*Checksum::of(sql).as_bytes())),
        transaction: false,
        readings: Reading::to_text(&[reading]).leak(),
    }
}

fn set_of(scripts: Vec<Script>) -> &'static MigrationSet {
    Box::leak(Box::new(MigrationSet {
        scripts: scripts.leak(),
        ..MigrationSet::EMPTY
    }))
}

fn set(versions: &[u64]) -> &'static MigrationSet {
    set_of(
        versions
            .iter()
            .map(|version| script(*version, "A;B;C;"))
            .collect(),
    )
}

fn applied(version: u64) -> AppliedMigration {
    AppliedMigration::new(
        "default",
        Version::from(version),
        "m",
        Checksum::of("A;B;C;"),
    )
}

fn failed(version: u64, sql: &str, done: usize) -> AppliedMigration {
    let set = set_of(vec![script(version, sql)]);
    let step = planned(set, &[], Target::Latest).unwrap().steps[0].clone();
    AppliedMigration {
        state: RowState::Failed,
        journal: step.journal(done, false),
        ..AppliedMigration::new("default", Version::from(version), "m", Checksum::of(sql))
    }
}

fn planned(
    set: &'static MigrationSet,
    history: &[AppliedMigration],
    target: Target,
) -> Result<Plan, Refusal> {
    under(Policies::DEFAULT, set, history, &Goal::Run(target))
}

fn under(
    policies: Policies,
    set: &'static MigrationSet,
    history: &[AppliedMigration],
    goal: &Goal,
) -> Result<Plan, Refusal> {
    let scope = Scope {
        members: &[Member::new(set)],
        dialect: DIALECT,
        policies: &policies,
    };
    plan(scope, history, goal)
}

fn versions(plan: &Plan) -> Vec<String> {
    plan.steps
        .iter()
        .map(|step| step.migration.key().to_string())
        .collect()
}

fn refused(result: Result<Plan, Refusal>) -> Vec<(DifferenceKind, u64)> {
    let Err(Refusal::Differences(differences)) = result else {
        panic!("{result:?}");
    };
    kinds(&differences)
}

fn kinds(differences: &[Difference]) -> Vec<(DifferenceKind, u64)> {
    differences
        .iter()
        .map(|difference| (difference.kind(), difference.version().unwrap().parts()[0]))
        .collect()
}

#[test]
fn what_is_not_in_the_history_is_pending() {
    let plan = planned(set(&[1, 2, 3]), &[applied(1)], Target::Latest).unwrap();
    assert_eq!(versions(&plan), ["2", "3"]);
    assert_eq!(plan.warnings, []);
    assert_eq!(
        plan.to_string(),
        "apply 2 m: 3 statements of migrations/2_m.sql\napply 3 m: 3 statements of migrations/3_m.sql"
    );
}

#[test]
fn what_is_applied_is_left_alone() {
    let plan = planned(set(&[1, 2]), &[applied(2), applied(1)], Target::Latest).unwrap();
    assert!(plan.is_empty());
    assert_eq!(plan.to_string(), "there is nothing to do");
}

#[test]
fn the_target_bounds_the_steps() {
    let set = set(&[1, 2, 3, 4]);
    for (target, expected) in [
        (Target::Latest, &["2", "3", "4"][..]),
        (Target::Version(Version::from(3)), &["2", "3"]),
        (Target::Version(Version::from(1)), &[]),
        (Target::Steps(0), &[]),
        (Target::Steps(2), &["2", "3"]),
        (Target::Steps(9), &["2", "3", "4"]),
    ] {
        let plan = planned(set, &[applied(1)], target).unwrap();
        assert_eq!(versions(&plan), expected, "{target:?}");
    }
}

#[test]
fn an_unknown_target_is_refused_with_the_nearest() {
    for (versions, nearest, text) in [
        (
            &[1, 4, 9][..],
            &[4, 9][..],
            "no migration has the version 5; the nearest are 4 and 9",
        ),
        (
            &[1],
            &[1],
            "no migration has the version 5; the nearest is 1",
        ),
        (
            &[9],
            &[9],
            "no migration has the version 5; the nearest is 9",
        ),
        (
            &[],
            &[],
            "no migration has the version 5; there are none at all",
        ),
    ] {
        let result = planned(set(versions), &[], Target::Version(Version::from(5)));
        let Err(Refusal::UnknownTarget(unknown)) = result else {
            panic!("{result:?}");
        };
        let nearest: Vec<Version> = nearest.iter().copied().map(Version::from).collect();
        assert_eq!(unknown.nearest(), nearest);
        assert_eq!(unknown.to_string(), text);
    }
}

#[test]
fn every_difference_is_refused_or_said_or_passed_over_as_its_policy_says() {
    use DifferenceKind::{Ahead, Missing, Modified, OutOfOrder};

    let set = set(&[1, 3, 5]);
    let edited = AppliedMigration::new("default", Version::from(1), "m", Checksum::of("X;"));
    let history = [edited, applied(2), applied(5), applied(8)];
    let every = [(Modified, 1), (Missing, 2), (Ahead, 8), (OutOfOrder, 3)];
    let with = |policy| {
        let policies = Policies {
            modified: policy,
            missing: policy,
            out_of_order: policy,
            ahead: policy,
            foreign_history: policy,
        };
        under(policies, set, &history, &Goal::Run(Target::Latest))
    };
    assert_eq!(refused(with(Policy::Error)), every);
    let plan = with(Policy::Warn).unwrap();
    assert_eq!(kinds(&plan.warnings), every);
    assert_eq!(versions(&plan), ["3"]);
    let plan = with(Policy::Allow).unwrap();
    assert_eq!(kinds(&plan.allowed), every);
    assert_eq!(plan.warnings, []);
    assert_eq!(versions(&plan), ["3"]);
    let by_default = [(Modified, 1), (Missing, 2), (OutOfOrder, 3)];
    assert_eq!(refused(planned(set, &history, Target::Latest)), by_default);
}

#[test]
fn an_old_program_starts_and_says_that_the_database_is_ahead() {
    let plan = planned(set(&[1]), &[applied(1), applied(2)], Target::Latest).unwrap();
    assert!(plan.is_empty());
    assert_eq!(kinds(&plan.warnings), [(DifferenceKind::Ahead, 2)]);
}

#[test]
fn a_version_beyond_the_target_is_not_out_of_order() {
    let target = Target::Version(Version::from(1));
    let plan = planned(set(&[1, 2, 3]), &[applied(1), applied(3)], target).unwrap();
    assert!(plan.is_empty());
}

#[test]
fn a_failed_run_goes_on_behind_what_is_done() {
    let row = failed(1, "A;B;C;", 2);
    let plan = planned(set(&[1]), std::slice::from_ref(&row), Target::Latest).unwrap();
    assert_eq!(plan.steps[0].done, 2);
    assert_eq!(
        plan.to_string(),
        "apply 1 m: 1 statement of migrations/1_m.sql, resuming at statement 3"
    );
    let mended = set_of(vec![script(1, "A;B;X;Y;")]);
    let plan = planned(mended, &[row], Target::Latest).unwrap();
    assert_eq!(plan.steps[0].done, 2);
}

#[test]
fn what_was_done_must_not_change_before_the_run_goes_on() {
    for edited in ["A;X;C;", "A;", "X;A;B;C;"] {
        let set = set_of(vec![script(1, edited)]);
        let result = planned(set, &[failed(1, "A;B;C;", 2)], Target::Latest);
        assert_eq!(
            refused(result),
            [(DifferenceKind::ChangedBeforeResume, 1)],
            "{edited}"
        );
    }
    let set = set_of(vec![script(1, "X;Y;")]);
    let plan = planned(set, &[failed(1, "A;B;C;", 0)], Target::Latest).unwrap();
    assert_eq!(plan.steps[0].done, 0);
}

#[test]
fn what_is_being_run_is_a_step_that_says_so() {
    let row = AppliedMigration {
        state: RowState::Running,
        claim: Some(Claim {
            session: None,
            age: std::time::Duration::ZERO,
            id: "c".to_owned(),
            expired: false,
        }),
        ..failed(1, "A;B;C;", 1)
    };
    let plan = planned(set(&[1]), &[row], Target::Latest).unwrap();
    assert!(plan.steps[0].running);
    assert_eq!(plan.steps[0].done, 1);
}

#[test]
fn a_script_that_does_not_serve_the_dialect_is_refused_when_it_is_needed() {
    let other = Script {
        dialect: Some(Dialect::Sqlite),
        ..script(1, "A;")
    };
    let unreadable = Script {
        readings: "",
        ..script(2, "A;")
    };
    let set = set_of(vec![other, unreadable]);
    assert_eq!(
        refused(planned(set, &[], Target::Latest)),
        [
            (DifferenceKind::NoScript, 1),
            (DifferenceKind::Unreadable, 2)
        ]
    );
    assert!(planned(set, &[], Target::Steps(0)).is_ok());
}

#[test]
fn a_set_for_other_dialects_is_one_difference_and_not_one_a_migration() {
    let of = |version, dialects: &[Dialect]| {
        let reading = Reading {
            dialects: dialects.to_vec(),
            statements: Vec::new(),
        };
        Script {
            readings: Reading::to_text(&[reading]).leak(),
            ..script(version, "A;")
        }
    };
    let labelled = |dialect, version| Script {
        dialect: Some(dialect),
        ..of(version, &[dialect])
    };
    let said = |set| match planned(set, &[], Target::Latest) {
        Err(Refusal::Differences(differences)) => differences
            .iter()
            .map(|of| (of.kind(), of.key().cloned(), of.to_string()))
            .collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let others = [Dialect::MySql, Dialect::Sqlite];
    let text = "the set `default` is for MySQL and SQLite, and this is PostgreSQL";
    let expected = [(DifferenceKind::NoScript, None, text.to_owned())];
    let unlabelled = set_of(vec![of(1, &others), of(2, &others)]);
    assert_eq!(said(unlabelled), expected);
    let labelled = others
        .into_iter()
        .flat_map(|dialect| [1, 2].map(|version| labelled(dialect, version)));
    let mut labelled: Vec<Script> = labelled.collect();
    labelled.sort_by_key(|script| script.version);
    assert_eq!(said(set_of(labelled)), expected);
    let partly = set_of(vec![of(1, &others), of(2, &others), of(3, &[DIALECT])]);
    assert_eq!(said(partly).len(), 2);
}

#[test]
fn only_scripts_that_touch_no_schema_are_data_only() {
    for (sql, expected) in [
        ("INSERT INTO a VALUES (1);UPDATE a SET b = 1;", true),
        ("with a as (select 1) delete from b;", true),
        ("(SELECT 1);", false),
        ("INSERT INTO a VALUES (1);DROP TABLE b;", false),
        ("", true),
    ] {
        let plan = planned(set_of(vec![script(1, sql)]), &[], Target::Latest).unwrap();
        assert_eq!(plan.steps[0].is_data_only(), expected, "{sql}");
    }
}

/// The same migrations, each with a down script.
fn reversible(versions: &[u64]) -> &'static MigrationSet {
    let both = |version: &u64| {
        let up = script(*version, "A;B;C;");
        let down = Script {
            direction: Direction::Down,
            path: format!("migrations/{version}_m.down.sql").leak(),
            ..script(*version, "X;Y;")
        };
        [up, down]
    };
    set_of(versions.iter().flat_map(both).collect())
}

fn reverted(
    set: &'static MigrationSet,
    history: &[AppliedMigration],
    target: Target,
) -> Result<Plan, Refusal> {
    under(Policies::DEFAULT, set, history, &Goal::Revert(target))
}

#[test]
fn a_reversion_goes_down_as_far_as_its_target() {
    let set = reversible(&[1, 2, 3]);
    let history = [applied(1), applied(2), applied(3)];
    for (target, expected) in [
        (Target::Latest, &["3"][..]),
        (Target::Steps(0), &[]),
        (Target::Steps(2), &["3", "2"]),
        (Target::Steps(9), &["3", "2", "1"]),
        (Target::Version(Version::from(1)), &["3", "2"]),
        (Target::Version(Version::from(3)), &[]),
    ] {
        let plan = reverted(set, &history, target).unwrap();
        assert_eq!(versions(&plan), expected, "{target:?}");
    }
    let plan = reverted(set, &history, Target::Latest).unwrap();
    assert_eq!(
        plan.to_string(),
        "revert 3 m: 2 statements of migrations/3_m.down.sql"
    );
    assert_eq!(
        plan.sql(),
        "-- revert 3 m: 2 statements of migrations/3_m.down.sql\nX;\nY;\n"
    );
    let unknown = reverted(set, &history, Target::Version(Version::from(7)));
    assert!(matches!(unknown, Err(Refusal::UnknownTarget(_))));
}

#[test]
fn what_cannot_be_reverted_is_told_all_at_once() {
    let mut scripts = reversible(&[1, 4]).scripts.to_vec();
    scripts.insert(2, script(2, "A;B;C;"));
    let history = [applied(1), applied(2), applied(3), failed(4, "A;B;C;", 1)];
    assert_eq!(
        refused(reverted(set_of(scripts), &history, Target::Steps(9))),
        [
            (DifferenceKind::HalfApplied, 4),
            (DifferenceKind::NoDown, 3),
            (DifferenceKind::NoDown, 2)
        ]
    );
}

#[test]
fn an_edited_down_script_is_as_its_policy_says_and_a_later_one_is_none() {
    let set = reversible(&[1]);
    let edited = AppliedMigration {
        down_checksum: Some(Checksum::of("Z;")),
        ..applied(1)
    };
    let goal = Goal::Revert(Target::Latest);
    let with = |policy| {
        let policies = Policies::DEFAULT.modified(policy);
        under(policies, set, std::slice::from_ref(&edited), &goal)
    };
    let kinds_of = [(DifferenceKind::DownModified, 1)];
    assert_eq!(refused(with(Policy::Error)), kinds_of);
    assert_eq!(kinds(&with(Policy::Warn).unwrap().warnings), kinds_of);
    assert_eq!(kinds(&with(Policy::Allow).unwrap().allowed), kinds_of);
    let plan = reverted(set, &[applied(1)], Target::Latest).unwrap();
    assert!(plan.warnings.is_empty() && plan.allowed.is_empty());
}

#[test]
fn what_is_half_reverted_is_gone_on_with_and_not_run() {
    let set = reversible(&[1]);
    let step = reverted(set, &[applied(1)], Target::Latest).unwrap().steps[0].clone();
    let half = AppliedMigration {
        direction: Direction::Down,
        state: RowState::Failed,
        down_checksum: Some(Checksum::of("X;Y;")),
        journal: step.journal(1, false),
        ..applied(1)
    };
    let plan = reverted(set, std::slice::from_ref(&half), Target::Latest).unwrap();
    assert_eq!(plan.steps[0].done, 1);
    assert_eq!(
        refused(planned(set, &[half], Target::Latest)),
        [(DifferenceKind::HalfReverted, 1)]
    );
}

#[test]
fn these_are_reverted_or_run_and_nothing_else() {
    let set = reversible(&[1, 2, 3]);
    let these = vec![("default", Key::from(3)), ("other", Key::from(1))];
    let history = [applied(1), applied(3)];
    let goal = Goal::RevertThese(these.clone());
    let plan = under(Policies::DEFAULT, set, &history, &goal).unwrap();
    assert_eq!(versions(&plan), ["3"]);
    let goal = Goal::RunAgain {
        these,
        beside: vec![("default", Key::from(1))],
    };
    let plan = under(Policies::DEFAULT, set, &[applied(1)], &goal).unwrap();
    assert_eq!(versions(&plan), ["3"], "2 stays pending");
    let plan = under(Policies::DEFAULT, set, &history, &goal).unwrap();
    assert!(plan.is_empty(), "somebody has");
    let plan = under(Policies::DEFAULT, set, &[], &goal);
    assert_eq!(
        refused(plan),
        [(DifferenceKind::OutOfOrder, 1)],
        "1 was reverted meanwhile"
    );
}

#[test]
fn a_step_says_what_it_stands_on() {
    let set = reversible(&[1, 2, 3, 4]);
    let footings = |plan: Plan| -> Vec<Footing> {
        let steps = plan.steps.into_iter();
        steps.map(|step| step.footing).collect()
    };
    let on = |version: u64| Footing::On(Key::from(version));
    assert_eq!(
        footings(
            planned(set, &[applied(2)], Target::Latest).unwrap_or_else(|_| {
                let policies = Policies::DEFAULT.out_of_order(Policy::Allow);
                under(policies, set, &[applied(2)], &Goal::Run(Target::Latest)).unwrap()
            })
        ),
        [Footing::None, on(2), on(3)]
    );
    let history = [applied(1), applied(2), applied(3)];
    assert_eq!(
        footings(reverted(set, &history, Target::Steps(2)).unwrap()),
        [Footing::Rows(3), Footing::Rows(2)]
    );
}

#[test]
fn what_somebody_is_reverting_is_applied_once_that_is_over() {
    let reverting = AppliedMigration {
        direction: Direction::Down,
        state: RowState::Running,
        ..applied(1)
    };
    let plan = planned(set(&[1]), &[reverting], Target::Latest).unwrap();
    assert_eq!(plan.steps[0].footing, Footing::Reverting);
    assert_eq!(
        plan.to_string(),
        "apply 1 m: 3 statements of migrations/1_m.sql, once it is reverted"
    );
}

#[test]
fn what_was_meant_is_not_reverted_below_what_came_since() {
    let set = reversible(&[1, 2]);
    let goal = Goal::RevertThese(vec![("default", Key::from(1))]);
    let plan = under(Policies::DEFAULT, set, &[applied(1), applied(2)], &goal);
    assert_eq!(refused(plan), [(DifferenceKind::NotNewest, 1)]);
}

#[test]
fn a_baseline_and_a_skip_record_what_has_no_row() {
    let set = set(&[1, 2, 3]);
    let record =
        |history: &[AppliedMigration], goal: Goal| under(Policies::DEFAULT, set, history, &goal);
    let baseline = |version: u64| Goal::Baseline(Version::from(version));
    let skip = |version: u64| Goal::Skip(Version::from(version));
    assert_eq!(versions(&record(&[], baseline(2)).unwrap()), ["1", "2"]);
    assert_eq!(
        versions(&record(&[applied(1)], baseline(3)).unwrap()),
        ["2", "3"]
    );
    assert_eq!(versions(&record(&[], skip(2)).unwrap()), ["2"]);
    assert!(record(&[applied(2)], skip(2)).unwrap().is_empty());
    for goal in [baseline(2), skip(2)] {
        let half = [failed(2, "A;B;C;", 1)];
        let result = record(&half, goal);
        assert_eq!(refused(result), [(DifferenceKind::HalfApplied, 2)]);
    }
    for goal in [baseline(7), skip(7)] {
        assert!(matches!(record(&[], goal), Err(Refusal::UnknownTarget(_))));
    }
    let plan = record(&[], skip(2)).unwrap();
    assert_eq!(plan.to_string(), "skip 2 m: migrations/2_m.sql is not run");
    assert_eq!((plan.steps[0].left(), plan.steps[0].sql().count()), (0, 0));
}

proptest! {
    #[test]
    fn after_everything_is_applied_nothing_is_pending(
        versions in proptest::collection::btree_set(0_u64..1000, 0..20),
        before in 0_usize..20,
    ) {
        let versions: Vec<u64> = versions.into_iter().collect();
        let set = set(&versions);
        let mut history: Vec<AppliedMigration> =
            versions.iter().take(before).copied().map(applied).collect();
        let first = planned(set, &history, Target::Latest).unwrap();
        prop_assert_eq!(first.steps.len(), versions.len().saturating_sub(before));
        for step in &first.steps {
            let checksum = step.script.checksum();
            history.push(AppliedMigration::new("default", step.migration.key(), "m", checksum));
        }
        prop_assert!(planned(set, &history, Target::Latest).unwrap().is_empty());
    }

    #[test]
    fn what_is_applied_is_reverted_newest_first_and_pending_again(
        versions_of in proptest::collection::btree_set(0_u64..1000, 0..20),
    ) {
        let ascending: Vec<u64> = versions_of.into_iter().collect();
        let set = reversible(&ascending);
        let texts: Vec<String> = ascending.iter().map(u64::to_string).collect();
        let newest_first: Vec<String> = texts.iter().rev().cloned().collect();
        let mut history: Vec<AppliedMigration> = ascending.iter().copied().map(applied).collect();
        let down = reverted(set, &history, Target::Steps(usize::MAX)).unwrap();
        prop_assert_eq!(versions(&down), newest_first);
        for (_, key) in down.keys() {
            history.retain(|row| row.key != key);
        }
        let up = planned(set, &history, Target::Latest).unwrap();
        prop_assert_eq!(versions(&up), texts);
    }
}
