//! Splits the text of a migration into the statements to send one by one.
//!
//! Beside SQL it understands what the clients psql and mysql do with a script:
//! psql's backslash lines and `COPY` data, and mysql's `DELIMITER`.

use std::ops::Range;

use crate::dialect::Dialect;
use crate::lex::{Lexer, Token, TokenKind, Unterminated};
use crate::section::ends_statement;

use self::body::Body;
use self::statement::Statement;

mod body;
mod head;
mod statement;
#[cfg(test)]
pub(crate) mod tests;

/// A part of the text. The pieces are contiguous: together they are the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Byte offsets of the piece.
    pub(crate) whole: Range<usize>,
    /// What it is.
    pub(crate) kind: PieceKind,
}

/// What a [`Piece`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PieceKind {
    /// A statement. The range is what to send: from its first token that is
    /// neither space nor comment to its last, without the terminator.
    Statement(Range<usize>),
    /// Only space and comments, perhaps with a terminator.
    Blank,
    /// A `DELIMITER` line of the mysql client.
    Delimiter,
    /// A backslash command of psql, up to the end of its line.
    Meta,
    /// The lines after PostgreSQL's `COPY … FROM STDIN`, with the closing `\.`.
    CopyData,
}

/// A comment to the end of its line, where a statement may end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LineComment {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// A statement was begun and has no terminator yet.
    pub(crate) in_statement: bool,
}

/// Splits `sql` into its pieces.
///
/// # Errors
///
/// A quote, comment, routine body or parenthesis isn't closed.
pub(crate) fn split(sql: &str, dialect: Dialect) -> Result<Vec<Piece>, Unterminated> {
    split_at(sql, dialect, &mut |comment| ends_statement(sql, comment))
}

/// Splits `sql`, and asks at every line comment between statements, and where one may end, whether one ends there.
///
/// # Errors
///
/// As [`split`].
pub(crate) fn split_at(
    sql: &str,
    dialect: Dialect,
    ends: &mut dyn FnMut(LineComment) -> bool,
) -> Result<Vec<Piece>, Unterminated> {
    let mut splitter = Splitter {
        sql,
        dialect,
        ends,
        lexer: Lexer::new(sql, dialect),
        custom_delimiter: false,
        start: 0,
        statement: None,
        pieces: Vec::new(),
    };
    splitter.run()?;
    Ok(splitter.pieces)
}

/// The state of [`split`].
struct Splitter<'a> {
    sql: &'a str,
    dialect: Dialect,
    ends: &'a mut dyn FnMut(LineComment) -> bool,
    lexer: Lexer<'a>,
    /// Whether statements end at something else than `;`.
    custom_delimiter: bool,
    /// Where the next piece starts: the end of the last one.
    start: usize,
    /// The statement being read, as soon as its first token is known.
    statement: Option<Statement<'a>>,
    pieces: Vec<Piece>,
}

impl<'a> Splitter<'a> {
    fn run(&mut self) -> Result<(), Unterminated> {
        while let Some(token) = self.lexer.next().transpose()? {
            let text = self.text(token);
            match (token.kind, &mut self.statement) {
                (TokenKind::Space, _) => {}
                (TokenKind::Comment, _) => self.comment(token, text),
                (TokenKind::Semicolon, None) => self.finish(token.end),
                (TokenKind::Semicolon, Some(statement)) if statement.may_end() => {
                    statement.check_closed()?;
                    self.finish(token.end);
                }
                (_, Some(statement)) => statement.read(token, text),
                (_, None) => self.begin(token, text),
            }
        }
        if let Some(statement) = &self.statement {
            statement.check_closed()?;
        }
        self.finish(self.sql.len());
        Ok(())
    }

    /// Under another delimiter than `;` nothing else ends a statement.
    fn comment(&mut self, token: Token, text: &str) {
        let in_statement = match &self.statement {
            None => false,
            Some(statement) if !self.custom_delimiter && statement.may_be_whole() => true,
            Some(_) => return,
        };
        let comment = LineComment {
            start: token.start,
            end: token.end,
            in_statement,
        };
        if !text.starts_with("/*") && (self.ends)(comment) && in_statement {
            self.finish(token.start);
        }
    }

