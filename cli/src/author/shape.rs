//! [`Shape`]: the path of a script without its version and name, so that another migration can have it.

use embed_migrations_core::{Dialect, Direction};

/// What stands around version and name in a path below the directory. It holds for every layout:
///
/// ```text
///              before  version  joint  name  after
///                      0001     _      a     .postgres.up.sql
///                      0001     _      a     /up.sql
///              V       1.2      __     a     .sql
///              sqlite/ 0001     _      a     .sql
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shape {
    before: String,
    joint: String,
    after: String,
}

impl Shape {
    /// `0001_a.sql`, for a directory that has no manner yet.
    pub(super) fn usual() -> Self {
        Self {
            before: String::new(),
            joint: "_".to_owned(),
            after: ".sql".to_owned(),
        }
    }

    /// The shape of a path; `None` where version and name do not stand in it as they are.
    pub(super) fn of(path: &str, label: &str, name: &str) -> Option<Self> {
        path.rmatch_indices(label).find_map(|(start, _)| {
            let (before, rest) = (&path[..start], &path[start + label.len()..]);
            let joint = joint(rest, name)?;
            let is_whole = !before.ends_with(|last: char| last.is_ascii_digit());
            is_whole.then(|| Self {
                before: before.to_owned(),
                joint: rest[..joint].to_owned(),
                after: rest[joint + name.len()..].to_owned(),
            })
        })
    }

    pub(super) fn path(&self, label: &str, name: &str) -> String {
        let Self {
            before,
            joint,
            after,
        } = self;
        format!("{before}{label}{joint}{name}{after}")
    }

    /// The file, or the directory of its own that a migration has in some layouts.
    pub(super) fn entry(&self, label: &str, name: &str) -> String {
        let within = self.after.find('/').unwrap_or(self.after.len());
        let entry = Self {
            after: self.after[..within].to_owned(),
            ..self.clone()
        };
        entry.path(label, name)
    }

    /// The dialect whose folder the path lies in.
    pub(super) fn folder(&self) -> Option<Dialect> {
        self.folders().find_map(Dialect::from_name)
    }

    /// The folders that the migration lies in.
    fn folders(&self) -> impl Iterator<Item = &str> {
        let (folders, _) = self.before.rsplit_once('/').unwrap_or_default();
        folders.split('/')
    }

    /// The same for the other direction.
    pub(super) fn with_direction(&self, direction: Direction) -> Self {
        let word = direction.name();
        let is_direction = |part: &str| {
            [Direction::Up, Direction::Down]
                .iter()
                .any(|direction| direction.name().eq_ignore_ascii_case(part))
        };
        if let Some(after) = self.with_word(is_direction, word) {
            return Self {
                after,
                ..self.clone()
            };
        }
        if self.after.starts_with('/') {
            // Prisma's `migration.sql` is the up script of its directory.
            let after = match direction {
                Direction::Up => self.after.clone(),
                Direction::Down => "/down.sql".to_owned(),
            };
            return Self {
                after,
                ..self.clone()
            };
        }
        if let Some(before) = self.before.strip_suffix(['V', 'U']) {
            let prefix = match direction {
                Direction::Up => 'V',
                Direction::Down => 'U',
            };
            return Self {
                before: format!("{before}{prefix}"),
                ..self.clone()
            };
        }
        let stem = self.after.strip_suffix(".sql").unwrap_or(&self.after);
        Self {
            after: format!("{stem}.{word}.sql"),
            ..self.clone()
        }
    }

    /// The same for another dialect.
    pub(super) fn with_dialect(&self, dialect: Dialect) -> Self {
        let word = dialect.name();
        let is_dialect = |part: &str| Dialect::from_name(part).is_some();
        if self.folder().is_some() {
            let (_, prefix) = self.before.rsplit_once('/').unwrap_or_default();
            let folders = self
                .folders()
                .map(|folder| if is_dialect(folder) { word } else { folder });
            let parts: Vec<&str> = folders.chain([prefix]).collect();
            return Self {
                before: parts.join("/"),
                ..self.clone()
            };
        }
        let after = match self.after.strip_suffix(".sql") {
            Some(file) if file.starts_with('/') => format!("{file}.{word}.sql"),
            _ => format!(".{word}{}", self.after),
        };
        Self {
            after: self.with_word(is_dialect, word).unwrap_or(after),
            ..self.clone()
        }
    }

    /// What stands after the name, with another word for the one that is meant; `None` where there is none.
    fn with_word(&self, is_meant: impl Fn(&str) -> bool, word: &str) -> Option<String> {
        let meant = self.after.split(['.', '/']).find(|part| is_meant(part))?;
        let start = self.after.find(meant)?;
        let (before, rest) = self.after.split_at(start);
        Some(format!("{before}{word}{}", &rest[meant.len()..]))
    }
}

/// The length of the underscores between version and name, where `rest` goes on with them and then ends or goes on with
/// another part.
fn joint(rest: &str, name: &str) -> Option<usize> {
    let most = rest.len() - rest.trim_start_matches('_').len();
    (1..=most).find(|joint| {
        rest[*joint..]
            .strip_prefix(name)
            .is_some_and(|after| after.starts_with(['.', '/']))
    })
}

#[cfg(test)]
mod tests;
