//! `renumber`.

use insta::assert_snapshot;

use crate::desk::Desk;

#[test]
fn a_migration_with_the_version_of_another_goes_behind_the_newest() {
    let desk = Desk::with(&[
        "0001_a.sql",
        "0002_theirs.sql",
        "0002_mine.up.sql",
        "0002_mine.down.sql",
        "0003_c.sql",
    ]);
    assert_eq!(desk.run(&["check"]).code, 4);
    assert_snapshot!(desk.run(&["renumber", "migrations/0002_mine.up.sql"]).all());
    assert_eq!(
        desk.files(),
        [
            "0001_a.sql",
            "0002_theirs.sql",
            "0003_c.sql",
            "0004_mine.down.sql",
            "0004_mine.up.sql"
        ]
    );
    desk.run(&["check"]).fine();
}

#[test]
fn every_file_of_it_moves_in_every_layout() {
    for (scripts, file, after) in [
        (
            &["0001_a/up.sql", "0001_a/down.sql", "0002_b/up.sql"][..],
            "0001_a",
            &["0002_b/up.sql", "0003_a/down.sql", "0003_a/up.sql"][..],
        ),
        (
            &["0001_a.postgres.sql", "0001_a.sqlite.sql", "0002_b.sql"],
            "0001_a.sqlite.sql",
            &["0002_b.sql", "0003_a.postgres.sql", "0003_a.sqlite.sql"],
        ),
        (
            &[
                "postgres/0001_a.sql",
                "sqlite/0001_a.sql",
                "sqlite/0002_b.sql",
            ],
            "sqlite/0001_a.sql",
            &[
                "postgres/0003_a.sql",
                "sqlite/0002_b.sql",
                "sqlite/0003_a.sql",
            ],
        ),
        (
            &["V1.1__a.sql", "U1.1__a.sql", "V1.2__b.sql"],
            "U1.1__a.sql",
            &["U1.3__a.sql", "V1.2__b.sql", "V1.3__a.sql"],
        ),
        (
            &["V2__b.sql", "U2__bb.sql", "V3__c.sql"],
            "V2__b.sql",
            &["U4__bb.sql", "V3__c.sql", "V4__b.sql"],
        ),
        (
            &["V2__b.sql", "U2__bb.sql", "V3__c.sql"],
            "U2__bb.sql",
            &["U4__bb.sql", "V3__c.sql", "V4__b.sql"],
        ),
        (
            &["V2__b.sql", "U2__b.sql", "V2__a.sql"],
            "V2__a.sql",
            &["U2__b.sql", "V2__b.sql", "V3__a.sql"],
        ),
        (
            &[
                "mysql/V2__b.sql",
                "mysql/U2__bb.sql",
                "mysql/V3__c.sql",
                "sqlite/V2__bb.sql",
                "sqlite/U2__bb.sql",
            ],
            "mysql/V2__b.sql",
            &[
                "mysql/U4__bb.sql",
                "mysql/V3__c.sql",
                "mysql/V4__b.sql",
                "sqlite/U2__bb.sql",
                "sqlite/V2__bb.sql",
            ],
        ),
        (
            &["postgres/0001_a.sql", "mysql/V1__a.sql", "mysql/V7__b.sql"],
            "postgres/0001_a.sql",
            &["mysql/V7__b.sql", "mysql/V8__a.sql", "postgres/0008_a.sql"],
        ),
    ] {
        let desk = Desk::with(scripts);
        desk.run(&["renumber", file]).fine();
        assert_eq!(desk.files(), after);
    }
}

