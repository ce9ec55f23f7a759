//! [`Sentence`]: a statement as the words that its rules share.

use std::borrow::Cow;
use std::ops::Range;

use super::pattern::begins;
use super::transaction::Control;
use crate::lex::{Lexer, TokenKind};
use crate::{Dialect, Statement};

/// Enough for a `COPY` of every column of a wide table; nothing is looked for behind that.
const MOST_WORDS: usize = 512;

/// What a statement consists of, without space and comments: a word, a quoted name, a string or a symbol.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word<'a> {
    pub(crate) kind: TokenKind,
    pub(crate) text: &'a str,
    /// Where it stands in the script.
    pub(crate) start: usize,
}

impl<'a> Word<'a> {
    pub(crate) fn part(self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    /// The name of something, without its quotes; a keyword is taken for one too.
    pub(crate) fn name(self) -> Option<Cow<'a, str>> {
        let first = self.text.chars().next()?;
        match self.kind {
            TokenKind::Word => {
                (first.is_alphabetic() || first == '_').then_some(Cow::Borrowed(self.text))
            }
            // PostgreSQL's `U&"…"` writes its name with escapes.
            TokenKind::Name if matches!(first, 'u' | 'U') => None,
            TokenKind::Name => Some(unquoted(self.text)),
            _ => None,
        }
    }

    /// What stands in a string in these quotes, without a prefix.
    pub(crate) fn quoted(self, quote: char) -> Option<Cow<'a, str>> {
        let is_so = self.kind == TokenKind::String && self.text.starts_with(quote);
        is_so.then(|| unquoted(self.text))
    }

    /// Where what it says stands, without its quotes.
    pub(crate) fn inner(self) -> Range<usize> {
        let Range { start, end } = self.part();
        match self.kind {
            TokenKind::Name | TokenKind::String => start + 1..end - 1,
            _ => start..end,
        }
    }
}

/// What stands between quotes, of which a doubled one stands for itself.
fn unquoted(text: &str) -> Cow<'_, str> {
    let (inner, closing) = (&text[1..text.len() - 1], &text[text.len() - 1..]);
    let doubled = closing.repeat(2);
    if inner.contains(&doubled) {
        Cow::Owned(inner.replace(&doubled, closing))
    } else {
        Cow::Borrowed(inner)
    }
}

/// The words of a statement, and those in MySQL's `/*! … */`, which the server reads too.
pub(crate) fn words<'a>(
    text: &'a str,
    dialect: Dialect,
    statement: &Statement,
) -> impl Iterator<Item = Word<'a>> {
    let sql = &text[statement.start..statement.end];
    let offset = statement.start;
    let mut lexer = Lexer::new(sql, dialect);
    let mut closing = None;
    std::iter::from_fn(move || {
        loop {
            let token = lexer.next()?.ok()?;
            let text = &sql[token.start..token.end];
            match token.kind {
                TokenKind::Space | TokenKind::Comment | TokenKind::Semicolon => {}
                TokenKind::Executable => {
                    closing = Some(token.end - "*/".len());
                    lexer.seek(token.start + executable_code(text));
                }
                _ if closing == Some(token.start) => lexer.seek(token.start + "*/".len()),
                kind => {
                    let start = offset + token.start;
                    return Some(Word { kind, text, start });
                }
            }
        }
    })
}

/// Where the code begins in `/*!50003 … */` or `/*M!100100 … */`.
fn executable_code(comment: &str) -> usize {
    let mark = if comment.starts_with("/*M!") { 4 } else { 3 };
    let code = comment[mark..].trim_start_matches(|c: char| c.is_ascii_digit());
    comment.len() - code.len()
}

/// The first words of a statement.
pub(crate) fn first_words<'a>(
    text: &'a str,
    dialect: Dialect,
    statement: &Statement,
) -> Vec<Word<'a>> {
    words(text, dialect, statement).take(MOST_WORDS).collect()
}

/// The first words of a text that is one statement.
pub(crate) fn words_of(sql: &str, dialect: Dialect) -> Vec<Word<'_>> {
    let whole = Statement {
        start: 0,
        end: sql.len(),
    };
    first_words(sql, dialect, &whole)
}

/// A statement as the rules read it.
#[derive(Debug)]
pub(super) struct Sentence<'a> {
    pub(super) statement: Statement,
    /// Its first words.
    pub(super) words: Vec<Word<'a>>,
    pub(super) control: Control,
    /// It runs in a transaction, that of the script or one that the script began.
    pub(super) in_transaction: bool,
}

impl<'a> Sentence<'a> {
    pub(super) fn new(statement: Statement, in_transaction: bool) -> Self {
        Self {
            statement,
            words: Vec::new(),
            control: Control::Nothing,
            in_transaction,
        }
    }

    pub(super) fn take(&mut self, word: Word<'a>) {
        if self.words.len() < MOST_WORDS {
            self.words.push(word);
        }
    }

    pub(super) fn is(&self, pattern: &str) -> bool {
        begins(&self.words, pattern)
    }

    pub(super) fn is_any(&self, patterns: &[&str]) -> bool {
        patterns.iter().any(|pattern| self.is(pattern))
    }

    pub(super) fn part(&self) -> Range<usize> {
        self.statement.start..self.statement.end
    }

    pub(super) fn called(&self) -> String {
        called(&self.words)
    }
}

/// The words of a statement that say how something is, not what.
const MODIFIERS: [&str; 13] = [
    "OR",
    "REPLACE",
    "UNIQUE",
    "TEMP",
    "TEMPORARY",
    "GLOBAL",
    "LOCAL",
    "UNLOGGED",
    "VIRTUAL",
    "RECURSIVE",
    "FULLTEXT",
    "SPATIAL",
    "FOREIGN",
];

/// What messages call a statement: `CREATE INDEX` for `create unique index …`.
pub(crate) fn called(words: &[Word]) -> String {
    const OF_TWO: &str = "CREATE|ALTER|DROP|RENAME|START|PREPARE|COMMENT|LOAD|REFRESH|LOCK";
    let is_modifier = |word: &Word| {
        let is = |modifier: &&str| word.text.eq_ignore_ascii_case(modifier);
        MODIFIERS.iter().any(is)
    };
    let mut words_of = words.iter().filter(|word| word.kind == TokenKind::Word);
    let first = words_of.next();
    let second = words_of
        .find(|word| !is_modifier(word))
        .filter(|_| begins(words, OF_TWO));
    let called: Vec<String> = [first, second]
        .into_iter()
        .flatten()
        .map(|word| word.text.to_ascii_uppercase())
        .collect();
    called.join(" ")
}
