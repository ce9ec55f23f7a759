//! `lock`.

use insta::assert_snapshot;

use crate::desk::Desk;

const LOCK: &str = "migrations/migrations.lock";

fn locked() -> Desk {
    let desk = Desk::with(&["0001_a.up.sql", "0001_a.down.sql", "0002_b.sql"]);
    desk.run(&["lock"]).fine();
    desk
}

#[test]
fn what_is_new_is_added_and_said() {
    let desk = Desk::with(&["0001_a.up.sql", "0001_a.down.sql", "0002_b.sqlite.sql"]);
    assert_snapshot!("first", desk.run(&["lock"]).all());
    desk.run(&["check"]).fine();
    desk.write("migrations/0003_c.sql", "SELECT 'c';\n");
    assert_snapshot!("next", desk.run(&["lock"]).all());
    let lock = desk.text(LOCK);
    assert_snapshot!("nothing_new", desk.run(&["lock"]).all());
    assert_eq!(desk.text(LOCK), lock);
}

#[test]
fn nothing_is_left_beside_the_lock() {
    assert_eq!(
        locked().files(),
        [
            "0001_a.down.sql",
            "0001_a.up.sql",
            "0002_b.sql",
            "migrations.lock"
        ]
    );
}

#[test]
fn what_differs_is_refused_and_the_lock_stays_as_it_is() {
    let desk = locked();
    let lock = desk.text(LOCK);
    desk.write("migrations/0002_b.sql", "SELECT 'edited';\n");
    desk.write("migrations/0003_c.sql", "SELECT 'c';\n");
    assert_snapshot!(desk.run(&["lock"]).all());
    assert_eq!(desk.text(LOCK), lock);
}

#[test]
fn one_edit_is_accepted_and_no_other() {
    let desk = locked();
    let lock = desk.text(LOCK);
    desk.write("migrations/0001_a.up.sql", "SELECT 'edited';\n");
    desk.write("migrations/0002_b.sql", "SELECT 'edited too';\n");
    let ran = desk.run(&["lock", "--accept", "migrations/0002_b.sql"]);
    assert_eq!(ran.code, 4);
    assert!(
        ran.stderr.contains("0001_a.up.sql") && !ran.stderr.contains("0002_b.sql"),
        "{}",
        ran.all()
    );
    assert_eq!(desk.text(LOCK), lock);
    let both = [
        "lock",
        "--accept",
        "migrations/0002_b.sql",
        "--accept",
        "0001_a.up.sql",
    ];
    assert_snapshot!(desk.run(&both).all());
    desk.run(&["check"]).fine();
}

#[test]
fn a_removal_and_a_late_arrival_are_accepted_by_their_files() {
    let desk = locked();
    std::fs::remove_file(desk.path("migrations/0001_a.down.sql")).unwrap();
    assert_eq!(desk.run(&["lock"]).code, 4);
    desk.run(&["lock", "--accept", "migrations/0001_a.down.sql"])
        .fine();
    desk.write("migrations/0000_z.sql", "SELECT 'z';\n");
    assert_eq!(desk.run(&["lock"]).code, 4);
    desk.run(&["lock", "--accept", "migrations/0000_z.sql"])
        .fine();
    desk.run(&["check"]).fine();
}

#[test]
fn what_does_not_differ_cannot_be_accepted() {
    let desk = locked();
    assert_snapshot!(
        desk.run(&["lock", "--accept", "migrations/0002_b.sql"])
            .all()
    );
}

#[test]
fn a_lock_that_was_merged_by_hand_is_refused_until_it_is_accepted() {
    let desk = locked();
    let text = desk.text(LOCK);
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with("0002"))
        .collect();
    desk.write(LOCK, &format!("{}\n", lines.join("\n")));
    let ran = desk.run(&["lock"]);
    assert_eq!(ran.code, 4);
    assert!(
        ran.stderr.starts_with("error: lock-digest: "),
        "{}",
        ran.all()
    );
    desk.run(&["lock", "--accept", LOCK]).fine();
    desk.run(&["check"]).fine();
}

#[test]
fn a_difference_that_the_settings_allow_stays_as_it_is() {
    let desk = locked();
    desk.write("migrations/0002_b.sql", "SELECT 'edited';\n");
    desk.write("migrations/0003_c.sql", "SELECT 'c';\n");
    desk.write(
        "migrations/migrations.toml",
        "[checks]\nlock-edited = \"warn\"\n",
    );
    let ran = desk.run(&["lock"]).fine();
    assert_eq!(ran.lines(), ["added     0003_c up"]);
    let listed = desk.run(&["list", "--json"]).fine().json();
    assert_eq!(listed["migrations"][1]["scripts"][0]["lock"], "edited");
}

#[test]
fn a_directory_with_mistakes_is_not_locked() {
    let desk = Desk::new(&[("migrations/0001_a.sql", "SELECT 'x\n")]);
    let ran = desk.run(&["lock"]);
    assert_eq!(ran.code, 4);
    assert!(
        ran.stderr
            .ends_with("error: nothing was locked, because the directory has mistakes\n")
    );
    assert_eq!(desk.files(), ["0001_a.sql"]);
}
