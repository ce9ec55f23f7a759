use super::*;
use crate::{Directory, Options};

fn member(files: &[&str]) -> Member {
    let directory = tempfile::tempdir().unwrap();
    for file in files {
        let path = directory.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "SELECT 1;").unwrap();
    }
    let read = Directory::read(directory.path(), "migrations", &Options::default());
    Member::new(Box::leak(Box::new(read.unwrap().leak())))
}

fn row(migration: &str) -> ForeignRow {
    ForeignRow {
        migration: migration.to_owned(),
        state: ForeignState::Applied,
        checksum: None,
    }
}

fn adopted(files: &[&str], history: History, rows: &[ForeignRow]) -> (Vec<String>, Vec<String>) {
    let adoption = adopt(&member(files), Dialect::Postgres, history, rows);
    let applied = adoption.applied.iter().map(Key::to_string).collect();
    (applied, adoption.unknown)
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn each_tool_names_a_migration_in_its_own_way() {
    let plain = &["0001_a.sql", "0002_b.sql"][..];
    let dashed = &["2024-03-13-170000_a/up.sql", "2024-03-14-170000_b/up.sql"][..];
    for (history, files, first, key) in [
        (History::Sqlx, plain, "1", "1"),
        (History::Refinery, &["V1__a.sql", "V2__b.sql"], "1", "1"),
        (History::Flyway, &["V1.2__a.sql", "V2__b.sql"], "1.2", "1.2"),
        (History::Goose, plain, "1", "1"),
        (History::Dbmate, plain, "0001", "1"),
        (History::SqlMigrate, plain, "0001_a.sql", "1"),
        (History::NodePgMigrate, plain, "0001_a", "1"),
        (History::Hammerwork, plain, "0001_a", "1"),
        (History::Chronis, plain, "1", "1"),
        (History::Diesel, dashed, "20240313170000", "20240313170000"),
    ] {
        let expected = (words(&[key]), words(&[]));
        assert_eq!(
            adopted(files, history, &[row(first)]),
            expected,
            "{history}"
        );
        let (_, unknown) = adopted(files, history, &[row("99999")]);
        assert_eq!(unknown, ["99999"], "{history}");
    }
}

#[test]
fn one_row_of_golang_migrate_stands_for_all_below() {
    let files = ["1_a.up.sql", "2_b.up.sql", "3_c.up.sql"];
    let adopted = adopted(&files, History::GolangMigrate, &[row("2")]);
    assert_eq!(adopted, (words(&["1", "2"]), words(&[])));
}

#[test]
fn the_last_row_of_goose_counts() {
    let reverted = ForeignRow {
        state: ForeignState::TakenBack,
        ..row("2")
    };
    let rows = [row("0"), row("1"), row("2"), reverted];
    let adopted = adopted(&["1_a.sql", "2_b.sql"], History::Goose, &rows);
    assert_eq!(adopted, (words(&["1"]), words(&[])));
}

#[test]
fn a_failed_row_and_another_text_are_told() {
    let failed = ForeignRow {
        state: ForeignState::Failed,
        ..row("1")
    };
    let edited = ForeignRow {
        checksum: Some("00".to_owned()),
        ..row("2")
    };
    let same = ForeignRow {
        checksum: Some(sha384("SELECT 1;").to_uppercase()),
        ..row("3")
    };
    let member = member(&["1_a.sql", "2_b.sql", "3_c.sql"]);
    let rows = [failed, edited, same];
    let adoption = adopt(&member, Dialect::Sqlite, History::Sqlx, &rows);
    assert_eq!(adoption.failed, ["1"]);
    assert_eq!(adoption.modified, [Key::from(2)]);
    assert_eq!(adoption.applied, [Key::from(2), Key::from(3)]);
}

#[test]
fn line_ends_and_a_byte_order_mark_make_no_other_text() {
    let text = "CREATE TABLE a (n INTEGER);\nSELECT 1;\n";
    let crlf = "CREATE TABLE a (n INTEGER);\r\nSELECT 1;\r\n";
    for file in [text, crlf] {
        assert!(is_of(&sha384(file), text), "{file:?}");
        assert!(is_of(&sha384(&format!("\u{feff}{file}")), text), "{file:?}");
    }
    assert!(!is_of(&sha384("SELECT 1;"), text));
}

#[test]
fn what_flyway_undid_or_deleted_is_neither_applied_nor_failed() {
    let taken_back = |version| ForeignRow {
        state: ForeignState::TakenBack,
        ..row(version)
    };
    // 2 was undone, 3 undone and applied again, and the file of 7 is gone.
    let rows = [
        row("1"),
        row("2"),
        row("3"),
        row("7"),
        taken_back("3"),
        taken_back("2"),
        taken_back("7"),
        row("3"),
    ];
    let files = ["V1__a.sql", "V2__b.sql", "V3__c.sql"];
    let adoption = adopt(&member(&files), Dialect::Postgres, History::Flyway, &rows);
    let applied: Vec<String> = adoption.applied.iter().map(Key::to_string).collect();
    assert_eq!(applied, ["1", "3"]);
    assert_eq!((adoption.unknown.len(), adoption.failed.len()), (0, 0));
}

#[test]
fn a_baseline_of_flyway_stands_for_all_below_and_needs_no_file() {
    let baseline = ForeignRow {
        state: ForeignState::Baseline,
        ..row("2.5")
    };
    let files = ["V1__a.sql", "V2__b.sql", "V3__c.sql", "V4__d.sql"];
    let adopted = adopted(&files, History::Flyway, &[baseline, row("3")]);
    assert_eq!(adopted, (words(&["1", "2", "3"]), words(&[])));
}

#[test]
fn what_failed_is_told_with_and_without_a_file() {
    let failed = |version| ForeignRow {
        state: ForeignState::Failed,
        ..row(version)
    };
    let rows = [failed("1"), failed("7")];
    let adoption = adopt(
        &member(&["V1__a.sql"]),
        Dialect::MySql,
        History::Flyway,
        &rows,
    );
    assert_eq!(adoption.failed, ["1", "7"]);
    assert_eq!((adoption.applied.len(), adoption.unknown.len()), (0, 0));
}
