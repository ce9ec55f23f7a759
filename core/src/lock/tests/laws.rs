use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;
use crate::diagnostic::Code;

type Files = Vec<(String, String)>;

/// The files of a directory, in one layout.
fn files(versions: std::ops::Range<u8>) -> impl Strategy<Value = Files> {
    let dialect = option::of(select(Dialect::ALL.to_vec()));
    let direction = select(vec![Direction::Up, Direction::Up, Direction::Down]);
    let scripts = btree_map((direction, dialect), select(vec!["a", "b", "c"]), 1..4);
    let name = select(vec!["x", "y_z", "größe", "of  two up words"]);
    let migrations = btree_map(versions, (name, scripts), 0..5);
    let layout = select(vec![numbered as Path, prefixed, foldered, sectioned]);
    (layout, migrations).prop_map(|(layout, migrations)| {
        let mut files = Files::new();
        for (version, (name, scripts)) in migrations {
            for ((direction, dialect), text) in scripts {
                let path = layout(version, name, direction, dialect.map(Dialect::name));
                match files.iter_mut().find(|(other, _)| *other == path) {
                    Some((_, up)) => *up = format!("{up}---{text}"),
                    None => files.push((path, text.to_owned())),
                }
            }
        }
        files
    })
}

type Path = fn(u8, &str, Direction, Option<&str>) -> String;

fn numbered(version: u8, name: &str, direction: Direction, dialect: Option<&str>) -> String {
    let dialect = dialect.map_or(String::new(), |own| format!(".{own}"));
    let direction = match direction {
        Direction::Up => "",
        Direction::Down => ".down",
    };
    format!("{version:04}_{name}{dialect}{direction}.sql")
}

fn prefixed(version: u8, name: &str, direction: Direction, dialect: Option<&str>) -> String {
    let dialect = dialect.map_or(String::new(), |own| format!(".{own}"));
    format!("V1.{version}__{name}{dialect}.{}.sql", direction.name())
}

fn sectioned(version: u8, name: &str, _: Direction, dialect: Option<&str>) -> String {
    numbered(version, name, Direction::Up, dialect)
}

fn foldered(version: u8, name: &str, direction: Direction, dialect: Option<&str>) -> String {
    let dialect = dialect.map_or(String::new(), |own| format!("{own}/"));
    format!("{dialect}{version:04}_{name}/{}.sql", direction.name())
}

fn of(files: &Files) -> Directory {
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (&**path, &**text))
        .collect();
    directory(&files)
}

fn lock_of(directory: &Directory) -> Lock {
    let mut lock = Lock::default();
    lock.add(directory);
    lock
}

/// The file that a hint offers to accept.
fn accepts(mistake: &Diagnostic) -> &str {
    let (_, command) = mistake.hints()[1].split_once("--accept ").unwrap();
    command.split('`').next().unwrap()
}

/// All but the comment, by lines, however they end.
fn meaning(text: &str) -> Vec<&str> {
    text.trim_start_matches('\u{feff}')
        .lines()
        .skip(1)
        .collect()
}

proptest! {
    #[test]
    fn what_is_written_is_read(files in files(0..9)) {
        let lock = lock_of(&of(&files));
        prop_assert!(lock.is_intact());
        prop_assert_eq!(Lock::parse(&lock.to_string(), PATH), Ok(lock));
    }

    #[test]
    fn what_is_added_is_clean_and_nothing_more_is_added(files in files(0..9)) {
        let directory = of(&files);
        let mut lock = lock_of(&directory);
        prop_assert_eq!(lock.entries().len(), directory.scripts().count());
        prop_assert!(found(&lock, &directory).is_empty());
        prop_assert_eq!(lock.add(&directory), []);
    }

    #[test]
    fn a_single_character_is_noticed(
        files in files(0..9),
        at in any::<Index>(),
        put in vec(select("0af#. \t\r\n\u{feff}é".chars().collect::<Vec<_>>()), 0..2),
        takes in any::<bool>(),
    ) {
        let lock = lock_of(&of(&files));
        let text = lock.to_string();
        let mut characters: Vec<char> = text.chars().collect();
        let at = at.index(characters.len());
        characters.splice(at..at + usize::from(takes), put);
        let changed: String = characters.into_iter().collect();
        if let Ok(read) = Lock::parse(&changed, PATH) && read.is_intact() {
            prop_assert_eq!(read, lock);
            prop_assert_eq!(meaning(&changed), meaning(&text));
        }
    }

    /// Each mistake has two mends; the second is true for every one.
    #[test]
    fn what_is_offered_mends(then in files(0..9), now in files(0..9)) {
        let mut lock = lock_of(&of(&then));
        let now = of(&now);
        let most = lock.entries().len() + now.migrations.len();
        for _ in 0..=most * 2 {
            let mistakes = found(&lock, &now);
            let Some(mistake) = mistakes.first() else {
                break;
            };
            let before = lock.entries().to_vec();
            let changed = match mistake.code() {
                Code::NotLocked => lock.add(&now),
                _ => lock.accept(&now, accepts(mistake)),
            };
            let stayed = before.iter().filter(|line| lock.entries().contains(line)).count();
            prop_assert!(before.len() <= stayed + changed.len());
            if mistake.code() == Code::NotLocked {
                prop_assert_eq!(stayed, before.len());
            }
            prop_assert!(!changed.is_empty(), "{}", mistake);
            lock = Lock::parse(&lock.to_string(), PATH).unwrap();
        }
        let left = found(&lock, &now);
        prop_assert!(left.is_empty(), "{}", Diagnostics::new(left));
        prop_assert_eq!(lock.entries().len(), now.scripts().count());
    }

    /// Of two branches the second takes the lock of the first and adds what is its own.
    #[test]
    fn two_branches_conflict_and_meet(
        base in files(0..4),
        ours in files(4..8),
        theirs in files(8..12),
        is_first in any::<bool>(),
    ) {
        let ours: Files = [base.clone(), ours].concat();
        let theirs: Files = [base.clone(), theirs].concat();
        let all: Files = [ours.clone(), theirs[base.len()..].to_vec()].concat();
        let [ours, theirs, all] = [&ours, &theirs, &all].map(of);
        let (first, second) = if is_first { (ours, theirs) } else { (theirs, ours) };
        let mut lock = lock_of(&of(&base));
        let mut other = lock.clone();
        let (added, others) = (lock.add(&first), other.add(&second));
        let digest = |lock: &Lock| lock.to_string().lines().nth(2).map(str::to_owned);
        prop_assert_eq!(digest(&lock) == digest(&other), added.is_empty() && others.is_empty());
        lock.add(&all);
        for mistake in found(&lock, &all) {
            prop_assert_eq!(mistake.code(), Code::LockOvertaken);
            lock.accept(&all, accepts(&mistake));
        }
        prop_assert!(found(&lock, &all).is_empty());
    }
}
