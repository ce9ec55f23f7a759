//! Recognizes the statements that define a routine, and finds its body.

use crate::dialect::Dialect;
use crate::lex::Token;

use super::body::{Block, is, is_name};

/// Reads the tokens of one statement up to the body of the routine it defines.
#[derive(Debug)]
pub(super) struct Head<'a> {
    dialect: Dialect,
    phase: Phase,
    /// The last token: its text and offsets.
    previous: (&'a str, usize, usize),
    /// Open parentheses.
    parentheses: usize,
}

/// What is known of the body after a token.
#[derive(Debug, Clone, Copy)]
pub(super) enum Found {
    /// Not enough yet.
    Nothing,
    /// The statement has no body with a `;` inside.
    Plain,
    /// The body is a block whose `BEGIN` is at this offset.
    Begin(usize),
    /// The body is to come, perhaps after characteristics like `DETERMINISTIC`.
    After,
    /// The token is the first of the body.
    Here,
}

/// How far the head was read.
#[derive(Debug, Clone, Copy)]
enum Phase {
    /// Nothing yet.
    Start,
    /// `CREATE` or `ALTER`: the kind of object is still to come.
    Create,
    /// `CREATE … DEFINER =`: the kind of object is still to come.
    Definer,
    /// `BEGIN` at this offset, transaction or MariaDB's `BEGIN NOT ATOMIC`.
    Begin(usize),
    /// The kind of routine is known.
    Routine(Mark),
}

/// What the body of a routine starts after, or with.
#[derive(Debug, Clone, Copy)]
enum Mark {
    /// PostgreSQL: with `BEGIN ATOMIC` (CREATE FUNCTION, `sql_body`).
    BeginAtomic,
    /// MySQL: after the parentheses of the parameters.
    Parameters,
    /// MySQL: after `FOR EACH ROW`.
    EachRow,
    /// MySQL: after `DO`.
    Do,
    /// SQLite: with `BEGIN`, somewhere after `ON table`.
    On,
    /// SQLite: with `BEGIN`.
    Begin,
}

impl<'a> Head<'a> {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            phase: Phase::Start,
            previous: ("", 0, 0),
            parentheses: 0,
        }
    }

    /// Whether a body is sure to come: a function may have none, a trigger has one.
    pub(super) fn awaits_body(&self) -> bool {
        matches!(
            self.phase,
            Phase::Routine(Mark::EachRow | Mark::On | Mark::Begin)
        )
    }

    /// The next token that is neither space nor comment.
    pub(super) fn read(&mut self, token: Token, text: &'a str) -> Found {
        let found = match self.phase {
            Phase::Start => self.read_first(text, token.start),
            Phase::Create | Phase::Definer => self.read_object(text),
            Phase::Begin(at) => self.read_anonymous(text, at),
            Phase::Routine(mark) => self.read_routine(mark, text, token.start),
        };
        self.previous = (text, token.start, token.end);
        found
    }

    fn after(&self, word: &str) -> bool {
        is(self.previous.0, word)
    }

    fn read_first(&mut self, text: &str, at: usize) -> Found {
        let is_mysql = self.dialect == Dialect::MySql;
        if is(text, "CREATE") || is_mysql && is(text, "ALTER") {
            self.phase = Phase::Create;
            return Found::Nothing;
        }
        match Block::of(text) {
            Some(Block::Begin) if is_mysql => {
                self.phase = Phase::Begin(at);
                Found::Nothing
            }
            // MariaDB runs these outside a routine too (its manual, "Using
            // Compound Statements Outside of Stored Programs").
            Some(_) if is_mysql => Found::Here,
            _ => Found::Plain,
        }
    }

    /// A token between `CREATE` and the kind of object.
    fn read_object(&mut self, text: &str) -> Found {
        let (routines, others): (&[_], &[_]) = match self.dialect {
            Dialect::Postgres => (
                &[
                    ("FUNCTION", Mark::BeginAtomic),
                    ("PROCEDURE", Mark::BeginAtomic),
                ],
                &["OR", "REPLACE"],
            ),
            Dialect::MySql => (
                &[
                    ("PROCEDURE", Mark::Parameters),
                    ("FUNCTION", Mark::Parameters),
                    ("TRIGGER", Mark::EachRow),
                    ("EVENT", Mark::Do),
                ],
                &["OR", "REPLACE", "AGGREGATE"],
            ),
            Dialect::Sqlite => (&[("TRIGGER", Mark::On)], &["TEMP", "TEMPORARY"]),
        };
        let in_definer = matches!(self.phase, Phase::Definer);
        let is_user = in_definer && (self.after("=") || self.after("@"));
        self.phase = match routines.iter().find(|(name, _)| is(text, name)) {
            Some((_, mark)) if !is_user => Phase::Routine(*mark),
            _ if self.dialect == Dialect::MySql && is(text, "DEFINER") => Phase::Definer,
            _ if in_definer && !is(text, "VIEW") => Phase::Definer,
            _ if others.iter().any(|other| is(text, other)) => Phase::Create,
            _ => return Found::Plain,
        };
        Found::Nothing
    }

    /// A token after `BEGIN`, which is MariaDB's block if `NOT ATOMIC` follows.
    fn read_anonymous(&self, text: &str, begin: usize) -> Found {
        if is(text, "ATOMIC") && self.after("NOT") {
            Found::Begin(begin)
        } else if is(text, "NOT") {
            Found::Nothing
        } else {
            Found::Plain
        }
    }

    fn read_routine(&mut self, mark: Mark, text: &str, at: usize) -> Found {
        match text {
            "(" => self.parentheses += 1,
            ")" => self.parentheses = self.parentheses.saturating_sub(1),
            _ => {}
        }
        let outside = self.parentheses == 0;
        match mark {
            Mark::BeginAtomic if outside && self.after("BEGIN") && is(text, "ATOMIC") => {
                Found::Begin(self.previous.1)
            }
            Mark::Parameters if outside && text == ")" => Found::After,
            Mark::EachRow if self.after("EACH") && is(text, "ROW") => Found::After,
            Mark::Do if is(text, "DO") => Found::After,
            Mark::On if is(text, "ON") => {
                self.phase = Phase::Routine(Mark::Begin);
                Found::Nothing
            }
            Mark::Begin
                if is(text, "BEGIN") && !self.after("ON") && !is_name(self.previous, at) =>
            {
                Found::Begin(at)
            }
            _ => Found::Nothing,
        }
    }
}
