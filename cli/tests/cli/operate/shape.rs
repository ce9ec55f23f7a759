//! The shapes of `--json`, as docs/json.md has them.

use std::collections::{BTreeMap, BTreeSet};

use clap::Subcommand;
use embed_migrations_cli::Verb;
use serde_json::Value;

use super::{broken, shop};
use crate::json::keys;

/// A verb, and the event where its JSON is events.
type Said = (String, Option<String>);

#[test]
fn the_guide_shows_these_shapes() {
    let guide = include_str!("../../../../docs/json.md");
    let verbs = Verb::augment_subcommands(clap::Command::new("migrations"));
    let verbs: BTreeSet<&str> = verbs
        .get_subcommands()
        .map(clap::Command::get_name)
        .collect();
    let printed = printed();
    let mut shown_of = BTreeSet::new();
    for shown in guide.split("```json\n").skip(1) {
        let (example, _) = shown.split_once("```").unwrap();
        let example: Value = serde_json::from_str(example).unwrap();
        let said = said(&example);
        if !verbs.contains(&*said.0) {
            continue;
        }
        let Some(printed) = printed.get(&said) else {
            panic!("nothing prints {said:?}");
        };
        assert_eq!(keys(&example), keys(printed), "{said:?}");
        shown_of.insert(said.0);
    }
    assert_eq!(shown_of.len(), 10, "{shown_of:?}");
    for verb in verbs {
        let heading = guide
            .lines()
            .any(|line| line.starts_with("## ") && line.contains(&format!("`{verb}`")));
        assert!(heading, "the guide says nothing of {verb}");
    }
}

fn said(object: &Value) -> Said {
    let text = |key: &str| object[key].as_str().map(str::to_owned);
    (text("verb").unwrap(), text("event"))
}

/// What each verb prints.
fn printed() -> BTreeMap<Said, Value> {
    let (desk, broken) = (shop(), broken());
    let mut printed = BTreeMap::new();
    let mut keep = |text: &str| {
        let objects = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        for object in objects.map(Result::unwrap) {
            printed.insert(said(&object), object);
        }
    };
    keep(&broken.on_file(&["run", "--json"]).stdout);
    for arguments in [
        &["plan"][..],
        &["run", "--steps", "1"],
        &["redo", "--yes"],
        &["revert", "--yes"],
        &["skip", "1"],
        &["baseline", "2"],
        &["status"],
        &["history"],
        &["version"],
        &["reset", "--yes"],
        &["wait"],
    ] {
        let ran = desk.on_file(&[arguments, &["--json"]].concat()).fine();
        keep(&ran.stdout);
    }
    desk.write(
        "migrations/0001_users.up.sql",
        "-- people\nCREATE TABLE users (id INTEGER PRIMARY KEY);\n",
    );
    keep(&desk.on_file(&["validate", "--json"]).stdout);
    keep(&desk.on_file(&["repair", "--json"]).stdout);
    keep(&super::mend::in_doubt_resolved(&["--json"]));
    printed
}
