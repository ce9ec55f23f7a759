//! [`Message`]: several statements in one text, and which of them it was that failed.

use embed_migrations_core::{Script, Statement, Step};

use crate::engine::{Position, Server, Stopped};

/// What a statement of a message is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// It begins the transaction.
    Begin,
    /// It takes the claim.
    Claim,
    /// It is one of a script: the migration's, or one that stands before or after it.
    Statement(&'static Script, Statement),
    /// It puts the session back.
    Restore,
    /// It writes the history.
    History,
    /// It ends the transaction.
    Commit,
}

/// Statements to send in one message.
#[derive(Debug)]
pub(super) struct Message {
    text: String,
    /// What stands in front of each statement but the first.
    between: String,
    /// Each statement's purpose, and the offset of its first byte.
    parts: Vec<(Part, usize)>,
}

impl Message {
    /// An empty message; the marker stands in front of everything that is sent.
    pub(super) fn new(marker: String) -> Self {
        Self {
            text: marker,
            between: ";\n".to_owned(),
            parts: Vec::new(),
        }
    }

    /// The same for a server that shows each statement of a message by itself: the marker stands in front of each.
    pub(super) fn marked_throughout(marker: &str) -> Self {
        Self {
            between: format!(";\n{marker}"),
            ..Self::new(marker.to_owned())
        }
    }

    pub(super) fn push(&mut self, part: Part, sql: &str) {
        if !self.parts.is_empty() {
            self.text.push_str(&self.between);
        }
        self.parts.push((part, self.text.len()));
        self.text.push_str(sql);
    }

    /// Whether there is no statement in it.
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// What begins a transaction whose first change is a claim.
    pub(super) fn push_begin(&mut self, server: &Server) {
        self.push_all(Part::Begin, &server.before_begin);
        self.push(Part::Begin, server.begin);
        self.push_all(Part::Begin, &server.after_begin);
    }

    /// What ends a transaction whose only change is a claim, before what runs outside of one.
    pub(super) fn push_end(&mut self, server: &Server) {
        self.push_all(Part::Begin, &server.limits_outside);
        self.push(Part::Commit, "COMMIT");
    }

    pub(super) fn push_all(&mut self, part: Part, statements: &[String]) {
        for sql in statements {
            self.push(part, sql);
        }
    }

    /// The statements of a script, from one on.
    pub(super) fn push_script(&mut self, step: &Step) {
        for &statement in step.statements.iter().skip(step.done) {
            let part = Part::Statement(step.script, statement);
            self.push(part, step.script.text(statement));
        }
    }

    pub(super) fn text(&self) -> String {
        self.text.clone()
    }

    /// The statement that a message stopped at, and the place in it: by the place that the server names, since a server may
    /// read the whole message before it runs any of it, else by the count of those that were answered.
    pub(super) fn stopped_at(
        &self,
        stopped: &Stopped,
        position: Option<Position>,
    ) -> (Part, Option<usize>) {
        let by_count = self.parts.get(stopped.completed).or(self.parts.last());
        match position {
            Some(Position::Sent(characters)) => {
                let at = self
                    .text
                    .char_indices()
                    .nth(characters)
                    .map_or(self.text.len(), |(at, _)| at);
                let part = self.parts.iter().rfind(|(_, start)| *start <= at);
                part.map_or((Part::Begin, None), |(part, start)| {
                    (*part, Some(at - start))
                })
            }
            Some(Position::Statement(at)) => {
                (by_count.map_or(Part::Begin, |(part, _)| *part), Some(at))
            }
            None => (by_count.map_or(Part::Begin, |(part, _)| *part), None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static SCRIPT: Script = Script {
        version: None,
        label: "",
        name: "",
        direction: embed_migrations_core::Direction::Up,
        dialect: None,
        path: "",
        first_line: 1,
        sql: "",
        checksum: &[0; 32],
        transaction: true,
        readings: "",
    };

    fn stopped(completed: usize) -> Stopped {
        Stopped {
            completed,
            error: sqlx::Error::WorkerCrashed,
        }
    }

    #[test]
    fn a_place_in_the_text_tells_the_statement_even_if_nothing_was_run() {
        let [first, second] = [(0, 10), (12, 23)]
            .map(|(start, end)| Part::Statement(&SCRIPT, Statement { start, end }));
        let mut message = Message::new("/* é */ ".to_owned());
        message.push(Part::Begin, "BEGIN");
        message.push(first, "SELECT 'é'");
        message.push(second, "SELECT nope");
        let at = message.text().chars().position(|c| c == 'p').unwrap();
        let place = message.stopped_at(&stopped(0), Some(Position::Sent(at)));
        assert_eq!(place, (second, Some("SELECT no".len())));
        assert_eq!(message.stopped_at(&stopped(1), None), (first, None));
    }
}
