//! What holds for any directory that reads well: `new` makes one migration more, and it is the last.

use std::fs;

use embed_migrations_core::{Directory, Options};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::desk::Desk;

/// How the files of a migration are called, for its number and its name.
type Layout = fn(u32, &str) -> Vec<String>;

const LAYOUTS: [Layout; 9] = [
    |number, name| vec![format!("{number:04}_{name}.sql")],
    |number, name| {
        vec![
            format!("{number}_{name}.up.sql"),
            format!("{number}_{name}.down.sql"),
        ]
    },
    |number, name| {
        vec![
            format!("{number:02}_{name}/up.sql"),
            format!("{number:02}_{name}/down.sql"),
        ]
    },
    |number, name| {
        vec![
            format!("V{number}__{name}.sql"),
            format!("U{number}__{name}.sql"),
        ]
    },
    |number, name| vec![format!("V1.{number}__{name}.sql")],
    |number, name| {
        vec![
            format!("{number}_{name}.postgres.sql"),
            format!("{number}_{name}.sql"),
        ]
    },
    |number, name| {
        vec![
            format!("pg/{number}_{name}.sql"),
            format!("sqlite/{number}_{name}/up.sql"),
        ]
    },
    |number, name| {
        vec![format!(
            "{}_{name}.sql",
            20_240_101_000_000_u64 + u64::from(number)
        )]
    },
    |number, name| vec![format!("2024-01-01-{number:06}_{name}/up.sql")],
];

fn layout() -> impl Strategy<Value = Layout> {
    (0..LAYOUTS.len()).prop_map(|index| LAYOUTS[index])
}

/// Words that a file of a migration may be called, those that mean something among them.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z0-9_.-]{0,9}",
        "[0-9_é'-]{1,5}x",
        Just("up".to_owned()),
        Just("no_transaction".to_owned()),
        Just("x.sqlite".to_owned()),
    ]
}

fn read(desk: &Desk) -> Option<Directory> {
    Directory::read(&desk.path("migrations"), "migrations", &Options::default()).ok()
}

#[test]
fn after_new_a_directory_reads_well_with_one_migration_more_which_is_the_last() {
    let directories = (
        layout(),
        proptest::collection::btree_map(0_u32..60, name(), 0..4),
        name(),
    );
    let config = Config {
        cases: 96,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&directories, |(layout, migrations, added)| {
            let files: Vec<String> = migrations
                .iter()
                .flat_map(|(number, name)| layout(*number, name))
                .collect();
            let files: Vec<&str> = files.iter().map(|file| &**file).collect();
            let desk = Desk::with(&files);
            fs::create_dir_all(desk.path("migrations")).unwrap();
            let Some(before) = read(&desk).map_or_else(
                || migrations.is_empty().then_some(0),
                |directory| Some(directory.migrations.len()),
            ) else {
                return Ok(());
            };
            let ran = desk.run(&["new", "--", &added]);
            if ran.code != 0 {
                let mut untouched: Vec<String> =
                    files.iter().map(|file| (*file).to_owned()).collect();
                untouched.sort();
                prop_assert_eq!(desk.files(), untouched, "{}", ran.all());
                return Ok(());
            }
            let after = read(&desk);
            prop_assert!(after.is_some(), "{}", desk.run(&["check"]).all());
            let migrations = after.unwrap().migrations;
            prop_assert_eq!(migrations.len(), before + 1, "{}", ran.all());
            prop_assert_eq!(migrations.last().unwrap().name(), added);
            Ok(())
        })
        .unwrap();
}
