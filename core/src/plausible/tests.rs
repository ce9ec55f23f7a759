use super::*;
use crate::{Checksum, Direction, Version};

fn migration(label: &str, path: &str) -> DirectoryMigration {
    let script = DirectoryScript {
        label: label.to_owned(),
        name: "a".to_owned(),
        direction: Direction::Up,
        dialect: None,
        path: path.to_owned(),
        first_line: 1,
        sql: String::new(),
        checksum: Checksum::of(""),
        transaction: true,
        readings: Vec::new(),
    };
    DirectoryMigration {
        version: Version::from(1),
        scripts: vec![script],
    }
}

fn message(label: &str, now: Option<u64>) -> Option<String> {
    let migration = migration(label, &format!("m/{label}_a.sql"));
    let mistakes = check(&[migration], now);
    mistakes.first().map(|mistake| mistake.message().to_owned())
}

#[test]
fn a_time_that_there_is_not_is_told() {
    for (label, wrong) in [
        ("20241301000000", "month as 13"),
        ("20240001000000", "month as 00"),
        ("20240100000000", "day as 00"),
        ("20240132000000", "day as 32"),
        ("20240431000000", "day as 31"),
        ("20240230000000", "day as 30"),
        ("20230229000000", "day as 29"),
        ("21000229000000", "day as 29"),
        ("20240101240000", "hour as 24"),
        ("20240101006000", "minute as 60"),
        ("20240101000060", "second as 60"),
        ("2024-13-01-000000", "month as 13"),
    ] {
        let message = message(label, None).unwrap();
        assert!(message.ends_with(wrong), "{message}");
    }
}

#[test]
fn a_time_that_there_is_and_what_is_meant_as_none_are_fine() {
    for label in [
        "20240229235959",
        "20000229000000",
        "2024-01-31-235959",
        "00000000000000",
        "19691301000000",
        "30001301000000",
        "99999999999999",
        "202413010000",
        "2024130100000000",
        "20241301.000000",
        "2024.13.01.000000",
        "1",
    ] {
        assert_eq!(message(label, None), None, "{label}");
    }
}

#[test]
fn more_than_a_day_ahead_is_the_future() {
    for (now, tomorrow, too_late) in [
        (20_240_131_235_959, "20240201235959", "20240202000000"),
        (20_240_228_120_000, "20240229120000", "20240229120001"),
        (20_231_231_120_000, "20240101120000", "20240101120001"),
        (20_240_101_120_000, "20240102120000", "20240102120001"),
    ] {
        assert_eq!(message(tomorrow, Some(now)), None, "{now}");
        assert!(
            message(too_late, Some(now)).unwrap().ends_with("future"),
            "{now}"
        );
        assert_eq!(message(too_late, None), None);
    }
}

#[test]
fn the_digits_are_marked_wherever_the_version_stands() {
    for (label, path, line) in [
        (
            "20241301000000",
            "m/20241301000000_a.sql",
            "m/20241301000000_a.sql",
        ),
        (
            "20241301000000",
            "m/V20241301000000__a.sql",
            "m/V20241301000000__a.sql",
        ),
        (
            "2024-13-01-000000",
            "m/20/2024-13-01-000000_a/up.sql",
            "m/20/2024-13-01-000000_a/up.sql",
        ),
        (
            "20241301000000",
            "m/20241301000000_of_20241301000000.sql",
            "m/20241301000000_of_20241301000000.sql",
        ),
    ] {
        let mistakes = check(&[migration(label, path)], None);
        let text = mistakes[0].to_string();
        let lines: Vec<&str> = text.lines().collect();
        let shown = lines
            .iter()
            .position(|shown| shown.ends_with(line) && shown.contains('|'));
        let shown = shown.unwrap_or_else(|| panic!("{text}"));
        let month = lines[shown].find("13").unwrap();
        assert_eq!(lines[shown + 1].find('^'), Some(month), "{text}");
    }
}
