//! What holds for every path.

use proptest::prelude::*;

use super::*;
use crate::config::Config;

/// Paths that are nearly right, or are.
fn paths() -> impl Strategy<Value = String> {
    let folders = "((pg|Mysql|postgress|2023|seeds|0001[_ -]a|2024-01-31_a)/){0,2}";
    let stem = "[VvUuRrB]?[0-9 ._é-]{0,4}[_ -]{0,2}[a-zé ]{0,3}|R__[a-z]{0,2}|2024-0?1-31(-[0-9]{0,6})?[_-][a-z]?";
    let own = "up|down|UP|dwon|migration|(after|before)(Each)?(M|m)igrate(__|_| |[.])?[a-z ]{0,2}|afterUndoError";
    let words = r"(\.(up|down|dwon|postgress|pg|mysql|x)){0,2}\.(sql|sql|sql|SQL|sq|txt)";
    (folders, prop_oneof![stem, own], words)
        .prop_map(|(folders, stem, words)| folders + &stem + &words)
}

proptest! {
    #[test]
    fn what_is_suggested_can_be_read(path in paths(), recursive: bool) {
        let Some(Err(refused)) = name(&path, "m", recursive) else {
            return Ok(());
        };
        let rendered = refused.to_string();
        prop_assert!(rendered.contains("help"), "{rendered}");
        let Some(meant) = refused.hints()[0].strip_prefix("did you mean `") else {
            return Ok(());
        };
        let meant = meant.strip_suffix("`?").unwrap();
        let wrong = refused.place().path().strip_prefix("m/").unwrap();
        let mended = format!("{meant}{}", &path[wrong.len()..]);
        match name(&mended, "m", recursive).unwrap() {
            Ok(_) => {}
            // In a folder that is right now, a file may still be wrong.
            Err(next) => {
                prop_assert!(wrong.len() < path.len(), "{path}: {rendered}");
                prop_assert!(next.place().path().len() > "m/".len() + meant.len(), "{path}: {rendered}\n{next}");
            }
        }
    }

    #[test]
    fn what_is_read_is_what_is_written(path in paths(), recursive: bool) {
        let Some(Ok(name)) = name(&path, "m", recursive) else {
            return Ok(());
        };
        prop_assert!(path.contains(&name.label) && path.contains(&name.name), "{path}");
        if let Subject::Version(version) = name.subject {
            prop_assert_eq!(name.label.parse(), Ok(version), "{}", path);
            prop_assert_eq!(probable_version(&path), Some(version), "{}", path);
        }
        prop_assert!(name.meets(&name));
        prop_assert!(!name.in_folder || name.dialect.is_some());
    }

    #[test]
    fn what_is_ignored_as_told_is_ignored(path in paths(), recursive: bool) {
        if let Some(Err(refused)) = name(&path, "m", recursive)
            && let Some(pattern) = ignored(&refused)
        {
            let config = Config {
                ignore: vec![glob::Pattern::new(pattern).unwrap()],
                ..Config::default()
            };
            prop_assert!(config.ignores(&path), "{path}: {refused}");
        }
    }

    #[test]
    fn a_script_is_never_skipped_and_no_path_is_too_odd(
        path in r"[/._A-Za-z0-9é -]{0,12}|\PC{0,12}",
        recursive: bool,
    ) {
        let read = name(&format!("{path}.sql"), "m", recursive);
        prop_assert!(read.is_some(), "{path}");
        for read in [read, name(&path, "m", recursive)].into_iter().flatten() {
            prop_assert!(read.is_ok() || !read.unwrap_err().to_string().is_empty());
        }
    }

    #[test]
    fn a_folder_that_groups_changes_nothing_but_the_path(path in paths()) {
        let grouped = format!("some/{path}");
        let (alone, grouped) = (name(&path, "m", true), name(&grouped, "m", true));
        match (alone, grouped) {
            (Some(Ok(alone)), Some(Ok(grouped))) => prop_assert_eq!(alone, grouped),
            (Some(Err(alone)), Some(Err(grouped))) => prop_assert_eq!(alone.code(), grouped.code()),
            (alone, grouped) => prop_assert_eq!(alone.is_none(), grouped.is_none()),
        }
    }
}
