//! What a fuzzer calls: each stage that reads what people write, and the law that it keeps. Built by `cargo fuzz` alone.

use crate::name::name;
use crate::section::{Sections, Source, sections};
use crate::split::split;
use crate::{Dialect, Lock};

/// The pieces of a script are the script.
pub fn splitter(text: &str) {
    for dialect in Dialect::ALL {
        let Ok(pieces) = split(text, dialect) else {
            continue;
        };
        let mut end = 0;
        for piece in pieces {
            assert_eq!(piece.whole.start, end);
            end = piece.whole.end;
        }
        assert_eq!(end, text.len());
    }
}

/// Sections are apart from each other, and begin and end where characters do.
pub fn section(text: &str) {
    for dialects in [&Dialect::ALL[..], &[Dialect::Postgres]] {
        let Sections {
            mut sections,
            mistakes,
        } = sections(&Source {
            text,
            path: "m/0001_a.sql",
            file: "0001_a.sql",
            direction: None,
            style: None,
            dialects,
        });
        sections.sort_by_key(|section| section.text.start);
        let mut end = 0;
        for section in &sections {
            assert!(end <= section.text.start);
            end = section.text.end;
            assert!(text.get(section.text.clone()).is_some());
        }
        for mistake in mistakes {
            assert!(mistake.to_string().contains("m/0001_a.sql"));
        }
    }
}

/// A path has a name, a mistake that can be shown, or nothing to do with us.
pub fn path(path: &str) {
    for recursive in [false, true] {
        if let Some(Err(mistake)) = name(path, "m", recursive) {
            assert!(!mistake.to_string().is_empty());
        }
    }
}

/// A lock that is read is written as it was read.
pub fn lock(text: &str) {
    if let Ok(lock) = Lock::parse(text, "m/migrations.lock") {
        assert_eq!(
            Lock::parse(&lock.to_string(), "m/migrations.lock"),
            Ok(lock)
        );
    }
}
