//! What is done about a kind of mistake, by its code.

use std::collections::BTreeMap;
use std::ops::Range;

use super::document::{Document, Entry};
use super::keys::misplaced;
use crate::diagnostic::{Code, Severity};
use crate::suggest::nearest;

const SEVERITIES: [(&str, Severity); 3] = [
    (Severity::Deny.name(), Severity::Deny),
    (Severity::Warn.name(), Severity::Warn),
    (Severity::Allow.name(), Severity::Allow),
];

impl Document<'_> {
    /// What `[checks]` says.
    pub(super) fn checks(&mut self, entry: Entry) -> BTreeMap<Code, Severity> {
        let header = "[checks]";
        let mut checks = BTreeMap::new();
        for entry in self.table(entry, header).into_iter().flat_map(Entry::all) {
            let (name, part) = (entry.name(), entry.key.span());
            if let Some(hint) = misplaced(name, header) {
                self.tell(part, format!("unknown key `{name}` in `{header}`"), hint);
                continue;
            }
            let code = self.code(part, name);
            let severity = self.word(
                entry,
                &SEVERITIES,
                "`deny` refuses it, `warn` tells it and builds, `allow` does neither",
            );
            checks.extend(code.zip(severity));
        }
        checks
    }

    /// The code with this name, where anything may be said about it.
    pub(super) fn code(&mut self, part: Range<usize>, name: &str) -> Option<Code> {
        let code = Code::from_name(name);
        match code {
            Some(code) if code.is_adjustable() => return Some(code),
            Some(_) => self.tell(
                part,
                format!("`{name}` is always refused"),
                "nothing could be embedded in spite of it: mend the file, and remove it here",
            ),
            None => self.tell(part, format!("there is no code `{name}`"), probable(name)),
        }
        None
    }
}

/// The code that was probably meant: nearly the same, or one that has this in it.
fn probable(name: &str) -> String {
    let names = || Code::ALL.iter().map(|code| code.name());
    let holds = |code: &&str| !name.is_empty() && code.contains(name);
    match nearest(name, names()).or_else(|| names().find(holds)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => {
            "a code is the word that a mistake begins with, as in `error: long-name: …`".to_owned()
        }
    }
}
