//! [`Adoption`]: which of our migrations another tool's history means.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use sha2::{Digest, Sha384};

use crate::{Dialect, History, Key, Member, Migration, Script, Version};

impl History {
    /// What the tool calls a migration of ours.
    fn calls(self, migration: Migration, script: &Script) -> Option<String> {
        let file = || script.path().rsplit('/').next();
        match self {
            Self::SqlMigrate => file().map(str::to_owned),
            Self::NodePgMigrate => file()?.strip_suffix(".sql").map(str::to_owned),
            Self::Hammerwork => Some(format!("{}_{}", migration.label(), migration.name())),
            Self::Diesel => Some(migration.label().replace('-', "")),
            _ => migration.version().map(|version| version.to_string()),
        }
    }

    /// The same from the tool's own row.
    fn calls_row(self, row: &ForeignRow) -> String {
        match self {
            Self::SqlMigrate | Self::NodePgMigrate | Self::Hammerwork | Self::Diesel => {
                row.migration.clone()
            }
            _ => match row.migration.parse::<Version>() {
                Ok(version) => version.to_string(),
                Err(_) => row.migration.clone(),
            },
        }
    }
}

/// A row of another tool's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignRow {
    /// Which migration it is about, in the tool's words.
    pub migration: String,
    /// Whether that is applied. If not, it failed, or was taken back: see [`History::writes_reversions`].
    pub succeeded: bool,
    /// The SHA-384 of its file, hexadecimal, where the tool has that.
    pub checksum: Option<String>,
}

/// What another tool's history means for a set.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Adoption {
    /// The tool.
    pub tool: History,
    /// What is applied.
    pub applied: Vec<Key>,
    /// What is applied and not in the set, in the tool's words.
    pub unknown: Vec<String>,
    /// What the tool says has failed, in its words.
    pub failed: Vec<String>,
    /// What of the applied has another text here than the one that the tool has applied.
    pub modified: Vec<Key>,
}

/// Reads another tool's history, its rows in their order.
pub fn adopt(member: &Member, dialect: Dialect, history: History, rows: &[ForeignRow]) -> Adoption {
    let mut adoption = Adoption {
        tool: history,
        applied: Vec::new(),
        unknown: Vec::new(),
        failed: Vec::new(),
        modified: Vec::new(),
    };
    // goose begins its table with a version that no migration has.
    let is_beginning = |row: &&ForeignRow| history == History::Goose && row.migration == "0";
    let mut last: BTreeMap<String, &ForeignRow> = BTreeMap::new();
    for row in rows.iter().filter(|row| !is_beginning(row)) {
        last.insert(history.calls_row(row), row);
    }
    let (mut applied, rest): (BTreeMap<_, _>, BTreeMap<_, _>) =
        last.into_iter().partition(|(_, row)| row.succeeded);
    if !history.writes_reversions() {
        adoption.failed.extend(rest.into_keys());
    }
    let versions = applied
        .keys()
        .filter_map(|name| name.parse::<Version>().ok());
    let newest = versions.max();
    for migration in member.of(dialect).migrations() {
        let (Some(version), Some(script)) = (migration.version(), migration.up(dialect)) else {
            continue;
        };
        let row = history
            .calls(migration, script)
            .and_then(|name| applied.remove(&name));
        let is_below = history == History::GolangMigrate && Some(version) <= newest;
        if row.is_none() && !is_below {
            continue;
        }
        adoption.applied.push(migration.key());
        let recorded = row.and_then(|row| row.checksum.as_deref());
        if recorded.is_some_and(|recorded| !is_of(recorded, script.sql())) {
            adoption.modified.push(migration.key());
        }
    }
    adoption.unknown.extend(applied.into_keys());
    adoption
}

/// Whether a checksum is that of a file with this text, which may have had CRLF line ends or a byte order mark.
fn is_of(checksum: &str, text: &str) -> bool {
    let crlf = text.replace('\n', "\r\n");
    [text, &crlf].into_iter().any(|text| {
        let with_mark = format!("\u{feff}{text}");
        [text, &with_mark]
            .into_iter()
            .any(|file| checksum.eq_ignore_ascii_case(&sha384(file)))
    })
}

fn sha384(text: &str) -> String {
    let digest = Sha384::digest(text.as_bytes());
    let digits: Vec<String> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.concat()
}
