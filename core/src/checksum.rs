//! [`Checksum`]: what tells an edited script from an unchanged one.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

/// SHA-256 over a script's text without byte order mark and with LF line ends, so that a checkout on Windows changes
/// nothing. Displayed and stored as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Checksum([u8; 32]);

impl Checksum {
    /// The checksum of a normalised text.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// The checksum of no text at all, which a chain begins with.
    pub const EMPTY: Self = Self([0; 32]);

    /// The checksum of everything before, and of one text more.
    ///
    /// A chain knows where each text ends: `"ab", "c"` and `"a", "bc"` differ.
    #[must_use]
    pub fn and(self, text: &str) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(self.0);
        hasher.update(text.as_bytes());
        Self(hasher.finalize().into())
    }

    /// The checksum with these bytes; what the macro writes.
    #[doc(hidden)]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes of the digest.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Checksum({self})")
    }
}

impl FromStr for Checksum {
    type Err = ParseChecksumError;

    /// Parses 64 hexadecimal digits.
    ///
    /// # Errors
    ///
    /// Any other length, and any other character.
    fn from_str(text: &str) -> Result<Self, ParseChecksumError> {
        let mut bytes = [0; 32];
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(ParseChecksumError);
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |digit: u8| char::from(digit).to_digit(16).ok_or(ParseChecksumError);
            let value = digit(pair[0])? * 16 + digit(pair[1])?;
            *byte = u8::try_from(value).map_err(|_| ParseChecksumError)?;
        }
        Ok(Self(bytes))
    }
}

/// The text is not a [`Checksum`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseChecksumError;

impl fmt::Display for ParseChecksumError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected 64 hexadecimal digits")
    }
}

impl std::error::Error for ParseChecksumError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_sha_256_of_the_text() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(
            Checksum::of("abc").to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn survives_being_written_and_read() {
        let checksum = Checksum::of("SELECT 1;");
        assert_eq!(checksum.to_string().parse(), Ok(checksum));
        assert_eq!("00".parse::<Checksum>(), Err(ParseChecksumError));
        assert_eq!("é".repeat(32).parse::<Checksum>(), Err(ParseChecksumError));
    }

    #[test]
    fn a_chain_knows_where_each_text_ends() {
        let chain = |texts: [&str; 2]| texts.into_iter().fold(Checksum::EMPTY, Checksum::and);
        assert_ne!(chain(["ab", "c"]), chain(["a", "bc"]));
    }
}
