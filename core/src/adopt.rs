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
    /// What became of it.
    pub state: ForeignState,
    /// The SHA-384 of its file, hexadecimal, where the tool has that.
    pub checksum: Option<String>,
}

/// What another tool's row says of its migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForeignState {
    /// It is applied.
    Applied,
    /// Everything up to it was there when the tool began; it needs no file.
    Baseline,
    /// It was taken back, or is nothing of the tool any more.
    TakenBack,
    /// It failed.
    Failed,
}

impl ForeignState {
    /// The state that is written so in [`History::state`].
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "applied" => Some(Self::Applied),
            "baseline" => Some(Self::Baseline),
            "taken back" => Some(Self::TakenBack),
            "failed" => Some(Self::Failed),
            _ => None,
        }
    }
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
    let below = everything_up_to(history, &last);
    for migration in member.of(dialect).migrations() {
        let (Some(version), Some(script)) = (migration.version(), migration.up(dialect)) else {
            continue;
        };
        let row = history
            .calls(migration, script)
            .and_then(|name| last.remove_entry(&name));
        match row.as_ref().map(|(_, row)| row.state) {
            Some(ForeignState::Applied | ForeignState::Baseline) => {}
            None if below.is_some_and(|below| version <= below) => {}
            Some(ForeignState::Failed) => {
                adoption.failed.extend(row.map(|(name, _)| name));
                continue;
            }
            Some(ForeignState::TakenBack) | None => continue,
        }
        adoption.applied.push(migration.key());
        let recorded = row.and_then(|(_, row)| row.checksum.as_deref());
        if recorded.is_some_and(|recorded| !is_of(recorded, script.sql())) {
            adoption.modified.push(migration.key());
        }
    }
    for (name, row) in last {
        match row.state {
            ForeignState::Applied => adoption.unknown.push(name),
            ForeignState::Failed => adoption.failed.push(name),
            ForeignState::Baseline | ForeignState::TakenBack => {}
        }
    }
    adoption
}

/// The version that stands for all below it: Flyway's baseline, and the one row of golang-migrate.
fn everything_up_to(history: History, rows: &BTreeMap<String, &ForeignRow>) -> Option<Version> {
    let stands_for_all = |row: &ForeignRow| match row.state {
        ForeignState::Applied => history == History::GolangMigrate,
        ForeignState::Baseline => true,
        ForeignState::TakenBack | ForeignState::Failed => false,
    };
    let rows = rows.iter().filter(|(_, row)| stands_for_all(row));
    rows.filter_map(|(name, _)| name.parse().ok()).max()
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
