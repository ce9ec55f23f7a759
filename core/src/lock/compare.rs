//! Lock × migrations: which script is which line, what has no file any more, and what is new.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::hash::Hash;

use super::{LockEntry, Slot};
use crate::directory::DirectoryMigration;
use crate::{Dialect, Direction, Version};

/// Lock × migrations.
pub(super) struct Comparison<'a> {
    pub(super) locked: &'a [LockEntry],
    /// The lines with the script that each is, perhaps under another name or with another text.
    pub(super) found: Vec<(usize, Present<'a>)>,
    /// The lines whose script is gone.
    pub(super) gone: Vec<usize>,
    /// The scripts without a line, by their migrations.
    pub(super) new: Vec<Arrival<'a>>,
}

/// A script of the directory, as the lock would have it.
pub(super) struct Present<'a> {
    pub(super) entry: LockEntry,
    pub(super) path: &'a str,
}

/// The scripts of a migration that are not locked; never none.
pub(super) struct Arrival<'a> {
    pub(super) scripts: Vec<Present<'a>>,
    pub(super) late: Option<Late>,
}

/// Why databases that have run what is locked would not run a new script, or not in the order of the versions.
pub(super) struct Late {
    /// Which of the scripts.
    pub(super) script: usize,
    /// The line that was there first.
    pub(super) line: usize,
    pub(super) why: Why,
}

pub(super) enum Why {
    /// The line has a higher version.
    Overtaken,
    /// The line serves every dialect, and the script takes one from it.
    Replaces(Dialect),
}

impl Arrival<'_> {
    pub(super) fn first(&self) -> &Present<'_> {
        &self.scripts[0]
    }
}

/// Every script of the migrations, as the lock would have it.
pub(super) fn present(migrations: &[DirectoryMigration]) -> impl Iterator<Item = Present<'_>> {
    migrations.iter().flat_map(|migration| {
        migration.scripts.iter().map(|script| Present {
            entry: LockEntry::of(migration.version, script),
            path: &script.path,
        })
    })
}

pub(super) fn compare<'a>(
    locked: &'a [LockEntry],
    migrations: &'a [DirectoryMigration],
) -> Comparison<'a> {
    let mut pairs = Pairs {
        locked,
        found: Vec::new(),
        gone: (0..locked.len()).collect(),
        new: present(migrations).collect(),
    };
    pairs.by_key();
    pairs.by_text();
    let Pairs {
        found, gone, new, ..
    } = pairs;
    let ahead = Ahead::new(locked, migrations);
    Comparison {
        locked,
        found,
        gone,
        new: arrivals(new, &ahead),
    }
}

/// Finds the script of each line.
struct Pairs<'a> {
    locked: &'a [LockEntry],
    found: Vec<(usize, Present<'a>)>,
    gone: Vec<usize>,
    new: Vec<Present<'a>>,
}

impl Pairs<'_> {
    fn by_key(&mut self) {
        self.pair(|line| Some(line.slot()), |script| Some(script.slot()));
    }

    /// An up script that has the text of one that is gone is that one under another version; where there are several,
    /// under the same name. The rest of its migration went with it, whatever its texts: many a down script only says
    /// that there is no way back.
    fn by_text(&mut self) {
        let paired = self.found.len();
        let named = |up: &LockEntry| {
            (up.direction == Direction::Up)
                .then(|| (up.checksum, up.dialect, Some(up.name.clone())))
        };
        let unnamed = |up: &LockEntry| named(up).map(|(checksum, dialect, _)| (checksum, dialect));
        self.pair(named, named);
        self.pair(unnamed, unnamed);
        let moved: HashMap<Version, Version> = self.found[paired..]
            .iter()
            .map(|(line, script)| (self.locked[*line].version, script.entry.version))
            .collect();
        self.pair(
            |line| Some((*moved.get(&line.version)?, line.direction, line.dialect)),
            |script| Some(script.slot()),
        );
    }

    /// Pairs the lines and the scripts that are left and have the same key, in their order.
    fn pair<K: Hash + Eq>(
        &mut self,
        of_line: impl Fn(&LockEntry) -> Option<K>,
        of_script: impl Fn(&LockEntry) -> Option<K>,
    ) {
        let mut lines: HashMap<K, VecDeque<usize>> = HashMap::new();
        for line in &self.gone {
            if let Some(key) = of_line(&self.locked[*line]) {
                lines.entry(key).or_default().push_back(*line);
            }
        }
        let before = self.found.len();
        for script in std::mem::take(&mut self.new) {
            let key = of_script(&script.entry);
            let line = key.and_then(|key| lines.get_mut(&key)?.pop_front());
            match line {
                Some(line) => self.found.push((line, script)),
                None => self.new.push(script),
            }
        }
        let paired: HashSet<usize> = self.found[before..].iter().map(|(line, _)| *line).collect();
        self.gone.retain(|line| !paired.contains(line));
    }
}

