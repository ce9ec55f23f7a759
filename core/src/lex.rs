//! A lexer for the SQL of PostgreSQL, MySQL/MariaDB and SQLite.
//!
//! It knows just enough to tell code from text: where a comment, a string or a
//! quoted name starts and ends in each dialect. Everything else is a word or a
//! single symbol. The tokens are contiguous: together they are the input.

use crate::dialect::Dialect;

#[cfg(test)]
mod tests;
mod token;

pub(crate) use self::token::{Open, Token, TokenKind, Unterminated};

/// An iterator over the tokens of an SQL text.
///
/// It ends after the first error: what follows an unclosed quote isn't known.
#[derive(Debug, Clone)]
pub(crate) struct Lexer<'a> {
    sql: &'a str,
    dialect: Dialect,
    delimiter: &'a str,
    position: usize,
}

impl<'a> Lexer<'a> {
    /// A lexer at the start of `sql`.
    pub(crate) fn new(sql: &'a str, dialect: Dialect) -> Self {
        Self {
            sql,
            dialect,
            delimiter: ";",
            position: 0,
        }
    }

    /// Goes on at `position`, a character boundary.
    pub(crate) fn seek(&mut self, position: usize) {
        debug_assert!(self.sql.is_char_boundary(position));
        self.position = position;
    }

    /// From now on `delimiter` is the [`TokenKind::Semicolon`], and `;` a symbol
    /// like any other.
    pub(crate) fn set_delimiter(&mut self, delimiter: &'a str) {
        debug_assert!(!delimiter.is_empty());
        self.delimiter = delimiter;
    }

    /// The kind and the end of the token that starts at `at`.
    fn token_at(&self, at: usize) -> Result<(TokenKind, usize), Unterminated> {
        use Dialect::{MySql, Postgres, Sqlite};

        // The mysql client looks for its delimiter before anything else.
        if self.is_delimiter(at) {
            return Ok((TokenKind::Semicolon, at + self.delimiter.len()));
        }
        match (self.rest(at), self.dialect) {
            ([byte, ..], _) if is_space(*byte) => Ok((TokenKind::Space, self.skip(at, is_space))),
            ([b'-', b'-', ..], _) if self.is_dash_comment(at) => {
                Ok((TokenKind::Comment, self.line_end(at)))
            }
            ([b'#', ..], MySql) => Ok((TokenKind::Comment, self.line_end(at))),
            ([b'/', b'*', ..], _) => self.block_comment(at),
            ([b'\'', ..], _) => self.string(at, at, self.dialect == MySql),
            ([b'"', ..], MySql) => self.string(at, at, true),
            ([b'"', ..], _) | ([b'`', ..], MySql | Sqlite) => self.name(at, at),
            ([b'[', ..], Sqlite) => self.bracketed_name(at),
            ([b'$', ..], Postgres) => self.dollar(at),
            ([b'u' | b'U', b'&', b'\'', ..], Postgres) => self.string(at, at + 2, false),
            ([b'u' | b'U', b'&', b'"', ..], Postgres) => self.name(at, at + 2),
            ([b'e' | b'E', b'\'', ..], Postgres) => self.escape_string(at),
            ([b'n' | b'N', b'\'', ..], Postgres | MySql) => {
                self.string(at, at + 1, self.dialect == MySql)
            }
            ([b'b' | b'B', b'\'', ..], Postgres | MySql) | ([b'x' | b'X', b'\'', ..], _) => {
                self.string(at, at + 1, false)
            }
            ([byte, ..], _) if is_word(*byte) => Ok((TokenKind::Word, self.word_end(at))),
            _ => Ok((TokenKind::Symbol, at + 1)),
        }
    }

