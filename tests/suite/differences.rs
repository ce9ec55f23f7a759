//! The design's table of differences between set and history: what `run` does about each, under each policy.

use embed_migrations::{
    Dialect, DifferenceKind, ErrorKind, MigrationSet, Migrator, Policies, Policy,
};
use tests::{Backend, Fresh, on_every_engine, set};

on_every_engine!(
    pending_at_the_end_is_applied_under_error
    pending_at_the_end_is_applied_under_warn
    pending_at_the_end_is_applied_under_allow
    modified_is_refused_under_error
    modified_is_said_under_warn
    modified_is_let_through_under_allow
    missing_in_the_middle_is_refused_under_error
    missing_in_the_middle_is_said_under_warn
    missing_in_the_middle_is_let_through_under_allow
    out_of_order_is_refused_under_error
    out_of_order_is_said_and_applied_under_warn
    out_of_order_is_applied_under_allow
    ahead_is_refused_under_error
    ahead_is_said_under_warn
    ahead_is_let_through_under_allow
    another_tools_history_is_refused_under_error
    another_tools_history_is_said_under_warn
    another_tools_history_is_let_through_under_allow
    the_defaults_are_those_of_the_table
);

/// The three tests of a row of the table.
macro_rules! row {
    ($of:ident: $error:ident $warn:ident $allow:ident) => {
        async fn $error<DB: Backend>(db: Fresh<DB>) {
            $of(&db, Policy::Error).await;
        }

        async fn $warn<DB: Backend>(db: Fresh<DB>) {
            $of(&db, Policy::Warn).await;
        }

        async fn $allow<DB: Backend>(db: Fresh<DB>) {
            $of(&db, Policy::Allow).await;
        }
    };
}

row!(pending: pending_at_the_end_is_applied_under_error pending_at_the_end_is_applied_under_warn
    pending_at_the_end_is_applied_under_allow);
row!(modified: modified_is_refused_under_error modified_is_said_under_warn modified_is_let_through_under_allow);
row!(missing: missing_in_the_middle_is_refused_under_error missing_in_the_middle_is_said_under_warn
    missing_in_the_middle_is_let_through_under_allow);
row!(out_of_order: out_of_order_is_refused_under_error out_of_order_is_said_and_applied_under_warn
    out_of_order_is_applied_under_allow);
row!(ahead: ahead_is_refused_under_error ahead_is_said_under_warn ahead_is_let_through_under_allow);
row!(foreign: another_tools_history_is_refused_under_error another_tools_history_is_said_under_warn
    another_tools_history_is_let_through_under_allow);

const A: (&str, &str) = ("1_a.sql", "CREATE TABLE a (n INTEGER);\n");
const A_EDITED: (&str, &str) = ("1_a.sql", "CREATE TABLE a (m INTEGER);\n");
const B: (&str, &str) = ("2_b.sql", "CREATE TABLE b (n INTEGER);\n");
const C: (&str, &str) = ("3_c.sql", "CREATE TABLE c (n INTEGER);\n");
const D: (&str, &str) = ("4_d.sql", "CREATE TABLE d (n INTEGER);\n");

fn under(policy: Policy, set: &'static MigrationSet) -> Migrator {
    let policies = Policies::default().modified(policy).missing(policy);
    let policies = policies.out_of_order(policy).ahead(policy);
    Migrator::new(set).policies(policies.foreign_history(policy))
}

async fn pending<DB: Backend>(db: &Fresh<DB>, policy: Policy) {
    Migrator::new(set(&[A])).run(&db.pool).await.unwrap();
    let report = under(policy, set(&[A, B, C])).run(&db.pool).await.unwrap();
    assert_eq!(report.applied().len(), 2);
    assert!(report.warnings().is_empty() && report.allowed().is_empty());
    assert_eq!(db.tables().await, ["a", "b", "c"]);
}

/// The tables, and the rows of the history where there is one.
async fn contents<DB: Backend>(db: &Fresh<DB>) -> (Vec<String>, Vec<String>) {
    let rows = if db.has_history().await {
        db.rows().await
    } else {
        Vec::new()
    };
    (db.tables().await, rows)
}

