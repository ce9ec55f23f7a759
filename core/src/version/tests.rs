use proptest::prelude::*;

use super::*;

fn version(text: &str) -> Version {
    text.parse().unwrap()
}

#[test]
fn order_is_numeric_whatever_the_padding() {
    let mut versions = ["10", "9", "0010.1", "1.10", "1.2", "0", "20240101120000"].map(version);
    versions.sort();
    assert_eq!(
        versions.map(|version| version.to_string()),
        ["0", "1.2", "1.10", "9", "10", "10.1", "20240101120000"]
    );
}

#[test]
fn padding_separator_and_trailing_zeros_do_not_count() {
    assert_eq!(version("1_2_0"), version("01.2"));
    assert_eq!(version("0.0"), Version::from(0));
    assert_eq!(version("0.0.1").to_string(), "0.0.1");
}

#[test]
fn what_is_no_version_says_why() {
    for text in [
        "",
        "1.",
        ".1",
        "1..2",
        "1a",
        "-1",
        "+1",
        "1-2",
        "2024-1-31",
        "2024-01",
        "2024-01-31-",
        "2024-01--31",
        "24-01-31",
        "2024-01-31-1a",
        "2024-01-31.1",
        "2024-01-31_1",
    ] {
        assert_eq!(
            text.parse::<Version>(),
            Err(ParseVersionError::NotANumber),
            "{text}"
        );
    }
    assert_eq!(
        "18446744073709551616".parse::<Version>(),
        Err(ParseVersionError::TooLarge)
    );
    assert_eq!(
        "1.2.3.4.5.6.7".parse::<Version>(),
        Err(ParseVersionError::TooManyParts)
    );
}

#[test]
fn dashes_make_a_version_a_time_of_fourteen_digits_and_perhaps_a_second_part() {
    for (dashed, plain) in [
        ("2024-01-31", "20240131000000"),
        ("2024-01-31-23", "20240131230000"),
        ("2024-01-31-23-59-59", "20240131235959"),
        ("2024-01-31-235959", "20240131235959"),
        ("2024-01-31-235959-0001", "20240131235959.65537"),
        ("2024-01-31-235959-0000", "20240131235959.65536"),
        ("2024-01-31-2359590001", "20240131235959.65537"),
        ("2024-01-31-235959-00ff", "20240131235959.65791"),
        ("0000-00-00-000000", "0"),
    ] {
        assert_eq!(version(dashed), version(plain), "{dashed}");
    }
    assert_eq!(
        "2024-01-31-235959-18446744073709551616".parse::<Version>(),
        Err(ParseVersionError::TooLarge)
    );
}

/// As diesel writes versions: a date, a time with it, a number of four digits with that. A time may have no dashes.
fn times() -> impl Strategy<Value = String> {
    let date = (1970..2100u32, 1..13u8, 1..32u8)
        .prop_map(|(year, month, day)| format!("{year:04}-{month:02}-{day:02}"));
    let time = (0..2u8, 0..2u8, 0..2u8).prop_map(|(h, m, s)| format!("-{h:02}{m:02}{s:02}"));
    let number = (0..10_000u16).prop_map(|number| format!("-{number:04}"));
    let with_date = (date, prop::option::of((time, prop::option::of(number))));
    (with_date, any::<bool>()).prop_map(|((date, more), plain)| match more {
        None => date,
        Some((time, Some(number))) => date + &time + &number,
        Some((time, None)) if plain => (date + &time).replace('-', ""),
        Some((time, None)) => date + &time,
    })
}

proptest! {
    /// diesel's version is the text before the first `_`, without its dashes.
    #[test]
    fn times_are_in_the_order_of_diesel_but_a_date_is_its_midnight(
        times in (times(), times()),
        date in "20[0-9]{2}-(0[1-9]|1[0-2])-[0-2][1-9]",
        on_one_day in any::<bool>(),
    ) {
        let (mut one, mut other) = times;
        if on_one_day && one.contains('-') && other.contains('-') {
            one.replace_range(..10, &date);
            other.replace_range(..10, &date);
        }
        let ours = version(&one).cmp(&version(&other));
        let digits = [&one, &other].map(|time| time.replace('-', ""));
        let [one, other] = &digits;
        let is_midnight = format!("{one}000000") == *other || format!("{other}000000") == *one;
        prop_assert!(ours == one.cmp(other) || (ours.is_eq() && is_midnight), "{one} {other}");
    }

    #[test]
    fn a_version_is_read_back_from_what_is_displayed(text in "[0-9]{1,19}([._][0-9]{1,19}){0,5}|[0-9]{4}-[0-9]{2}-[0-9]{2}(-[0-9]{1,6}){0,2}") {
        let version = version(&text);
        prop_assert_eq!(version.to_string().parse(), Ok(version));
    }
}
