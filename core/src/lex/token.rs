//! What a [`Lexer`](super::Lexer) gives.

/// What a [`Token`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// White space.
    Space,
    /// A comment the server skips; MySQL's optimizer hints `/*+ … */` are among them.
    Comment,
    /// MySQL's `/*! … */` and MariaDB's `/*M! … */`: a comment that is code.
    Executable,
    /// A keyword, bare identifier, number or PostgreSQL parameter (`$1`).
    Word,
    /// A quoted identifier.
    Name,
    /// A string literal of any kind, with its prefix.
    String,
    /// What ends a statement: `;`, or the delimiter set by [`Lexer::set_delimiter`](super::Lexer::set_delimiter).
    Semicolon,
    /// Any other single character.
    Symbol,
}

/// A piece of SQL text that belongs together, as byte offsets into the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The input ended inside something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unterminated {
    /// What was still open.
    pub(crate) what: Open,
    /// Byte offset at which it was opened.
    pub(crate) at: usize,
}

/// What an [`Unterminated`] input lacks the end of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Open {
    /// A string literal in quotes.
    String,
    /// A quoted identifier.
    Name,
    /// A block comment, executable or not.
    Comment,
    /// PostgreSQL's `$tag$ … $tag$`.
    DollarQuote,
    /// The body of a routine, such as `BEGIN … END`.
    Body,
    /// A `(` of a PostgreSQL statement, inside which a `;` doesn't end it.
    Parenthesis,
}
