//! Finds the body of a stored routine: the `;` inside it don't end the statement.

use crate::dialect::Dialect;
use crate::lex::{Token, TokenKind};

use super::head::{Found, Head};

/// Reads the tokens of one statement and follows the blocks of its body.
///
/// `BEGIN` and `END` are also names, of columns for example, since neither is
/// reserved in MySQL and SQLite. So a word opens or closes a block only where a
/// statement of the body may start.
#[derive(Debug)]
pub(super) struct Body<'a> {
    dialect: Dialect,
    phase: Phase<'a>,
    /// The open blocks, outermost first, each with the offset of its first word.
    blocks: Vec<(Block, usize)>,
    /// The last token: its text and offsets.
    previous: (&'a str, usize, usize),
    /// Where in a statement of the body the next token is.
    place: Place,
    /// Whether a statement is still to come after the head of the routine or of
    /// a handler, the end of which isn't marked.
    seeking: bool,
    /// Whether the statement is a `DECLARE`.
    declaring: bool,
}

/// A place in a statement of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Its first token comes next.
    Start,
    /// Its first token was read, which may be a label.
    AfterFirst,
    /// More of it was read.
    Inside,
}

/// How far the statement was read.
#[derive(Debug)]
enum Phase<'a> {
    /// Up to the body.
    Head(Head<'a>),
    /// Where the body starts, or inside it.
    Body,
    /// After the body, or in a statement without one.
    Plain,
}

/// A block with an `END` of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    Begin,
    If,
    Case,
    /// A `CASE` inside an expression, closed by `END` rather than `END CASE`.
    CaseExpression,
    While,
    Loop,
    Repeat,
    For,
}

/// The words a simple statement of a MySQL routine starts with, as far as one of
/// the words that open a block may follow in it.
const SIMPLE: [&str; 22] = [
    "ALTER", "CALL", "CREATE", "DELETE", "DO", "DROP", "EXECUTE", "EXPLAIN", "GRANT", "INSERT",
    "PREPARE", "RENAME", "REPLACE", "RETURN", "REVOKE", "SELECT", "SET", "SHOW", "SIGNAL",
    "UPDATE", "VALUES", "WITH",
];

impl Block {
    /// The block a statement with this first word is.
    pub(super) fn of(word: &str) -> Option<Self> {
        let blocks = [
            ("BEGIN", Self::Begin),
            ("IF", Self::If),
            ("CASE", Self::Case),
            ("WHILE", Self::While),
            ("LOOP", Self::Loop),
            ("REPEAT", Self::Repeat),
            ("FOR", Self::For),
        ];
        let found = blocks.iter().find(|(name, _)| is(word, name));
        found.map(|(_, block)| *block)
    }
}