    fn rest(&self, at: usize) -> &'a [u8] {
        &self.sql.as_bytes()[at..]
    }

    fn is_delimiter(&self, at: usize) -> bool {
        // This is asked of every byte, and its first byte is nearly always the answer.
        let delimiter = self.delimiter.as_bytes();
        self.rest(at).first() == delimiter.first() && self.rest(at).starts_with(delimiter)
    }

    /// The first offset from `at` on whose byte isn't one of `these`.
    fn skip(&self, at: usize, these: impl Fn(u8) -> bool) -> usize {
        let rest = self.rest(at);
        at + rest.iter().take_while(|byte| these(**byte)).count()
    }

    /// The end of the word at `at`: the mysql client finds its delimiter in the
    /// midst of a word too, as in `END$$`.
    fn word_end(&self, at: usize) -> usize {
        let mut end = at + 1;
        while self.rest(end).first().is_some_and(|byte| is_word(*byte)) && !self.is_delimiter(end) {
            end += 1;
        }
        end
    }

    /// Whether the `--` at `at` is a comment. In MySQL white space, a control
    /// character or the end has to follow (manual, "Comments").
    fn is_dash_comment(&self, at: usize) -> bool {
        self.dialect != Dialect::MySql
            || self
                .rest(at + 2)
                .first()
                .is_none_or(|byte| *byte == b' ' || byte.is_ascii_control())
    }

    /// The offset of the line break that ends the line of `at`, or the end. For
    /// PostgreSQL alone a lone carriage return is one (its scan.l, `non_newline`).
    fn line_end(&self, at: usize) -> usize {
        let carriage_return = self.dialect == Dialect::Postgres;
        self.skip(at, |byte| {
            byte != b'\n' && !(byte == b'\r' && carriage_return)
        })
    }

    fn block_comment(&self, at: usize) -> Result<(TokenKind, usize), Unterminated> {
        if self.executable_start(at).is_some() {
            return self.executable(at);
        }
        let end = match self.dialect {
            Dialect::Postgres => self.nested_comment_end(at),
            Dialect::MySql | Dialect::Sqlite => self.find("*/", at + 2),
        };
        closed(TokenKind::Comment, end, Open::Comment, at)
    }

    /// The offset after the next `text` from `from` on.
    fn find(&self, text: &str, from: usize) -> Option<usize> {
        let offset = self.sql[from..].find(text)?;
        Some(from + offset + text.len())
    }

    /// Block comments nest in PostgreSQL (manual 4.1.5).
    fn nested_comment_end(&self, at: usize) -> Option<usize> {
        let mut depth = 0_usize;
        let mut offset = at;
        loop {
            match self.rest(offset) {
                [] => return None,
                [b'/', b'*', ..] => depth += 1,
                [b'*', b'/', ..] if depth == 1 => return Some(offset + 2),
                [b'*', b'/', ..] => depth -= 1,
                _ => {
                    offset += 1;
                    continue;
                }
            }
            offset += 2;
        }
    }

    /// Where the code starts, if an executable comment is at `at`.
    fn executable_start(&self, at: usize) -> Option<usize> {
        match (self.rest(at), self.dialect) {
            ([b'/', b'*', b'!', ..], Dialect::MySql) => Some(at + 3),
            ([b'/', b'*', b'M', b'!', ..], Dialect::MySql) => Some(at + 4),
            _ => None,
        }
    }

    /// The server reads on as code: a `*/` in a string or in a comment inside
    /// doesn't end it, and another `/*!` inside doesn't nest.
    fn executable(&self, at: usize) -> Result<(TokenKind, usize), Unterminated> {
        let mut offset = at;
        loop {
            if let Some(code) = self.executable_start(offset) {
                offset = code;
                continue;
            }
            match self.rest(offset) {
                [] => return closed(TokenKind::Executable, None, Open::Comment, at),
                [b'*', b'/', ..] => return Ok((TokenKind::Executable, offset + 2)),
                _ => (_, offset) = self.token_at(offset)?,
            }
        }
    }

    /// The string whose first quote is at `quote`, with its prefix from `at`.
    fn string(
        &self,
        at: usize,
        quote: usize,
        escapes: bool,
    ) -> Result<(TokenKind, usize), Unterminated> {
        let end = self.quoted_end(quote, escapes);
        closed(TokenKind::String, end, Open::String, at)
    }

    fn name(&self, at: usize, quote: usize) -> Result<(TokenKind, usize), Unterminated> {
        let end = self.quoted_end(quote, false);
        closed(TokenKind::Name, end, Open::Name, at)
    }

    /// SQLite's `[name]`, for which there is no way to write a `]` inside.
    fn bracketed_name(&self, at: usize) -> Result<(TokenKind, usize), Unterminated> {
        closed(TokenKind::Name, self.find("]", at + 1), Open::Name, at)
    }

    /// The offset after the quote that matches the one at `quote`. A doubled
    /// quote stands for itself, and with `escapes` so does one after a backslash.
    fn quoted_end(&self, quote: usize, escapes: bool) -> Option<usize> {
        let bytes = self.sql.as_bytes();
        let mark = bytes[quote];
        let mut offset = quote + 1;
        while let Some(&byte) = bytes.get(offset) {
            if byte == b'\\' && escapes {
                offset += 2;
            } else if byte != mark {
                offset += 1;
            } else if bytes.get(offset + 1) == Some(&mark) {
                offset += 2;
            } else {
                return Some(offset + 1);
            }
        }
        None
    }

    /// PostgreSQL's `E'…'`. It goes on after a line break and a quote, still
    /// with escapes (manual 4.1.2.1), so the parts are one token.
    fn escape_string(&self, at: usize) -> Result<(TokenKind, usize), Unterminated> {
        let mut end = self.quoted_end(at + 1, true);
        while let Some(quote) = end.and_then(|end| self.continuation(end)) {
            end = self.quoted_end(quote, true);
        }
        closed(TokenKind::String, end, Open::String, at)
    }

    /// The quote with which a string that was closed before `from` goes on.
    fn continuation(&self, from: usize) -> Option<usize> {
        let mut line_break = false;
        let mut offset = from;
        loop {
            match self.rest(offset) {
                [b'\'', ..] if line_break => return Some(offset),
                [b'-', b'-', ..] => offset = self.line_end(offset),
                [byte, ..] if is_space(*byte) => {
                    line_break |= matches!(byte, b'\n' | b'\r');
                    offset += 1;
                }
                _ => return None,
            }
        }
    }

    /// A `$` that isn't part of a word: a parameter, a dollar quote (PostgreSQL
    /// manual 4.1.2.4) or nothing at all.
    fn dollar(&self, at: usize) -> Result<(TokenKind, usize), Unterminated> {
        let is_tag = |byte| is_word(byte) && byte != b'$';
        match self.rest(at + 1).first() {
            Some(digit) if digit.is_ascii_digit() => {
                let end = self.skip(at + 1, |byte| byte.is_ascii_digit());
                Ok((TokenKind::Word, end))
            }
            _ => match self.skip(at + 1, is_tag) {
                last if self.rest(last).first() == Some(&b'$') => {
                    let end = self.find(&self.sql[at..=last], last + 1);
                    closed(TokenKind::String, end, Open::DollarQuote, at)
                }
                _ => Ok((TokenKind::Symbol, at + 1)),
            },
        }
    }
}

impl Iterator for Lexer<'_> {
    type Item = Result<Token, Unterminated>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.position;
        if start == self.sql.len() {
            return None;
        }
        let token = self
            .token_at(start)
            .map(|(kind, end)| Token { kind, start, end });
        self.position = token.as_ref().map_or(self.sql.len(), |token| token.end);
        Some(token)
    }
}

/// A token that has to have an end.
fn closed(
    kind: TokenKind,
    end: Option<usize>,
    what: Open,
    at: usize,
) -> Result<(TokenKind, usize), Unterminated> {
    end.map(|end| (kind, end)).ok_or(Unterminated { what, at })
}

/// White space; all three scanners but SQLite's take a vertical tab for one.
fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'\x0b'
}

/// A byte of a keyword, identifier or number. Any byte of a non-ASCII character
/// is one, so that a word ends on a character boundary.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii()
}
