//! Which keys there are.

use toml::de::DeTable;

use super::document::{Document, Entry};
use super::{Config, Metadata};
use crate::suggest::nearest;

/// The keys of `migrations.toml`; docs/configuration.md says what each means.
const KEYS: [&str; 10] = [
    "format",
    "name",
    "table",
    "dialects",
    "require_down",
    "recursive",
    "ignore",
    "lock",
    "checks",
    "overrides",
];

impl Config {
    pub(super) fn of(document: &mut Document, file: &DeTable) -> Self {
        let [
            format,
            name,
            table,
            dialects,
            require_down,
            recursive,
            ignore,
            lock,
            checks,
            overrides,
        ] = document.take(file, "", KEYS);
        let default = Self::default();
        let (overrides, written) = overrides
            .map(|entry| document.overrides(entry))
            .unwrap_or_default();
        let config = Self {
            name: name
                .and_then(|entry| document.name(entry, &default.name))
                .unwrap_or(default.name),
            table: table
                .and_then(|entry| document.history_table(entry, &default.table))
                .unwrap_or(default.table),
            dialects: dialects.and_then(|entry| document.dialects(entry)),
            require_down: require_down
                .and_then(|entry| document.flag(entry))
                .unwrap_or(default.require_down),
            recursive: recursive
                .and_then(|entry| document.flag(entry))
                .unwrap_or(default.recursive),
            ignore: ignore
                .map(|entry| document.patterns(entry))
                .unwrap_or_default(),
            lock_required: lock
                .and_then(|entry| document.lock_required(entry))
                .unwrap_or(default.lock_required),
            checks: checks
                .map(|entry| document.checks(entry))
                .unwrap_or_default(),
            overrides,
            written,
        };
        if let Some(entry) = format {
            document.format(entry);
        }
        config
    }
}

impl Metadata {
    pub(super) fn of(document: &mut Document, file: &DeTable) -> Self {
        let [transaction] = document.take(file, "", ["run_in_transaction"]);
        Self {
            transaction: transaction.and_then(|entry| document.flag(entry)),
        }
    }
}

impl Document<'_> {
    /// The entries of a table that has these keys and no others. `header` is how the table begins; empty for the file.
    pub(super) fn take<'t, const N: usize>(
        &mut self,
        table: &'t DeTable<'t>,
        header: &str,
        known: [&str; N],
    ) -> [Option<Entry<'t>>; N] {
        for entry in Entry::all(table) {
            let key = entry.name();
            if !known.contains(&key) {
                let within = match header {
                    "" => String::new(),
                    header => format!(" in `{header}`"),
                };
                let hint = misplaced(key, header).unwrap_or_else(|| known_keys(key, &known));
                self.tell(
                    entry.key.span(),
                    format!("unknown key `{key}`{within}"),
                    hint,
                );
            }
        }
        known.map(|key| {
            let (key, value) = table.get_key_value(key)?;
            Some(Entry { key, value })
        })
    }
}

/// What to do about a key of the file that stands below the header of a table.
pub(super) fn misplaced(key: &str, header: &str) -> Option<String> {
    (!header.is_empty() && KEYS.contains(&key))
        .then(|| format!("move it above `{header}`: what follows a header belongs to its table"))
}

fn known_keys(key: &str, known: &[&str]) -> String {
    if let Some(meant) = nearest(key, known.iter().copied()) {
        return format!("did you mean `{meant}`?");
    }
    let listed: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
    match &listed[..] {
        [only] => format!("the only key here is {only}"),
        _ => format!("the keys here are {}", listed.join(", ")),
    }
}
