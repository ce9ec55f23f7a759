//! A statement while it is read: where it may end.

use super::body::Body;
use crate::dialect::Dialect;
use crate::lex::{Open, Token, TokenKind, Unterminated};

/// A statement while it is read.
pub(super) struct Statement<'a> {
    pub(super) start: usize,
    /// The end of the last token that counts.
    pub(super) end: usize,
    pub(super) body: Body<'a>,
    copy: CopyFrom,
    /// The depth of parentheses. In PostgreSQL a `;` inside them is no end: `CREATE RULE … DO (a; b)` needs it, and psql
    /// counts them in every statement.
    parentheses: usize,
    /// Where the outermost of them was opened.
    parenthesis: usize,
    dialect: Dialect,
}

impl<'a> Statement<'a> {
    pub(super) fn new(start: usize, dialect: Dialect) -> Self {
        Self {
            start,
            end: start,
            body: Body::new(dialect),
            copy: if dialect == Dialect::Postgres {
                CopyFrom::Start
            } else {
                CopyFrom::No
            },
            parentheses: 0,
            parenthesis: 0,
            dialect,
        }
    }

    /// Whether a terminator here ends the statement.
    pub(super) fn may_end(&self) -> bool {
        let inside = self.parentheses > 0 && self.dialect == Dialect::Postgres;
        !inside && self.body.opened_at().is_none()
    }

    /// Whether it may be complete here without a terminator.
    pub(super) fn may_be_whole(&self) -> bool {
        self.check_closed().is_ok() && !self.body.is_awaited()
    }

    /// Whether lines of data follow the statement.
    pub(super) fn is_copy(&self) -> bool {
        self.copy == CopyFrom::Stdin
    }

    /// An error if the input must not end here.
    pub(super) fn check_closed(&self) -> Result<(), Unterminated> {
        if let Some(at) = self.body.opened_at() {
            let what = Open::Body;
            return Err(Unterminated { what, at });
        }
        if self.parentheses > 0 {
            let (what, at) = (Open::Parenthesis, self.parenthesis);
            return Err(Unterminated { what, at });
        }
        Ok(())
    }

    /// The next token that counts.
    pub(super) fn read(&mut self, token: Token, text: &'a str) {
        self.end = token.end;
        if token.kind == TokenKind::Symbol {
            match text {
                "(" => {
                    if self.parentheses == 0 {
                        self.parenthesis = token.start;
                    }
                    self.parentheses += 1;
                }
                ")" => self.parentheses = self.parentheses.saturating_sub(1),
                _ => {}
            }
        }
        if self.parentheses == 0 {
            self.copy = self.copy.then(text);
        }
        self.body.read(token, text);
    }
}

/// How much of PostgreSQL's `COPY … FROM STDIN` was read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CopyFrom {
    Start,
    Head,
    From,
    Stdin,
    No,
}

impl CopyFrom {
    fn then(self, text: &str) -> Self {
        let is = |word| text.eq_ignore_ascii_case(word);
        match self {
            Self::Start if is("COPY") => Self::Head,
            Self::Start | Self::No => Self::No,
            Self::From if is("STDIN") => Self::Stdin,
            Self::Head | Self::From if is("FROM") => Self::From,
            Self::Head | Self::From => Self::Head,
            Self::Stdin => Self::Stdin,
        }
    }
}