/// What a policy makes of one difference beside what is pending, which makes these tables.
async fn is_judged<DB: Backend>(
    db: &Fresh<DB>,
    policy: Policy,
    set: &'static MigrationSet,
    kind: DifferenceKind,
    then: &[&str],
) {
    let before = contents(db).await;
    let migrator = under(policy, set);
    let (plan, run) = (migrator.plan(&db.pool).await, migrator.run(&db.pool).await);
    let told = |differences: &[embed_migrations::Difference]| -> Vec<DifferenceKind> {
        differences
            .iter()
            .map(embed_migrations::Difference::kind)
            .collect()
    };
    if policy == Policy::Error {
        let (planned, error) = (plan.unwrap_err(), run.unwrap_err());
        assert_eq!(planned.to_string(), error.to_string());
        assert_eq!(planned.hints(), error.hints());
        for error in [planned, error] {
            let is_foreign = kind == DifferenceKind::ForeignHistory;
            assert_eq!(error.kind() == ErrorKind::ForeignHistory, is_foreign);
            assert_eq!(error.kind() == ErrorKind::Difference, !is_foreign);
            assert_eq!(told(error.differences()), [kind]);
        }
        assert_eq!(contents(db).await, before);
        return;
    }
    let (plan, report) = (plan.unwrap(), run.unwrap());
    assert_eq!(plan.steps.len(), report.applied().len());
    let (said, unsaid) = match policy {
        Policy::Warn => (report.warnings(), report.allowed()),
        _ => (report.allowed(), report.warnings()),
    };
    assert_eq!((told(said), unsaid.len()), (vec![kind], 0));
    let (said, unsaid) = match policy {
        Policy::Warn => (plan.warnings, plan.allowed),
        _ => (plan.allowed, plan.warnings),
    };
    assert_eq!((told(&said), unsaid.len()), (vec![kind], 0));
    assert_eq!(db.tables().await, then);
}

async fn modified<DB: Backend>(db: &Fresh<DB>, policy: Policy) {
    Migrator::new(set(&[A])).run(&db.pool).await.unwrap();
    let edited = set(&[A_EDITED, B]);
    is_judged(db, policy, edited, DifferenceKind::Modified, &["a", "b"]).await;
}

async fn missing<DB: Backend>(db: &Fresh<DB>, policy: Policy) {
    Migrator::new(set(&[A, B, C])).run(&db.pool).await.unwrap();
    let without = set(&[A, C, D]);
    let then = ["a", "b", "c", "d"];
    is_judged(db, policy, without, DifferenceKind::Missing, &then).await;
}

async fn out_of_order<DB: Backend>(db: &Fresh<DB>, policy: Policy) {
    Migrator::new(set(&[A, C])).run(&db.pool).await.unwrap();
    let late = set(&[A, B, C]);
    let then = ["a", "b", "c"];
    is_judged(db, policy, late, DifferenceKind::OutOfOrder, &then).await;
}

async fn ahead<DB: Backend>(db: &Fresh<DB>, policy: Policy) {
    Migrator::new(set(&[A, B])).run(&db.pool).await.unwrap();
    let old = set(&[A]);
    is_judged(db, policy, old, DifferenceKind::Ahead, &["a", "b"]).await;
}

async fn foreign<DB: Backend>(db: &Fresh<DB>, policy: Policy) {
    db.tell("CREATE TABLE _sqlx_migrations (version BIGINT)")
        .await;
    db.tell("INSERT INTO _sqlx_migrations VALUES (1)").await;
    let mut then = ["_sqlx_migrations", "a"];
    if DB::DIALECT == Dialect::MySql {
        // Its order of letters is not that of bytes.
        then.reverse();
    }
    let kind = DifferenceKind::ForeignHistory;
    is_judged(db, policy, set(&[A]), kind, &then).await;
    assert_eq!(db.has_history().await, policy != Policy::Error);
}

/// Apply, error, error, error, start and say so, error.
async fn the_defaults_are_those_of_the_table<DB: Backend>(db: Fresh<DB>) {
    let defaults = Policies::default();
    assert_eq!(
        [defaults.modified, defaults.missing, defaults.out_of_order],
        [Policy::Error; 3]
    );
    assert_eq!(defaults.ahead, Policy::Warn);
    db.tell("CREATE TABLE _sqlx_migrations (version BIGINT)")
        .await;
    db.tell("INSERT INTO _sqlx_migrations VALUES (1)").await;
    let error = Migrator::new(set(&[A])).run(&db.pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignHistory);
}