#[test]
fn a_down_script_that_may_be_of_either_of_two_is_told() {
    let desk = Desk::with(&["V2__a.sql", "V2__b.sql", "U2__c.sql"]);
    let before = desk.files();
    assert_snapshot!(desk.run(&["renumber", "V2__b.sql"]).all());
    assert_eq!(desk.files(), before);
    // What is locked has its down script in the lock.
    let desk = Desk::with(&["V2__a.sql", "U2__aa.sql"]);
    desk.run(&["lock"]).fine();
    desk.write("migrations/V2__b.sql", "SELECT 'b';\n");
    desk.write("migrations/U2__bb.sql", "SELECT 'bb';\n");
    desk.run(&["renumber", "V2__b.sql"]).fine();
    assert_eq!(
        desk.files(),
        [
            "U2__aa.sql",
            "U3__bb.sql",
            "V2__a.sql",
            "V3__b.sql",
            "migrations.lock"
        ]
    );
}

#[test]
fn what_lies_beside_the_scripts_of_a_migration_moves_with_them() {
    let desk = Desk::with(&["0001_a/up.sql", "0002_b/up.sql"]);
    desk.write(
        "migrations/0001_a/metadata.toml",
        "run_in_transaction = false\n",
    );
    desk.write("migrations/0001_a/notes.txt", "");
    desk.run(&["renumber", "migrations/0001_a/up.sql"]).fine();
    assert_eq!(
        desk.files(),
        [
            "0002_b/up.sql",
            "0003_a/metadata.toml",
            "0003_a/notes.txt",
            "0003_a/up.sql"
        ]
    );
}

#[test]
fn a_timestamp_becomes_the_time() {
    let desk = Desk::with(&["20240101120000_a.sql", "20240101120001_b.sql"]);
    let ran = desk.run(&["renumber", "20240101120000_a.sql"]).fine();
    let (from, to) = ran.stdout.trim().split_once(" → ").unwrap();
    assert_eq!(from, "migrations/20240101120000_a.sql");
    assert!(
        to > "migrations/20250101000000_a.sql" && to.ends_with("_a.sql"),
        "{to}"
    );
}

#[test]
fn what_another_branch_overtook_can_be_locked_again() {
    let desk = Desk::with(&["0001_a.sql", "0003_theirs.sql"]);
    desk.run(&["lock"]).fine();
    desk.write("migrations/0002_mine.sql", "SELECT 'mine';\n");
    let checked = desk.run(&["check"]);
    assert!(
        checked.stdout.starts_with("error: lock-overtaken: "),
        "{}",
        checked.all()
    );
    assert!(
        checked
            .stdout
            .contains("`cargo migrations renumber migrations/0002_mine.sql`")
    );
    desk.run(&["renumber", "migrations/0002_mine.sql"]).fine();
    desk.run(&["lock"]).fine();
    desk.run(&["check"]).fine();
    assert_eq!(
        desk.files(),
        [
            "0001_a.sql",
            "0003_theirs.sql",
            "0004_mine.sql",
            "migrations.lock"
        ]
    );
}

#[test]
fn what_is_locked_stays() {
    let desk = Desk::with(&["0001_a.sql", "0002_b.sql"]);
    desk.run(&["lock"]).fine();
    assert_snapshot!(desk.run(&["renumber", "migrations/0001_a.sql"]).all());
    desk.write("migrations/0001_a.down.sql", "SELECT 'down';\n");
    let ran = desk.run(&["renumber", "migrations/0001_a.down.sql"]);
    assert_eq!(
        ran.code,
        1,
        "a down script goes nowhere without its up script\n{}",
        ran.all()
    );
    assert!(desk.files().contains(&"0001_a.down.sql".to_owned()));
}

#[test]
fn the_script_of_a_dialect_that_came_late_moves_alone() {
    let desk = Desk::with(&["0001_a.sql", "0002_b.sql"]);
    desk.run(&["lock"]).fine();
    desk.write("migrations/0001_a.sqlite.sql", "SELECT 'late';\n");
    desk.run(&["renumber", "migrations/0001_a.sqlite.sql"])
        .fine();
    assert_eq!(
        desk.files(),
        [
            "0001_a.sql",
            "0002_b.sql",
            "0003_a.sqlite.sql",
            "migrations.lock"
        ]
    );
}

