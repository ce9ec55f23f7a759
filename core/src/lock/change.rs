//! The two ways in which a lock changes: what is new is added, and what differs is accepted file by file.

use std::collections::BTreeSet;

use super::compare::compare;
use super::file::{file_of, is_at};
use super::{Lock, LockEntry};
use crate::Direction;
use crate::directory::Directory;
use crate::name::{Name, name};

impl Lock {
    /// Adds what is new, in the order of the versions, up before down, and returns it. No line is changed.
    ///
    /// What was overtaken by a version that is locked is left out: it is renumbered, or accepted by its file. So is what
    /// was renamed.
    pub fn add(&mut self, directory: &Directory) -> Vec<LockEntry> {
        let new = compare(&self.entries, &directory.migrations).new;
        let in_order = new.into_iter().filter(|arrival| arrival.late.is_none());
        let added: Vec<LockEntry> = in_order
            .flat_map(|arrival| arrival.scripts)
            .map(|script| script.entry)
            .collect();
        self.entries.extend_from_slice(&added);
        added
    }

    /// Accepts one file as it is, and returns the lines that changed: those that are other now, those that are new, and
    /// those that are gone. None: there is nothing to accept.
    ///
    /// `path` is as messages call it, or below the directory; it may be the folder of one migration.
    ///
    /// - A file that was edited or renamed: its lines become what it is, where they stand.
    /// - A file that is gone: its lines are removed.
    /// - A file that is not locked: the scripts of its migration that are not locked are added.
    /// - The lock: its lines are right as they are, and it is intact. If it was not, all of them are returned.
    pub fn accept(&mut self, directory: &Directory, path: &str) -> Vec<LockEntry> {
        let shown = &directory.path;
        let below = path
            .strip_prefix(shown.as_str())
            .and_then(|path| path.strip_prefix('/'))
            .unwrap_or(path);
        if below == Self::FILE {
            let misfit = self.misfit.take();
            return misfit.map_or_else(Vec::new, |_| self.entries.clone());
        }
        let path = format!("{shown}/{below}");
        let comparison = compare(&self.entries, &directory.migrations);
        let meant = name(below, shown, true).and_then(Result::ok);
        let is_gone = |locked: &LockEntry| {
            meant.as_ref().is_some_and(|meant| is_named(locked, meant))
                || is_at(&file_of(locked, shown, &directory.migrations), &path)
        };
        let gone: BTreeSet<usize> = comparison
            .gone
            .into_iter()
            .filter(|line| is_gone(&self.entries[*line]))
            .collect();
        let other: Vec<(usize, LockEntry)> = comparison
            .found
            .into_iter()
            .filter(|(line, script)| {
                is_at(script.path, &path) && script.entry != self.entries[*line]
            })
            .map(|(line, script)| (line, script.entry))
            .collect();
        let new: Vec<LockEntry> = comparison
            .new
            .into_iter()
            .filter(|arrival| {
                arrival
                    .scripts
                    .iter()
                    .any(|script| is_at(script.path, &path))
            })
            .flat_map(|arrival| arrival.scripts)
            .map(|script| script.entry)
            .collect();
        self.change(other, new, &gone)
    }

    fn change(
        &mut self,
        other: Vec<(usize, LockEntry)>,
        new: Vec<LockEntry>,
        gone: &BTreeSet<usize>,
    ) -> Vec<LockEntry> {
        let mut changed = Vec::new();
        for (line, entry) in other {
            self.entries[line] = entry.clone();
            changed.push(entry);
        }
        changed.extend_from_slice(&new);
        let lines = std::mem::take(&mut self.entries).into_iter().enumerate();
        let (removed, kept): (Vec<_>, Vec<_>) = lines.partition(|(line, _)| gone.contains(line));
        self.entries = kept.into_iter().map(|(_, entry)| entry).collect();
        self.entries.extend(new);
        changed.extend(removed.into_iter().map(|(_, entry)| entry));
        changed
    }
}

/// Whether the path of a file says what a line says.
fn is_named(locked: &LockEntry, meant: &Name) -> bool {
    let direction = meant.direction.unwrap_or(Direction::Up);
    (&locked.label, &locked.name) == (&meant.label, &meant.name)
        && (locked.direction, locked.dialect) == (direction, meant.dialect)
}
