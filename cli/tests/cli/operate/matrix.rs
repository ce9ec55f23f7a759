//! How far `run`, `revert`, `redo` and `skip` go, from each place to each, on every engine: what is shown with `--dry-run` is
//! what is done without it, and tables and history say the same.

use tests::{Backend, Fresh};

use crate::desk::{Desk, Ran};

const TABLES: [&str; 5] = ["a", "b", "c", "d", "e"];

/// Five migrations, each a table, with their ways back.
fn five() -> Desk {
    let desk = Desk::new(&[]);
    for (index, table) in TABLES.iter().enumerate() {
        let file = format!("migrations/000{}_{table}", index + 1);
        desk.write(
            &format!("{file}.up.sql"),
            &format!("CREATE TABLE {table} (n INTEGER);\n"),
        );
        desk.write(
            &format!("{file}.down.sql"),
            &format!("DROP TABLE {table};\n"),
        );
    }
    desk
}

/// How many of the first are applied, where tables and history agree.
async fn applied<DB: Backend>(fresh: &Fresh<DB>) -> usize {
    let tables = fresh.tables().await;
    assert_eq!(tables, TABLES[..tables.len()]);
    if fresh.has_history().await {
        let rows = fresh.rows().await;
        let expected: Vec<String> = (1..=tables.len())
            .map(|version| format!("{version} applied up run"))
            .collect();
        assert_eq!(rows, expected);
    }
    tables.len()
}

/// Which versions a report or a plan names.
fn versions(list: &serde_json::Value) -> Vec<String> {
    let list = list.as_array().unwrap().iter();
    list.map(|of| {
        of["version"]
            .as_str()
            .unwrap()
            .trim_start_matches('0')
            .to_owned()
    })
    .collect()
}

/// From so many applied, this comes to so many; first it is only shown.
async fn comes_to<DB: Backend>(
    desk: &Desk,
    fresh: &Fresh<DB>,
    from: usize,
    arguments: &[&str],
    to: usize,
) {
    let on = |arguments: &[&str]| desk.on(&fresh.url, arguments);
    let is = applied(fresh).await;
    if is > from {
        on(&["revert", "--yes", "--steps", &(is - from).to_string()]).fine();
    } else {
        on(&["run", "--steps", &(from - is).to_string()]).fine();
    }
    assert_eq!(applied(fresh).await, from);
    let shown = on(&[arguments, &["--dry-run", "--json"]].concat())
        .fine()
        .json();
    let shown = versions(&shown["steps"]);
    assert_eq!(applied(fresh).await, from, "{arguments:?} only shows");
    let yes: &[&str] = if arguments[0] == "revert" {
        &["--yes"]
    } else {
        &[]
    };
    let done = on(&[arguments, yes, &["--json"]].concat()).fine();
    let report: serde_json::Value =
        serde_json::from_str(done.stdout.lines().last().unwrap()).unwrap();
    let mut done = versions(&report["applied"]);
    done.extend(versions(&report["reverted"]));
    assert_eq!(done, shown, "{arguments:?} does what it showed");
    assert_eq!(applied(fresh).await, to, "{arguments:?} from {from}");
}

async fn run_goes_up_to_its_target<DB: Backend>(fresh: Fresh<DB>) {
    let desk = five();
    let go =
        async |from, arguments: &[&str], to| comes_to(&desk, &fresh, from, arguments, to).await;
    for from in [0, 2, 5] {
        go(from, &["run"], 5).await;
        for target in 1..=5 {
            let version = target.to_string();
            // What is above the target stays.
            go(from, &["run", "--to", &version], from.max(target)).await;
        }
    }
    go(0, &["run", "--to", "0003"], 3).await;
}

async fn run_counts_its_steps<DB: Backend>(fresh: Fresh<DB>) {
    let desk = five();
    for (from, steps, to) in [
        (0, "0", 0),
        (0, "1", 1),
        (1, "3", 4),
        (4, "9", 5),
        (5, "1", 5),
    ] {
        comes_to(&desk, &fresh, from, &["run", "--steps", steps], to).await;
    }
}

async fn revert_goes_down_to_its_target<DB: Backend>(fresh: Fresh<DB>) {
    let desk = five();
    let go =
        async |from, arguments: &[&str], to| comes_to(&desk, &fresh, from, arguments, to).await;
    for from in [0, 3, 5] {
        go(from, &["revert"], from.saturating_sub(1)).await;
        go(from, &["revert", "--all"], 0).await;
        for target in 1..=from {
            let version = target.to_string();
            go(from, &["revert", "--to", &version], target).await;
        }
    }
}

async fn revert_counts_its_steps_and_no_more_than_there_are<DB: Backend>(fresh: Fresh<DB>) {
    let desk = five();
    for (from, steps, to) in [
        (5, "0", 5),
        (5, "1", 4),
        (4, "2", 2),
        (2, "2", 0),
        (5, "9", 0),
        (0, "1", 0),
    ] {
        comes_to(&desk, &fresh, from, &["revert", "--steps", steps], to).await;
    }
}

