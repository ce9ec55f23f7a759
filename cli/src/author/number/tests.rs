use jiff::civil::date;

use super::*;

fn next(label: &str, kind: Option<Kind>) -> Next<'_> {
    Next {
        newest: Some((label.parse().unwrap(), label)),
        kind,
        now: date(2025, 3, 9).at(8, 7, 6, 5),
    }
}

fn after(label: &str, kind: Option<Kind>) -> String {
    next(label, kind).label()
}

#[test]
fn a_sequence_goes_on_as_wide_as_it_is() {
    assert_eq!(after("0009", None), "0010");
    assert_eq!(after("99", None), "100");
    assert_eq!(after("1.2.9", None), "1.2.10");
    assert_eq!(after("1_9", None), "1_10");
}

#[test]
fn a_timestamp_is_followed_by_the_time() {
    assert_eq!(after("20240101120000", None), "20250309080706");
    assert_eq!(after("2024-01-01-120000", None), "2025-03-09-080706");
    assert_eq!(
        after("2024-01-01-120000-0000", None),
        "2025-03-09-080706-0000"
    );
    assert_eq!(
        after("2024-01-01-120000-00af", None),
        "2025-03-09-080706-0000"
    );
    assert_eq!(after("2024-01-31", None), "2025-03-09");
}

#[test]
fn a_clock_that_is_behind_does_not_go_back() {
    assert_eq!(after("20250309080706", None), "20250309080707");
    assert_eq!(after("20991231235959", None), "21000101000000");
    assert_eq!(after("2099-12-31-235959", None), "2100-01-01-000000");
    assert_eq!(after("2025-03-09", None), "2025-03-10");
    assert_eq!(after("2025-12-31", None), "2026-01-01");
    assert_eq!(
        after("99999999999999999", Some(Kind::Timestamp)),
        "100000000000000000"
    );
}

#[test]
fn fourteen_digits_that_are_no_time_are_a_sequence() {
    assert_eq!(after("00000000000001", None), "00000000000002");
    assert_eq!(after("20241301000000", None), "20241301000001");
}

#[test]
fn the_kind_can_be_asked_for() {
    assert_eq!(after("0009", Some(Kind::Timestamp)), "20250309080706");
    assert_eq!(
        after("20240101120000", Some(Kind::Sequence)),
        "20240101120001"
    );
}

#[test]
fn a_folder_that_counts_in_another_manner_counts_on() {
    let there = |newest, there: &str| {
        let version = there.parse().unwrap();
        next(newest, None).label_in(Some((version, there)))
    };
    assert_eq!(
        there("2024-01-01-120000", "2023-01-01-120000"),
        "2025-03-09-080706"
    );
    assert_eq!(there("2024-01-01-120000", "2"), "3");
    assert_eq!(there("20240101120000", "1.2"), "1.3");
}

#[test]
fn a_folder_counts_on_as_wide_as_it_is() {
    let there = |newest, there: &str| {
        let version = there.parse().unwrap();
        next(newest, None).label_in(Some((version, there)))
    };
    assert_eq!(there("7", "0001"), "0008");
    assert_eq!(there("0012", "9"), "13");
    assert_eq!(there("99", "001"), "100");
    assert_eq!(there("2.1", "1.10"), "2.2");
    assert_eq!(there("2.9", "01.09"), "02.10");
    assert_eq!(there("20240101120000", "20231231120000"), "20250309080706");
    assert_eq!(there("2024-01-01", "2023-12-31"), "2025-03-09");
}
