//! Stage 3: from a file's bytes to a script's text.

use crate::diagnostic::{Code, Diagnostic, Place};

const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The text without byte order mark and with LF line ends, which is what is checksummed, baked and sent.
///
/// # Errors
///
/// UTF-16, anything else that is not UTF-8, a NUL byte, and line ends of old Macs.
pub(crate) fn text(bytes: Vec<u8>, path: &str) -> Result<String, Diagnostic> {
    let text = decoded(bytes, path)?;
    if let Some(nul) = text.find('\0') {
        return Err(Diagnostic::new(
            Code::NulByte,
            "a NUL byte, which no server accepts in SQL",
            Place::text(path, &text, nul..nul + 1),
        )
        .hint("remove it; binary data is written as a hexadecimal literal"));
    }
    Ok(text)
}

/// The text of any file, without byte order mark and with LF line ends.
///
/// # Errors
///
/// UTF-16, and anything else that is not UTF-8.
pub(crate) fn decoded(mut bytes: Vec<u8>, path: &str) -> Result<String, Diagnostic> {
    if bytes.starts_with(UTF8_MARK) {
        bytes.drain(..UTF8_MARK.len());
    }
    if is_utf16(&bytes) {
        return Err(Diagnostic::new(
            Code::Utf16,
            "the file is UTF-16, and only UTF-8 is read",
            Place::whole(path),
        )
        .hint("save it as UTF-8"));
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| not_utf8(error.as_bytes(), error.utf8_error(), path))?;
    if text.contains("\r\n") {
        return Ok(text.replace("\r\n", "\n"));
    }
    if !text.contains('\n') && text.trim_end().contains('\r') {
        return Err(only_carriage_returns(path));
    }
    Ok(text)
}

/// Where a line ends there is another thing for each engine: after a comment one runs all of the rest, and another none.
fn only_carriage_returns(path: &str) -> Diagnostic {
    Diagnostic::new(
        Code::LineEnds,
        "the lines end with carriage returns alone",
        Place::whole(path),
    )
    .hint("save it with line feeds (LF), or with both (CRLF)")
}

/// What is said of a file of nothing but white space.
pub(crate) fn empty(text: &str, path: &str) -> Option<Diagnostic> {
    text.trim().is_empty().then(|| {
        Diagnostic::new(Code::EmptyFile, "the file is empty", Place::whole(path))
            .hint("write its SQL, or a comment that says why there is nothing to do")
    })
}

/// A UTF-16 byte order mark, or the NUL in every second byte that ASCII has in UTF-16.
fn is_utf16(bytes: &[u8]) -> bool {
    let beginning = &bytes[..bytes.len().min(64) & !1];
    let nul_in_every_pair = |at: usize| {
        beginning.len() >= 4
            && beginning
                .chunks_exact(2)
                .all(|pair| pair[at] == 0 && pair[1 - at] != 0)
    };
    bytes.starts_with(b"\xFF\xFE")
        || bytes.starts_with(b"\xFE\xFF")
        || nul_in_every_pair(0)
        || nul_in_every_pair(1)
}

fn not_utf8(bytes: &[u8], error: std::str::Utf8Error, path: &str) -> Diagnostic {
    let readable = String::from_utf8_lossy(bytes);
    let at = error.valid_up_to();
    let byte = bytes[at];
    Diagnostic::new(
        Code::NotUtf8,
        format!("the byte 0x{byte:02X} is not UTF-8"),
        Place::text(
            path,
            &readable,
            at..at + char::REPLACEMENT_CHARACTER.len_utf8(),
        ),
    )
    .hint("save the file as UTF-8; it may be Latin-1 or Windows-1252 now")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(bytes: &[u8]) -> Code {
        text(bytes.to_vec(), "a.sql").unwrap_err().code()
    }

    #[test]
    fn the_mark_and_the_carriage_returns_of_line_ends_are_taken_away() {
        assert_eq!(
            text(b"\xEF\xBB\xBFa\r\nb\rc\n".to_vec(), "").unwrap(),
            "a\nb\rc\n"
        );
        assert_eq!(text(b"a".to_vec(), "").unwrap(), "a");
        // Only at the beginning is it a mark.
        assert_eq!(text("a\u{FEFF}".into(), "").unwrap(), "a\u{FEFF}");
    }

    #[test]
    fn utf_16_is_known_by_its_mark_or_by_its_zeros() {
        for bytes in [
            &b"\xFF\xFE"[..],
            b"\xFE\xFF\0a",
            b"a\0b\0",
            b"\0a\0b",
            b"a\0b\0c",
        ] {
            assert_eq!(code(bytes), Code::Utf16, "{bytes:?}");
        }
        for bytes in [&b"a\0"[..], b"ab\0\0", b"a\0bcd\0"] {
            assert_eq!(code(bytes), Code::NulByte, "{bytes:?}");
        }
    }

    #[test]
    fn the_first_bad_byte_is_the_place() {
        let refused = text(b"a\nb \xFF\n".to_vec(), "a.sql").unwrap_err();
        assert_eq!((refused.place().line(), refused.place().column()), (2, 3));
        let refused = text(b"\xEF\xBB\xBFa\xC3".to_vec(), "a.sql").unwrap_err();
        assert_eq!((refused.place().line(), refused.place().column()), (1, 2));
    }

    #[test]
    fn nothing_but_white_space_is_empty() {
        for bytes in [&b""[..], b" \t\r\n", b"\xEF\xBB\xBF"] {
            let text = text(bytes.to_vec(), "").unwrap();
            assert!(empty(&text, "").is_some(), "{bytes:?}");
        }
        assert!(empty("--", "").is_none());
    }
}
