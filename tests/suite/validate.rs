//! Is the database what the program expects? Each difference under each policy.

use embed_migrations::{
    DifferenceKind, MigrationSet, Migrator, Policies, Policy, Resolution, Validation, Version,
};
use tests::{Backend, Fresh, named, on_every_engine, reversible, set};

on_every_engine!(
    what_is_pending_at_the_end_is_no_difference_and_not_valid
    what_was_modified_is_valid_unless_policy_refuses
    what_is_missing_in_the_middle_is_valid_unless_policy_refuses
    what_is_out_of_order_is_pending_under_every_policy
    a_database_that_is_ahead_is_valid_unless_policy_refuses
    another_tools_history_is_a_difference_where_there_is_none_of_ours
    what_is_half_done_is_not_valid
    all_that_differs_is_counted_together
    nothing_is_changed_by_looking
    the_newest_is_that_of_the_last_set
);

const A: (&str, &str) = ("1_a.sql", "CREATE TABLE a (n INTEGER);\n");
const B: (&str, &str) = ("2_b.sql", "CREATE TABLE b (n INTEGER);\n");
const C: (&str, &str) = ("3_c.sql", "CREATE TABLE c (n INTEGER);\n");

const ALL: [Policy; 3] = [Policy::Error, Policy::Warn, Policy::Allow];

fn under(set: &'static MigrationSet, policy: Policy) -> Migrator {
    let policies = Policies::default().modified(policy).missing(policy);
    Migrator::new(set).policies(policies.out_of_order(policy).ahead(policy))
}

/// Applied, expected, pending, failed.
fn counts(of: &Validation) -> [usize; 4] {
    [of.applied, of.expected, of.pending, of.failed]
}

async fn what_is_pending_at_the_end_is_no_difference_and_not_valid<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A])).run(&db.pool).await.unwrap();
    for policy in ALL {
        let validation = under(set(&[A, B, C]), policy)
            .validate(&db.pool)
            .await
            .unwrap();
        assert_eq!(counts(&validation), [1, 3, 2, 0]);
        assert!(!validation.is_valid() && validation.differences.is_empty());
        assert_eq!(
            validation.summary(),
            "not valid: 1 of 3 applied, 2 pending; the newest is 1 a"
        );
    }
    Migrator::new(set(&[A, B, C])).run(&db.pool).await.unwrap();
    let validation = Migrator::new(set(&[A, B, C]))
        .validate(&db.pool)
        .await
        .unwrap();
    assert!(validation.is_valid());
    assert_eq!(
        validation.to_string(),
        "valid: 3 of 3 applied; the newest is 3 c"
    );
}

/// What a difference comes to under each policy, where nothing else is wrong.
async fn is_as_policy_says<DB: Backend>(
    db: &Fresh<DB>,
    set: &'static MigrationSet,
    kind: DifferenceKind,
) {
    for policy in ALL {
        let migrator = under(set, policy);
        let validation = migrator.validate(&db.pool).await.unwrap();
        let kinds: Vec<_> = validation
            .differences
            .iter()
            .map(embed_migrations::Difference::kind)
            .collect();
        assert_eq!(kinds, [kind], "{policy:?}");
        assert_eq!(validation.is_valid(), policy != Policy::Error, "{policy:?}");
        assert_eq!(validation.refused, usize::from(policy == Policy::Error));
        let run = migrator.run(&db.pool).await;
        if policy == Policy::Error {
            assert_eq!(run.unwrap_err().differences()[0].kind(), kind);
            assert!(
                validation.summary().contains(", 1 refused; the newest is "),
                "{validation}"
            );
        } else {
            let report = run.unwrap();
            let told = [report.warnings().len(), report.allowed().len()];
            assert_eq!(
                told,
                if policy == Policy::Warn {
                    [1, 0]
                } else {
                    [0, 1]
                }
            );
        }
    }
}

