//! The formats of other tools.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use serde_json::Value;

use crate::desk::Desk;

fn desk() -> Desk {
    Desk::new(&[
        ("migrations/0001_a.sql", "SELECT 'x;\n"),
        ("migrations/0002, 100% b.sql", "SELECT 1;\n"),
        ("migrations/0003_c.sql", "SELECT 1;\n"),
        ("migrations/0003_d.sql", "SELECT 1;\n"),
        ("migrations/0004_e.sql", "BEGIN;\nBEGIN;\n"),
        ("migrations/20241301000000_f.sql", "SELECT 1;\n"),
    ])
}

fn check(format: &str) -> String {
    let ran = desk().run(&["check", "--format", format]);
    assert_eq!(ran.code, 4, "{}", ran.all());
    ran.stdout
}

#[test]
fn github_shows_annotations() {
    assert_snapshot!(check("github"));
}

#[test]
fn gitlab_shows_a_code_quality_report() {
    let report = check("gitlab");
    assert_snapshot!(report);
    let report: Value = serde_json::from_str(&report).unwrap();
    let issues = report.as_array().unwrap();
    let fingerprints: BTreeSet<&str> = issues
        .iter()
        .map(|issue| issue["fingerprint"].as_str().unwrap())
        .collect();
    assert_eq!(
        fingerprints.len(),
        issues.len(),
        "GitLab shows one issue a fingerprint"
    );
}

#[test]
fn a_fingerprint_does_not_move_with_the_lines_above() {
    let fingerprint = |text: &str| {
        let desk = Desk::new(&[("migrations/0001_a.sql", text)]);
        let report = desk.run(&["check", "--format", "gitlab"]).json();
        report[0]["fingerprint"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        fingerprint("SELECT 'x;\n"),
        fingerprint("-- why\nSELECT 'x;\n")
    );
}

#[test]
fn sarif_is_as_code_scanning_wants_it() {
    let mut log: Value = serde_json::from_str(&check("sarif")).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let place = &result["locations"][0]["physicalLocation"];
        assert!(place["region"]["startLine"].as_u64().unwrap() >= 1);
        assert!(place["region"]["startColumn"].as_u64().unwrap() >= 1);
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(!uri.contains([' ', '\\']), "{uri}");
    }
    let driver = &mut log["runs"][0]["tool"]["driver"];
    assert_eq!(driver["semanticVersion"].take(), env!("CARGO_PKG_VERSION"));
    for rule in driver["rules"].as_array_mut().unwrap() {
        let help = rule["help"].take();
        assert!(!help["text"].as_str().unwrap().is_empty());
        assert_eq!(help["text"], help["markdown"]);
    }
    assert_snapshot!(format!("{log:#}"));
}

#[test]
fn what_is_fine_is_an_empty_report() {
    let desk = Desk::with(&["0001_a.sql"]);
    let said = |format| desk.run(&["check", "--format", format]).fine().stdout;
    assert_eq!(said("rustc"), "");
    assert_eq!(said("github"), "");
    assert_eq!(said("gitlab"), "[]\n");
    let log: Value = serde_json::from_str(&said("sarif")).unwrap();
    assert_eq!(log["runs"][0]["results"], Value::Array(Vec::new()));
}

#[test]
fn json_is_the_same_as_for_every_verb() {
    let desk = desk();
    assert_eq!(
        desk.run(&["check", "--format", "json"]).stdout,
        desk.run(&["check", "--json"]).stdout
    );
}

#[test]
fn two_formats_at_once_are_refused_wherever_they_are_asked_for() {
    let desk = desk();
    for asked in [
        ["check", "--json", "--format", "github"],
        ["--json", "check", "--format", "github"],
    ] {
        let ran = desk.run(&asked);
        assert_eq!(ran.code, 2, "{}", ran.all());
        assert_eq!(ran.json()["error"]["kind"], "usage");
        assert_eq!(
            ran.stderr,
            "error: `--json` and `--format github` ask for two formats\nhelp: leave one of them out\n"
        );
    }
    let both = desk.run(&["--json", "check", "--format", "json"]);
    assert_eq!(both.stdout, desk.run(&["check", "--json"]).stdout);
}