    fn text(&self, token: Token) -> &'a str {
        &self.sql[token.start..token.end]
    }

    /// `token` is the first that counts after the last piece.
    fn begin(&mut self, token: Token, text: &'a str) {
        if self.is_meta(text) {
            self.client_line(token.start, PieceKind::Meta);
        } else if let Some(delimiter) = self.delimiter(token, text) {
            self.lexer.set_delimiter(delimiter);
            self.custom_delimiter = delimiter != ";";
            self.client_line(token.start, PieceKind::Delimiter);
        } else {
            let mut statement = Statement::new(token.start, self.dialect);
            if self.custom_delimiter {
                statement.body = Body::none(self.dialect);
            }
            statement.read(token, text);
            self.statement = Some(statement);
        }
    }

    /// Ends the piece at `end`.
    fn finish(&mut self, end: usize) {
        let statement = self.statement.take();
        let has_data = statement.as_ref().is_some_and(Statement::is_copy);
        self.push(
            end,
            statement.map_or(PieceKind::Blank, |statement| {
                PieceKind::Statement(statement.start..statement.end)
            }),
        );
        if has_data {
            self.copy_data();
        }
    }

    fn push(&mut self, end: usize, kind: PieceKind) {
        if self.start < end {
            let whole = self.start..end;
            self.pieces.push(Piece { whole, kind });
        }
        self.start = end;
    }

    /// Makes a piece of the line from `at` on, with the blanks before it.
    fn client_line(&mut self, at: usize, kind: PieceKind) {
        self.push(self.indent(at), PieceKind::Blank);
        self.push(self.next_line(at), kind);
        self.lexer.seek(self.start);
    }

    /// psql takes a backslash for its own wherever a statement may start.
    fn is_meta(&self, text: &str) -> bool {
        self.dialect == Dialect::Postgres && text == "\\"
    }

    /// The delimiter a mysql client's `DELIMITER` line sets, if `token` starts one.
    /// The client knows it only as the first word of a line between statements.
    fn delimiter(&self, token: Token, text: &str) -> Option<&'a str> {
        let line = &self.sql[..self.indent(token.start)];
        let is_command = self.dialect == Dialect::MySql
            && text.eq_ignore_ascii_case("delimiter")
            && (line.is_empty() || line.ends_with('\n'));
        if !is_command {
            return None;
        }
        delimiter_argument(&self.sql[token.end..self.next_line(token.end)])
    }

    /// Takes the lines after a `COPY … FROM STDIN` that ended at `self.start`.
    /// psql reads them from the line after the command on.
    fn copy_data(&mut self) {
        let rest = self.sql[self.start..].trim_start_matches([' ', '\t', '\r']);
        if !(rest.is_empty() || rest.starts_with('\n') || rest.starts_with("--")) {
            return;
        }
        let first = self.next_line(self.start);
        let mut end = first;
        while end < self.sql.len() {
            let line = end;
            end = self.next_line(line);
            if self.sql[line..end].trim_end_matches(['\r', '\n']) == "\\." {
                break;
            }
        }
        if let Some(copy) = self.pieces.last_mut() {
            copy.whole.end = first;
        }
        self.start = first;
        self.push(end, PieceKind::CopyData);
        self.lexer.seek(end);
    }

    /// Where the blanks directly before `at` start.
    fn indent(&self, at: usize) -> usize {
        let before = &self.sql[self.start..at];
        self.start + before.trim_end_matches([' ', '\t', '\r']).len()
    }

    /// The start of the line after that of `at`, or the end.
    fn next_line(&self, at: usize) -> usize {
        self.sql[at..]
            .find('\n')
            .map_or(self.sql.len(), |offset| at + offset + 1)
    }
}

/// The delimiter in what follows the word `DELIMITER` on its line. As in the
/// mysql client it may be quoted, ends at white space otherwise, and must not
/// contain a backslash (manual, "mysql Client Commands").
fn delimiter_argument(line: &str) -> Option<&str> {
    let argument = line
        .strip_prefix(|first: char| first.is_ascii_whitespace())?
        .trim();
    let delimiter = match argument.chars().next()? {
        quote @ ('\'' | '"' | '`') => argument[1..].split(quote).next()?,
        _ => argument.split_whitespace().next()?,
    };
    (!delimiter.is_empty() && !delimiter.contains('\\')).then_some(delimiter)
}