async fn what_was_modified_is_valid_unless_policy_refuses<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A, B])).run(&db.pool).await.unwrap();
    let edited = set(&[("1_a.sql", "CREATE TABLE a (m INTEGER);\n"), B]);
    is_as_policy_says(&db, edited, DifferenceKind::Modified).await;
    let validation = Migrator::new(edited).validate(&db.pool).await.unwrap();
    assert_eq!(counts(&validation), [2, 2, 0, 0]);
}

async fn what_is_missing_in_the_middle_is_valid_unless_policy_refuses<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A, B, C])).run(&db.pool).await.unwrap();
    is_as_policy_says(&db, set(&[A, C]), DifferenceKind::Missing).await;
    let validation = Migrator::new(set(&[A, C]))
        .validate(&db.pool)
        .await
        .unwrap();
    assert_eq!(counts(&validation), [2, 2, 0, 0]);
}

async fn what_is_out_of_order_is_pending_under_every_policy<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A, C])).run(&db.pool).await.unwrap();
    for policy in ALL {
        let validation = under(set(&[A, B, C]), policy)
            .validate(&db.pool)
            .await
            .unwrap();
        assert_eq!(counts(&validation), [2, 3, 1, 0]);
        assert_eq!(validation.differences[0].kind(), DifferenceKind::OutOfOrder);
        assert!(!validation.is_valid(), "{policy:?}");
    }
    assert!(
        under(set(&[A, B, C]), Policy::Error)
            .run(&db.pool)
            .await
            .unwrap_err()
            .is_difference()
    );
    let report = under(set(&[A, B, C]), Policy::Warn)
        .run(&db.pool)
        .await
        .unwrap();
    assert_eq!((report.applied().len(), report.warnings().len()), (1, 1));
    assert!(
        Migrator::new(set(&[A, B, C]))
            .validate(&db.pool)
            .await
            .unwrap()
            .is_valid()
    );
}

async fn a_database_that_is_ahead_is_valid_unless_policy_refuses<DB: Backend>(db: Fresh<DB>) {
    Migrator::new(set(&[A, B])).run(&db.pool).await.unwrap();
    is_as_policy_says(&db, set(&[A]), DifferenceKind::Ahead).await;
    let validation = Migrator::new(set(&[A])).validate(&db.pool).await.unwrap();
    assert!(validation.is_valid(), "an old program starts by default");
    assert_eq!(validation.last.unwrap().version(), Some(Version::from(2)));
}

async fn another_tools_history_is_a_difference_where_there_is_none_of_ours<DB: Backend>(
    db: Fresh<DB>,
) {
    db.tell("CREATE TABLE _sqlx_migrations (version BIGINT)")
        .await;
    let migrator = Migrator::new(set(&[A, B]));
    let validation = migrator.validate(&db.pool).await.unwrap();
    assert!(validation.differences.is_empty(), "it has no row");
    db.tell("INSERT INTO _sqlx_migrations VALUES (1)").await;
    let validation = migrator.validate(&db.pool).await.unwrap();
    assert_eq!(counts(&validation), [0, 2, 2, 0]);
    assert_eq!(
        validation.summary(),
        "not valid: 0 of 2 applied, 2 pending, 1 refused"
    );
    assert_eq!(
        validation.differences[0].to_string(),
        "the database has the history of sqlx in `_sqlx_migrations` and none of ours"
    );
    assert_eq!(validation.last, None);
    let allowed = Policies::DEFAULT.foreign_history(Policy::Allow);
    let lenient = migrator.clone().policies(allowed);
    let validation = lenient.validate(&db.pool).await.unwrap();
    assert_eq!((validation.differences.len(), validation.refused), (1, 0));
    migrator.baseline(&db.pool, 1).await.unwrap();
    let validation = migrator.validate(&db.pool).await.unwrap();
    assert!(validation.differences.is_empty());
}