#[test]
fn the_newest_stays() {
    let desk = Desk::with(&["0001_a.sql", "0002_b.sql"]);
    assert_snapshot!(desk.run(&["renumber", "0002_b.sql"]).all());
    assert_eq!(desk.files(), ["0001_a.sql", "0002_b.sql"]);
}

#[test]
fn nothing_is_written_over_and_what_was_moved_goes_back() {
    let desk = Desk::with(&["0001_a.up.sql", "0001_a.down.sql", "0002_b.sql"]);
    // A directory under the name of the second file; nobody counts it among the migrations.
    desk.write("migrations/0003_a.up.sql/notes.txt", "");
    let ran = desk.run(&["renumber", "migrations/0001_a.up.sql"]);
    assert_eq!(ran.code, 1, "{}", ran.all());
    assert_eq!(
        desk.files(),
        [
            "0001_a.down.sql",
            "0001_a.up.sql",
            "0002_b.sql",
            "0003_a.up.sql/notes.txt"
        ]
    );
}

#[test]
fn an_override_goes_with_its_file() {
    let desk = Desk::with(&["0001_a.sql", "0002_b.sql"]);
    let settings = "# ours\n[overrides.\"0001_a.sql\"] # 0001_a.sql\ntransaction = false\n";
    desk.write("migrations/migrations.toml", settings);
    assert_snapshot!(desk.run(&["renumber", "migrations/0001_a.sql"]).all());
    assert_eq!(
        desk.files(),
        ["0002_b.sql", "0003_a.sql", "migrations.toml"]
    );
    assert_eq!(
        desk.text("migrations/migrations.toml"),
        "# ours\n[overrides.\"0003_a.sql\"] # 0001_a.sql\ntransaction = false\n"
    );
    desk.run(&["check"]).fine();
}

#[test]
fn an_override_that_is_written_in_another_manner_holds_its_file() {
    let desk = Desk::with(&["0001_a.sql", "0002_b.sql"]);
    let settings = "[overrides.\"\\u0030001_a.sql\"]\ntransaction = false\n";
    desk.write("migrations/migrations.toml", settings);
    let before = desk.files();
    assert_snapshot!(desk.run(&["renumber", "migrations/0001_a.sql"]).all());
    assert_eq!(desk.files(), before);
    assert_eq!(desk.text("migrations/migrations.toml"), settings);
}

#[test]
fn a_name_that_nobody_would_read_is_not_given() {
    let desk = Desk::with(&["0001_a.sql", "0003_c.sql"]);
    desk.run(&["lock"]).fine();
    desk.write("migrations/0002_b.sql", "SELECT 'b';\n");
    desk.write("migrations/migrations.toml", "ignore = [\"0004_*\"]\n");
    let before = desk.files();
    assert_snapshot!(desk.run(&["renumber", "migrations/0002_b.sql"]).all());
    assert_eq!(desk.files(), before);
    // An override of it is taken back, too.
    let settings = "ignore = [\"0004_*\"]\n[overrides.\"0002_b.sql\"]\ntransaction = false\n";
    desk.write("migrations/migrations.toml", settings);
    let ran = desk.run(&["renumber", "migrations/0002_b.sql"]);
    assert_eq!(ran.code, 4, "{}", ran.all());
    assert_eq!(desk.files(), before);
    assert_eq!(desk.text("migrations/migrations.toml"), settings);
}

#[test]
fn what_is_locked_does_not_move_with_a_directory() {
    let desk = Desk::with(&["0001_a/up.sql", "0002_b/up.sql"]);
    desk.run(&["lock"]).fine();
    desk.write("migrations/0001_a/up.sqlite.sql", "SELECT 'late';\n");
    let before = desk.files();
    let ran = desk.run(&["renumber", "migrations/0001_a/up.sqlite.sql"]);
    assert_eq!(ran.code, 1, "{}", ran.all());
    assert_eq!(desk.files(), before);
}

#[test]
fn what_is_no_migration_is_told() {
    let desk = Desk::with(&["0001_a.sql"]);
    assert_snapshot!(desk.run(&["renumber", "migrations/0009_z.sql"]).all());
}
