//! What cannot be taken back is asked for, and without a terminal there is nobody to ask.

use insta::assert_snapshot;

use super::{broken, shop};

#[test]
fn without_a_terminal_nothing_is_done_that_was_not_confirmed() {
    let desk = shop();
    desk.on_file(&["run"]).fine();
    assert_snapshot!("refused", desk.on_file(&["revert"]).all());
    for arguments in [
        &["revert", "--all"][..],
        &["redo"],
        &["reset"],
        &["repair", "--accept", "1"],
        &["resolve", "1", "--ran"],
    ] {
        let ran = desk.on_file(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}\n{}", ran.all());
        assert_eq!(ran.stdout, "", "{arguments:?}");
    }
    assert_eq!(desk.on_file(&["version"]).fine().lines(), ["2"]);
}

#[test]
fn what_is_refused_anyway_is_refused_before_anybody_is_asked() {
    let desk = broken();
    assert_eq!(desk.on_file(&["run"]).code, 1);
    let ran = desk.on_file(&["revert"]);
    assert_eq!(ran.code, 7, "{}", ran.all());
}