async fn what_is_half_done_is_not_valid<DB: Backend>(db: Fresh<DB>) {
    let broken = (
        "2_b.sql",
        "-- no-transaction\nCREATE TABLE b (n INTEGER); INSERT INTO nowhere VALUES (1);",
    );
    let migrator = Migrator::new(set(&[A, broken]));
    migrator.run(&db.pool).await.unwrap_err();
    let validation = migrator.validate(&db.pool).await.unwrap();
    assert_eq!(counts(&validation), [1, 2, 0, 1]);
    assert_eq!(
        validation.summary(),
        "not valid: 1 of 2 applied, 1 failed; the newest is 1 a"
    );
    let set_to = async |until: &str| {
        db.tell(&format!(
            "UPDATE _embed_migrations SET state = 'running', claim = 'x', statements_sent = 2, claimed_until = '{until}' \
             WHERE version = '2'"
        ))
        .await;
        migrator.validate(&db.pool).await.unwrap()
    };
    let running = set_to("2100-01-01T00:00:00").await;
    assert_eq!(
        (running.running, running.failed, running.is_valid()),
        (1, 0, false)
    );
    let in_doubt = set_to("2020-01-01T00:00:00").await;
    assert_eq!(
        (in_doubt.running, in_doubt.failed, in_doubt.in_doubt),
        (0, 0, 1)
    );
    assert_eq!(
        in_doubt.summary(),
        "not valid: 1 of 2 applied, 1 in doubt; the newest is 1 a"
    );
    migrator
        .resolve(&db.pool, 2_u64, Resolution::Ran)
        .await
        .unwrap();
    migrator.run(&db.pool).await.unwrap();
    assert!(migrator.validate(&db.pool).await.unwrap().is_valid());
}

async fn all_that_differs_is_counted_together<DB: Backend>(db: Fresh<DB>) {
    let first = [
        A,
        C,
        ("4_d.sql", "CREATE TABLE d (n INTEGER);"),
        ("9_z.sql", "CREATE TABLE z (n INTEGER);"),
    ];
    Migrator::new(set(&first)).run(&db.pool).await.unwrap();
    let now = set(&[
        ("1_a.sql", "CREATE TABLE a (m INTEGER);\n"),
        B,
        ("4_d.sql", "CREATE TABLE d (n INTEGER);"),
        ("5_e.sql", "CREATE TABLE e (n INTEGER);"),
    ]);
    let validation = Migrator::new(now).validate(&db.pool).await.unwrap();
    let kinds: Vec<_> = validation
        .differences
        .iter()
        .map(embed_migrations::Difference::kind)
        .collect();
    assert_eq!(
        kinds,
        [
            DifferenceKind::Modified,
            DifferenceKind::Missing,
            DifferenceKind::Ahead,
            DifferenceKind::OutOfOrder,
            DifferenceKind::OutOfOrder
        ]
    );
    assert_eq!((counts(&validation), validation.refused), ([2, 4, 2, 0], 4));
    assert_eq!(
        validation.summary(),
        "not valid: 2 of 4 applied, 2 pending, 4 refused; the newest is 9 z"
    );
}

async fn nothing_is_changed_by_looking<DB: Backend>(db: Fresh<DB>) {
    let migrator = Migrator::new(reversible(&["a"]));
    let validation = migrator.validate(&db.pool).await.unwrap();
    assert_eq!(validation.summary(), "not valid: 0 of 1 applied, 1 pending");
    assert!(!db.has_history().await);
    let empty = Migrator::new(&MigrationSet::EMPTY)
        .validate(&db.pool)
        .await
        .unwrap();
    assert_eq!(empty.summary(), "valid: 0 of 0 applied");
}

async fn the_newest_is_that_of_the_last_set<DB: Backend>(db: Fresh<DB>) {
    let both = Migrator::for_sets([named("queue", &["jobs", "tries"]), reversible(&["a"])]);
    both.run(&db.pool).await.unwrap();
    let validation = both.validate(&db.pool).await.unwrap();
    assert_eq!(
        validation.summary(),
        "valid: 3 of 3 applied; the newest is 1 a"
    );
}
