//! What cannot be taken back is asked for, and without a terminal there is nobody to ask.

use insta::assert_snapshot;

use super::mend::in_doubt;
use super::{broken, shop};

#[test]
fn without_a_terminal_nothing_is_done_that_was_not_confirmed() {
    let desk = shop();
    desk.on_file(&["run"]).fine();
    assert_snapshot!("refused", desk.on_file(&["revert"]).all());
    for arguments in [&["revert", "--all"][..], &["redo"], &["reset"]] {
        let ran = desk.on_file(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}\n{}", ran.all());
        assert_eq!(ran.stdout, "", "{arguments:?}");
    }
    assert_eq!(desk.on_file(&["version"]).fine().lines(), ["2"]);
    desk.write(
        "migrations/0001_users.up.sql",
        "CREATE TABLE users (id INTEGER);\n",
    );
    let ran = desk.on_file(&["repair", "--accept", "1"]);
    assert_eq!((ran.code, &*ran.stdout), (2, ""), "{}", ran.all());
    assert_eq!(desk.on_file(&["validate"]).code, 7);
}

#[test]
fn without_a_terminal_nothing_is_said_of_a_doubt() {
    let desk = in_doubt();
    let ran = desk.on_file(&["resolve", "2", "--ran"]);
    assert_eq!((ran.code, &*ran.stdout), (2, ""), "{}", ran.all());
    assert!(
        ran.stderr.contains("no terminal to ask at"),
        "{}",
        ran.all()
    );
    assert_eq!(desk.on_file(&["validate"]).code, 6);
}

#[test]
fn what_is_refused_anyway_is_refused_before_anybody_is_asked() {
    let desk = broken();
    assert_eq!(desk.on_file(&["run"]).code, 1);
    let ran = desk.on_file(&["revert"]);
    assert_eq!(ran.code, 7, "{}", ran.all());
    let ran = desk.on_file(&["resolve", "1", "--ran"]);
    assert!(ran.stderr.contains("is not in doubt"), "{}", ran.all());
    let ran = desk.on_file(&["repair", "--accept", "1"]);
    assert!(
        ran.stderr.contains("there is nothing to accept"),
        "{}",
        ran.all()
    );
}