impl<'a> Body<'a> {
    /// For a statement that may have a body.
    pub(super) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            phase: Phase::Head(Head::new(dialect)),
            blocks: Vec::new(),
            previous: ("", 0, 0),
            place: Place::Inside,
            seeking: false,
            declaring: false,
        }
    }

    /// For a statement whose body doesn't matter.
    pub(super) fn none(dialect: Dialect) -> Self {
        Self {
            phase: Phase::Plain,
            ..Self::new(dialect)
        }
    }

    /// Where the outermost open block starts; `None` outside a body.
    pub(super) fn opened_at(&self) -> Option<usize> {
        self.blocks.first().map(|(_, at)| *at)
    }

    /// Whether a body is sure to come.
    pub(super) fn is_awaited(&self) -> bool {
        matches!(&self.phase, Phase::Head(head) if head.awaits_body())
    }

    /// The next token that is neither space nor comment.
    ///
    /// An executable comment is passed over: what is inside it isn't split anyway.
    pub(super) fn read(&mut self, token: Token, text: &'a str) {
        if token.kind == TokenKind::Executable {
            return;
        }
        match &mut self.phase {
            Phase::Head(head) => match head.read(token, text) {
                Found::Nothing => {}
                Found::Plain => self.phase = Phase::Plain,
                Found::Begin(at) => self.open(Block::Begin, at),
                Found::After => self.seek(),
                Found::Here => {
                    self.seek();
                    self.read_body(token, text);
                }
            },
            Phase::Body => self.read_body(token, text),
            Phase::Plain => return,
        }
        self.previous = (text, token.start, token.end);
    }

    fn is_mysql(&self) -> bool {
        self.dialect == Dialect::MySql
    }

    fn after(&self, word: &str) -> bool {
        is(self.previous.0, word)
    }

    /// The statement that is the body comes next, or nearly so.
    fn seek(&mut self) {
        self.phase = Phase::Body;
        self.seeking = true;
    }

    fn open(&mut self, block: Block, at: usize) {
        self.phase = Phase::Body;
        self.blocks.push((block, at));
        if matches!(block, Block::Begin | Block::Loop | Block::Repeat) {
            self.place = Place::Start;
        }
        self.seeking = false;
    }

    fn close(&mut self) {
        self.blocks.pop();
        if self.blocks.is_empty() {
            self.phase = Phase::Plain;
        }
    }

    fn read_body(&mut self, token: Token, text: &str) {
        let place = self.place;
        self.place = if place == Place::Start {
            Place::AfterFirst
        } else {
            Place::Inside
        };
        match token.kind {
            TokenKind::Semicolon => {
                self.place = Place::Start;
                self.seeking = false;
                self.declaring = false;
            }
            TokenKind::Symbol if text == ":" && place == Place::AfterFirst => {
                self.place = Place::Start;
            }
            TokenKind::Word if !is_name(self.previous, token.start) => {
                self.read_word(text, token.start, place == Place::Start);
            }
            _ => {}
        }
    }

    fn read_word(&mut self, word: &str, at: usize, started: bool) {
        let top = self.blocks.last().map(|(block, _)| *block);
        if let Some(block) = Block::of(word) {
            if !self.after("END") {
                self.read_opener(block, at, started);
            } else if block != Block::Begin && top == Some(block) {
                self.close();
            }
        } else if is(word, "END") {
            match top {
                Some(Block::CaseExpression) => self.close(),
                Some(Block::Begin) if started => self.close(),
                _ => {}
            }
        } else if self.is_mysql() {
            self.read_routine_word(word, started, top);
        }
    }

    /// A word that opens `block`, if it is the first of a statement.
    fn read_opener(&mut self, block: Block, at: usize, started: bool) {
        let is_statement = self.is_mysql() && (started || self.seeking);
        match block {
            Block::For if self.after("HANDLER") => {}
            _ if is_statement => self.open(block, at),
            Block::Case if !self.blocks.is_empty() => self.open(Block::CaseExpression, at),
            _ => {}
        }
    }

    /// Any other word of a MySQL routine.
    fn read_routine_word(&mut self, word: &str, started: bool, top: Option<Block>) {
        let is_type = is(word, "SET")
            && ["RETURNS", "CHARACTER", "CHAR"]
                .iter()
                .any(|before| self.after(before));
        if self.seeking && !is_type && SIMPLE.iter().any(|first| is(word, first)) {
            self.seeking = false;
            if self.blocks.is_empty() {
                self.phase = Phase::Plain;
            }
        } else if self.precedes_statement(word, started, top) {
            self.place = Place::Start;
        } else if is(word, "DECLARE") {
            self.declaring = started;
        } else if is(word, "HANDLER") {
            self.seeking = self.declaring;
        }
    }

    /// Whether the first token of a statement follows `word` in a MySQL routine.
    fn precedes_statement(&self, word: &str, started: bool, top: Option<Block>) -> bool {
        match word.to_ascii_uppercase().as_str() {
            "THEN" | "ELSE" => top != Some(Block::CaseExpression),
            // That of a loop, not the statement.
            "DO" => !started,
            "ATOMIC" => self.after("NOT"),
            _ => false,
        }
    }
}

/// Whether `text` is `word`, which is in upper case.
pub(super) fn is(text: &str, word: &str) -> bool {
    text.eq_ignore_ascii_case(word)
}

/// Whether the word at `at` can't be a keyword: after `.`, `@` or `AS`.
pub(super) fn is_name((previous, _, end): (&str, usize, usize), at: usize) -> bool {
    (matches!(previous, "." | "@") && end == at) || is(previous, "AS")
}
