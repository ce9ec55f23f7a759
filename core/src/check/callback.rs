//! A callback, which runs in whatever transaction is open where its event is.

use std::ops::Range;

use super::Source;
use super::finding::Finding;
use super::refused::Refused;
use super::rule::Rule;
use super::sentence::Sentence;
use super::transaction::Control;
use crate::Dialect;
use crate::diagnostic::{Code, Diagnostic, Place};

const MESSAGE: &str = "a callback cannot choose to run without a transaction";

/// The directive, or what is nearly one.
pub(super) fn directive(part: Range<usize>) -> Finding {
    Finding::new(Code::CallbackWithoutTransaction, part, MESSAGE)
        .label("a callback runs where its event is, in the transaction that is open there")
        .hint("remove the line; what needs it belongs into a migration of its own, or into the program after its run")
}

/// The same, where something else than its text says it.
pub(super) fn said_elsewhere(source: &Source) -> Option<Diagnostic> {
    let is_said = source.is_callback && source.transaction == Some(false);
    is_said.then(|| {
        let place = Place::whole(source.path);
        Diagnostic::new(Code::CallbackWithoutTransaction, MESSAGE, place)
            .hint("remove what says so: `transaction = false` in its override, the option of a marker, a `metadata.toml`")
    })
}

/// What may stand in a callback.
pub(super) struct InCallback {
    pub(super) dialect: Dialect,
}

impl Rule<'_> for InCallback {
    fn read(&mut self, sentence: &Sentence, findings: &mut Vec<Finding>) {
        match sentence.control {
            Control::Nothing => {
                let rule = Refused::find(&sentence.words, self.dialect);
                findings.extend(rule.map(|rule| {
                    let finding = rule.finding(sentence, self.dialect);
                    finding.hint(
                        "move it to a migration of its own with `-- no-transaction`, or into the program after its run",
                    )
                }));
            }
            Control::BeginAll => {
                findings.push(control(sentence, "a callback switches `autocommit` off"));
            }
            Control::Begin | Control::Commit | Control::Abandon => {
                let message = format!("`{}` in a callback", sentence.called());
                findings.push(control(sentence, message));
            }
        }
    }
}

fn control(sentence: &Sentence, message: impl Into<String>) -> Finding {
    Finding::new(Code::TransactionControl, sentence.part(), message)
        .label("the transaction is that of the run, which ends it")
        .hint("remove it")
}
