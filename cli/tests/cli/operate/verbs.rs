//! What each verb says where all is well.

use insta::assert_snapshot;

use super::{broken, shop};

#[test]
fn what_is_pending_is_applied_as_far_as_is_asked() {
    let desk = shop();
    assert_snapshot!("status_before", desk.on_file(&["status"]).steady());
    assert_snapshot!("plan", desk.on_file(&["plan"]).steady());
    assert_snapshot!("plan_sql", desk.on_file(&["plan", "--sql"]).steady());
    assert_snapshot!(
        "dry_run",
        desk.on_file(&["run", "--dry-run", "--to", "1"]).steady()
    );
    assert_snapshot!("version_before", desk.on_file(&["version"]).steady());
    assert_snapshot!("run_one", desk.on_file(&["run", "--steps", "1"]).steady());
    assert_snapshot!("validate_pending", desk.on_file(&["validate"]).steady());
    assert_snapshot!("run_all", desk.on_file(&["up", "--to", "2"]).steady());
    assert_snapshot!("run_nothing", desk.on_file(&["migrate"]).steady());
    assert_snapshot!("status_after", desk.on_file(&["info"]).steady());
    assert_snapshot!("validate", desk.on_file(&["verify"]).steady());
    assert_snapshot!("history", desk.on_file(&["history"]).steady());
    assert_snapshot!("version", desk.on_file(&["version"]).steady());
    assert_snapshot!("wait", desk.on_file(&["wait", "--timeout", "1"]).steady());
}

#[test]
fn what_is_applied_is_taken_back_as_far_as_is_asked() {
    let desk = shop();
    desk.on_file(&["run"]).fine();
    assert_snapshot!(
        "plan_revert",
        desk.on_file(&["plan", "--revert", "--sql"]).steady()
    );
    assert_snapshot!(
        "revert_dry",
        desk.on_file(&["revert", "--all", "--dry-run"]).steady()
    );
    assert_snapshot!("redo", desk.on_file(&["redo", "--yes"]).steady());
    assert_snapshot!("revert", desk.on_file(&["down", "-y"]).steady());
    desk.on_file(&["run"]).fine();
    desk.on_file(&["rollback", "--to", "1", "-y"]).fine();
    assert_eq!(desk.on_file(&["version"]).fine().lines(), ["1"]);
    desk.on_file(&["run"]).fine();
    desk.on_file(&["revert", "--all", "-y"]).fine();
    let version = desk.on_file(&["version"]).fine();
    assert_eq!(
        (&*version.stdout, &*version.stderr),
        ("", "nothing is applied\n")
    );
    let nothing = desk.on_file(&["revert", "--all"]).fine();
    assert!(
        nothing.stdout.starts_with("there is nothing to do"),
        "{}",
        nothing.all()
    );
}

#[test]
fn what_the_database_has_already_is_recorded_without_being_run() {
    let desk = shop();
    assert_snapshot!("baseline", desk.on_file(&["baseline", "1"]).steady());
    assert_snapshot!("skip", desk.on_file(&["skip", "2"]).steady());
    let history = desk.on_file(&["history"]).fine().stdout;
    assert!(
        history.contains("baseline") && history.contains("skip"),
        "{history}"
    );
    let unknown = desk.on_file(&["skip", "7"]);
    assert_eq!(unknown.code, 2, "{}", unknown.all());
}

#[test]
fn a_failed_statement_is_shown_in_its_file() {
    let desk = broken();
    assert_snapshot!("failed", desk.on_file(&["run"]).steady());
    assert_snapshot!("status_failed", desk.on_file(&["status"]).steady());
}

#[test]
fn a_directory_with_mistakes_is_told_as_check_tells_it_and_nothing_is_done() {
    let desk = shop();
    desk.write("migrations/0003_x.sql", "SELECT 'x;\n");
    let ran = desk.on_file(&["run"]);
    assert_snapshot!("mistakes", ran.steady());
    assert!(!desk.path("shop.sqlite").exists());
}

#[test]
fn a_history_table_of_another_name_is_another_history() {
    let desk = shop();
    desk.on_file(&["run", "--table", "_shop"]).fine();
    assert_eq!(
        desk.on_file(&["version", "--table", "_shop"])
            .fine()
            .lines(),
        ["2"]
    );
    assert_eq!(desk.on_file(&["version"]).fine().stdout, "");
    let unknown = desk.on_file(&["status", "--set", "nobody"]);
    assert_eq!(unknown.code, 2, "{}", unknown.all());
    desk.on_file(&["status", "--set", "default"]).fine();
    let no_schemas = desk.on_file(&["run", "--schema", "x"]);
    assert_eq!(no_schemas.code, 2, "{}", no_schemas.all());
}