/// What databases may have run already.
struct Ahead<'a> {
    locked: &'a [LockEntry],
    /// The lines of the up scripts that serve every dialect.
    generic: HashMap<Version, usize>,
    /// The line of the newest up script of each dialect that has one.
    newest: BTreeMap<Dialect, usize>,
    /// What the directory has.
    present: HashSet<Slot>,
}

impl<'a> Ahead<'a> {
    fn new(locked: &'a [LockEntry], migrations: &[DirectoryMigration]) -> Self {
        let mut generic = HashMap::new();
        let mut newest: BTreeMap<Dialect, usize> = BTreeMap::new();
        let ups = locked.iter().enumerate();
        for (line, up) in ups.filter(|(_, entry)| entry.direction == Direction::Up) {
            if up.dialect.is_none() {
                generic.insert(up.version, line);
            }
            for dialect in Dialect::ALL {
                if up.dialect.is_none_or(|own| own == dialect) {
                    let newest = newest.entry(dialect).or_insert(line);
                    if locked[*newest].version < up.version {
                        *newest = line;
                    }
                }
            }
        }
        Self {
            locked,
            generic,
            newest,
            present: present(migrations)
                .map(|script| script.entry.slot())
                .collect(),
        }
    }

    /// The line that was there first, where an up script comes too late for it. A down script never does: it waits for
    /// its up script to be undone.
    fn of(&self, script: &LockEntry) -> Option<(usize, Why)> {
        if script.direction == Direction::Down {
            return None;
        }
        if let Some(dialect) = script.dialect
            && let Some(line) = self.generic.get(&script.version)
        {
            return Some((*line, Why::Replaces(dialect)));
        }
        let newest = Dialect::ALL
            .into_iter()
            .filter(|dialect| self.serves(script, *dialect))
            .filter_map(|dialect| self.newest.get(&dialect))
            .max_by_key(|line| self.locked[**line].version)?;
        (self.locked[*newest].version > script.version).then_some((*newest, Why::Overtaken))
    }

    fn serves(&self, script: &LockEntry, dialect: Dialect) -> bool {
        match script.dialect {
            Some(own) => own == dialect,
            None => !self
                .present
                .contains(&(script.version, script.direction, Some(dialect))),
        }
    }
}

/// The new scripts by their migrations, which are in the order of their versions. In the folders of two dialects one
/// version may be two migrations.
fn arrivals<'a>(new: Vec<Present<'a>>, ahead: &Ahead<'_>) -> Vec<Arrival<'a>> {
    let mut arrivals: Vec<Arrival<'a>> = Vec::new();
    let mut indices: HashMap<(Version, String), usize> = HashMap::new();
    for script in new {
        let migration = (script.entry.version, script.entry.name.clone());
        let index = *indices.entry(migration).or_insert(arrivals.len());
        if index == arrivals.len() {
            arrivals.push(Arrival {
                scripts: Vec::new(),
                late: None,
            });
        }
        let Arrival { scripts, late } = &mut arrivals[index];
        if late.is_none() {
            *late = ahead.of(&script.entry).map(|(line, why)| Late {
                script: scripts.len(),
                line,
                why,
            });
        }
        scripts.push(script);
    }
    arrivals
}
