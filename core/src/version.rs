//! [`Version`]: what orders migrations.

use std::fmt;
use std::str::FromStr;

/// How many parts a dotted version may have.
pub const MAX_PARTS: usize = 6;

/// The version of a migration: a number, or numbers joined by dots as Flyway writes them.
///
/// Versions are ordered by number, part by part, whatever the padding: `9 < 10`, `1.2 < 1.10`. Trailing zeros do not
/// count, so `1.0` is `1`. This is Flyway's order, and the order of integers where there is one part.
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

    /// Parses digits, joined by `.` or `_`.
    ///
    /// # Errors
    ///
    /// `""`, `"1."`, `"1a"`, a part above 18446744073709551615, and more than six parts.
    fn from_str(text: &str) -> Result<Self, ParseVersionError> {
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
            Self::NotANumber => f.write_str("expected digits, joined by `.` or `_`"),
            Self::TooLarge => write!(f, "a version part is at most {}", u64::MAX),
            Self::TooManyParts => write!(f, "a version has at most {MAX_PARTS} parts"),
        }
    }
}

impl std::error::Error for ParseVersionError {}

#[cfg(test)]
mod tests {
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
        for text in ["", "1.", ".1", "1..2", "1a", "-1", "+1"] {
            assert_eq!(text.parse::<Version>(), Err(ParseVersionError::NotANumber));
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
}
