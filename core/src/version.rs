//! [`Version`]: what orders migrations.

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

/// How many parts a dotted version may have.
pub const MAX_PARTS: usize = 6;

/// The version of a migration: a number, numbers joined by dots as Flyway writes them, or a time as diesel does.
///
/// Versions are ordered by number, part by part, whatever the padding: `9 < 10`, `1.2 < 1.10`. Trailing zeros do not
/// count, so `1.0` is `1`. This is Flyway's order, and the order of integers where there is one part.
///
/// A version that begins with a date and has dashes is a time. Its digits are read as fourteen, `YYYYMMDDhhmmss`, filled
/// up with zeros, so it is one with the same time without dashes. Further digits are hexadecimal and a second part, with a
/// `1` in front because their zeros count: `2024-01-31` is `20240131000000`, and `2024-01-31-235959-000a` is
/// `20240131235959.65546`. The order is that of diesel, which compares the digits as texts; further digits are four there.
/// Only a date and the midnight that it begins with are two versions for diesel and one here.
///
/// It is displayed, and stored in the history table, in its shortest form: `0003` as `3`, `1_2_0` as `1.2`.
///
/// ```
/// use embed_migrations_core::Version;
///
/// let version: Version = "0003".parse().unwrap();
/// assert_eq!(version, Version::from(3));
/// assert_eq!(version.to_string(), "3");
/// assert!("1.2".parse::<Version>().unwrap() < "1.10".parse().unwrap());
/// assert_eq!("2024-01-31-2359".parse(), Ok(Version::from(20_240_131_235_900)));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version([u64; MAX_PARTS]);

impl Version {
    /// The version of one part.
    pub const fn new(number: u64) -> Self {
        let mut parts = [0; MAX_PARTS];
        parts[0] = number;
        Self(parts)
    }

    /// The version made of these parts; what the macro writes.
    #[doc(hidden)]
    pub const fn from_parts(parts: [u64; MAX_PARTS]) -> Self {
        Self(parts)
    }

    /// The parts, filled up with zeros.
    #[doc(hidden)]
    pub const fn parts(&self) -> [u64; MAX_PARTS] {
        self.0
    }
}

impl From<u64> for Version {
    fn from(number: u64) -> Self {
        Self::new(number)
    }
}

impl FromStr for Version {
    type Err = ParseVersionError;

    /// Parses digits, joined by `.` or `_`, and a date that is followed by more digits or by nothing, joined by `-`.
    ///
    /// # Errors
    ///
    /// `""`, `"1."`, `"1a"`, `"2024-1-31"`, a part above 18446744073709551615, and more than six parts.
    fn from_str(text: &str) -> Result<Self, ParseVersionError> {
        if is_time(text) {
            return time(text);
        }
        let mut parts = [0; MAX_PARTS];
        for (index, digits) in text.split(['.', '_']).enumerate() {
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(ParseVersionError::NotANumber);
            }
            let part = parts
                .get_mut(index)
                .ok_or(ParseVersionError::TooManyParts)?;
            *part = digits.parse().map_err(|_| ParseVersionError::TooLarge)?;
        }
        Ok(Self(parts))
    }
}

/// Whether a version is written as a time with dashes: `2024-01-31`, `2024-01-31-235959`, `2024-01-31-235959-000a`.
pub(crate) fn is_time(text: &str) -> bool {
    let mut groups = text.split('-').enumerate().map(|(index, group)| {
        let is_digit = |byte: u8| match index {
            // Diesel counts the migrations of one second in hexadecimal.
            4 if group.len() == 4 => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            _ => byte.is_ascii_digit(),
        };
        group.len() * usize::from(group.bytes().all(is_digit))
    });
    [4, 2, 2].map(Some) == [groups.next(), groups.next(), groups.next()]
        && groups.all(|digits| digits > 0)
}

/// `YYYYMMDDhhmmss`.
const DIGITS_OF_A_TIME: usize = 14;

fn time(text: &str) -> Result<Version, ParseVersionError> {
    let digits = text.replace('-', "");
    let (time, further) = digits.split_at(digits.len().min(DIGITS_OF_A_TIME));
    let number = |digits: &str, radix| {
        u64::from_str_radix(digits, radix).map_err(|_| ParseVersionError::TooLarge)
    };
    let mut parts = [0; MAX_PARTS];
    parts[0] = number(&format!("{time:0<DIGITS_OF_A_TIME$}"), 10)?;
    if !further.is_empty() {
        // `-0000` is behind no further digits.
        parts[1] = number(&format!("1{further}"), 16)?;
    }
    Ok(Version(parts))
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let used = self
            .0
            .iter()
            .rposition(|part| *part != 0)
            .map_or(1, |last| last + 1);
        let parts: Vec<String> = self.0[..used].iter().map(u64::to_string).collect();
        f.pad(&parts.join("."))
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Version({self})")
    }
}

/// Why a text is not a [`Version`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseVersionError {
    /// A part is empty or holds something else than digits.
    NotANumber,
    /// A part is above `u64::MAX`.
    TooLarge,
    /// There are more than [`MAX_PARTS`] parts.
    TooManyParts,
}

impl fmt::Display for ParseVersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotANumber => {
                f.write_str("expected digits, joined by `.` or `_`, or a date like `2024-01-31`")
            }
            Self::TooLarge => write!(f, "a version part is at most {}", u64::MAX),
            Self::TooManyParts => write!(f, "a version has at most {MAX_PARTS} parts"),
        }
    }
}

impl std::error::Error for ParseVersionError {}