async fn redo_ends_where_it_began<DB: Backend>(fresh: Fresh<DB>) {
    let desk = five();
    let on = |arguments: &[&str]| desk.on(&fresh.url, arguments);
    on(&["run", "--to", "3"]).fine();
    for (steps, again) in [("0", 0), ("1", 1), ("2", 2), ("9", 3)] {
        let redone = on(&["redo", "--yes", "--json", "--steps", steps]).fine();
        let last = redone.stdout.lines().last().unwrap().to_owned();
        let report: serde_json::Value = serde_json::from_str(&last).unwrap();
        for list in ["applied", "reverted"] {
            assert_eq!(versions(&report[list]).len(), again, "{steps}: {last}");
        }
        assert_eq!(applied(&fresh).await, 3, "and nothing pending is applied");
    }
}

async fn a_target_that_nobody_knows_is_refused_with_the_nearest<DB: Backend>(fresh: Fresh<DB>) {
    let desk = five();
    let on = |arguments: &[&str]| desk.on(&fresh.url, arguments);
    let refused = |ran: Ran| {
        assert_eq!(ran.code, 2, "{}", ran.all());
        assert!(ran.stderr.contains("the nearest "), "{}", ran.all());
    };
    for from in [0, 3] {
        on(&["run", "--steps", &from.to_string()]).fine();
        for unknown in ["0", "6", "20240101000000"] {
            for verb in [
                &["run", "--to"][..],
                &["run", "--dry-run", "--to"],
                &["plan", "--to"],
                &["revert", "--yes", "--to"],
                &["revert", "--dry-run", "--to"],
                &["plan", "--revert", "--to"],
                &["baseline"],
                &["skip"],
            ] {
                refused(on(&[verb, &[unknown]].concat()));
            }
        }
        let revert = on(&["revert", "--yes", "--to", "0"]);
        assert!(revert.stderr.contains("help: `--all`"), "{}", revert.all());
        assert_eq!(applied(&fresh).await, from);
    }
}

async fn what_is_skipped_is_passed_over<DB: Backend>(fresh: Fresh<DB>) {
    let desk = five();
    let on = |arguments: &[&str]| desk.on(&fresh.url, arguments);
    on(&["run", "--to", "1"]).fine();
    on(&["skip", "3"]).fine();
    // 2 is below an applied one now.
    assert_eq!(on(&["run"]).code, 7);
    on(&["run", "--out-of-order", "allow"]).fine();
    assert_eq!(fresh.tables().await, ["a", "b", "d", "e"]);
    let skipped = on(&["skip", "4"]).fine();
    assert!(
        skipped.stdout.starts_with("there is nothing to do"),
        "{}",
        skipped.all()
    );
    assert_eq!(
        fresh.rows().await,
        [
            "1 applied up run",
            "2 applied up run",
            "3 applied up skip",
            "4 applied up run",
            "5 applied up run"
        ]
    );
    // A skip that was a mistake.
    on(&["repair", "--forget", "3", "--yes"]).fine();
    on(&["run", "--out-of-order", "allow"]).fine();
    assert_eq!(fresh.tables().await, TABLES);
}

/// What another tool would call faked: the database has it already.
async fn a_baseline_records_up_to_its_version<DB: Backend>(fresh: Fresh<DB>) {
    let desk = five();
    let on = |arguments: &[&str]| desk.on(&fresh.url, arguments);
    fresh.tell("CREATE TABLE a (n INTEGER)").await;
    fresh.tell("CREATE TABLE b (n INTEGER)").await;
    on(&["baseline", "2"]).fine();
    let again = on(&["baseline", "1"]).fine();
    assert!(
        again.stdout.starts_with("there is nothing to do"),
        "{}",
        again.all()
    );
    on(&["run", "--to", "4"]).fine();
    on(&["baseline", "5"]).fine();
    assert_eq!(fresh.tables().await, ["a", "b", "c", "d"]);
    assert_eq!(
        fresh.rows().await,
        [
            "1 applied up baseline",
            "2 applied up baseline",
            "3 applied up run",
            "4 applied up run",
            "5 applied up baseline"
        ]
    );
    // A baseline that was a mistake.
    on(&["repair", "--forget", "5", "--yes"]).fine();
    on(&["run"]).fine();
    assert_eq!(fresh.tables().await, TABLES);
    // What was run is reverted, and not forgotten.
    let refused = on(&["repair", "--forget", "5", "--yes"]);
    assert_eq!(refused.code, 2, "{}", refused.all());
    assert!(
        refused.stderr.contains("`revert` takes it back"),
        "{}",
        refused.all()
    );
}

tests::on_every_engine! {
    run_goes_up_to_its_target
    run_counts_its_steps
    revert_goes_down_to_its_target
    revert_counts_its_steps_and_no_more_than_there_are
    redo_ends_where_it_began
    a_target_that_nobody_knows_is_refused_with_the_nearest
    what_is_skipped_is_passed_over
    a_baseline_records_up_to_its_version
}
