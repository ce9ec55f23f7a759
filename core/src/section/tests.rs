use proptest::prelude::*;

use super::*;
use crate::split::tests::{any_dialect, any_text, server_text, statements};
use Dialect::{MySql, Postgres, Sqlite};

const UP: &str = "CREATE TABLE a (b int);\n";
const DOWN: &str = "DROP TABLE a;\n";

fn source<'a>(text: &'a str, dialects: &'a [Dialect]) -> Source<'a> {
    Source {
        text,
        path: "migrations/0001_a.sql",
        file: "0001_a.sql",
        direction: None,
        style: None,
        dialects,
    }
}

/// The up and the down script of a file without a mistake.
#[track_caller]
fn cut_in<'a>(text: &'a str, dialects: &[Dialect]) -> (Option<&'a str>, Option<&'a str>) {
    cut_as(&source(text, dialects), text)
}

#[track_caller]
fn cut_as<'a>(source: &Source, text: &'a str) -> (Option<&'a str>, Option<&'a str>) {
    let Sections { sections, mistakes } = sections(source);
    assert!(mistakes.is_empty(), "{text}\n{}", mistakes[0]);
    let of = |direction| {
        let section = sections
            .iter()
            .find(|section| section.direction == direction);
        section.map(|section| &text[section.text.clone()])
    };
    (of(Direction::Up), of(Direction::Down))
}

#[track_caller]
fn cut(text: &str) -> (Option<&str>, Option<&str>) {
    cut_in(text, &Dialect::ALL)
}

/// The mistakes of a file: code and line.
fn mistakes(text: &str) -> Vec<(Code, usize)> {
    mistakes_in(text, &Dialect::ALL)
}

fn mistakes_in(text: &str, dialects: &[Dialect]) -> Vec<(Code, usize)> {
    let Sections { mistakes, .. } = sections(&source(text, dialects));
    mistakes
        .iter()
        .map(|mistake| (mistake.code(), mistake.place().line()))
        .collect()
}

/// Which of the two runs in a transaction.
#[track_caller]
fn transactions(text: &str) -> Vec<bool> {
    let Sections { sections, mistakes } = sections(&source(text, &Dialect::ALL));
    assert!(mistakes.is_empty(), "{text}\n{}", mistakes[0]);
    sections.iter().map(|section| section.transaction).collect()
}

#[test]
fn each_tool_has_its_markers() {
    for (up, down) in [
        ("-- Up", "-- Down"),
        ("--Up", "--down"),
        ("-- UP", "--\tDOWN  "),
        ("  -- up", "\t-- down"),
        ("-- Up migration", "-- Down migration (rollback)"),
        ("-- up MIGRATION", "-- Down migration"),
        ("-- migrate:up", "-- migrate:down"),
        ("--migrate:up", "--\tmigrate:down\t"),
        ("-- migrate:up transaction:true", "-- migrate:down drop it"),
        ("-- +goose Up", "-- +goose Down"),
        ("--+goose up", "--   +goose   DOWN  "),
        ("---- +goose Up --", "-- Down +goose"),
        ("-- +migrate Up", "-- +migrate   Down"),
        ("-- +migrate Up foo", "-- +migrate Down"),
        ("-- Up Migration", "-- Down Migration"),
        (" -- - -- UP   Migration (a)", "--- Down\tMigration: back"),
        ("--Up Migrations", "-- Down Migration - back"),
    ] {
        let text = format!("-- Why.\n\n{up}\n{UP}{down}\n{DOWN}");
        assert_eq!(cut_in(&text, &[Postgres]), (Some(UP), Some(DOWN)), "{text}");
        assert_eq!(cut(&text), (Some(UP), Some(DOWN)), "{text}");
    }
}

#[test]
fn what_is_nearly_a_marker_of_no_tool_is_a_comment() {
    for comment in [
        "-- up to here",
        "-- Up and running",
        "-- Upgrade",
        "-- down the road",
        "-- Setup migration",
        "-- This up migration",
        "-- Down migration is not needed.",
        "-- Down:",
        "-- migrate the users",
        "-- migrate: move the users up",
        "-- migrate: up to version 5",
        "-- migrated:up",
        "-- we moved to +goose last year",
        "-- +GOOSE is a word",
        "-- +migrated Up",
        "/* -- +goose Up */",
        "-- ! +migrate Up",
        "SELECT 1; -- +goose Up",
    ] {
        let text = format!("{comment}\nSELECT 1;\n");
        assert_eq!(cut(&text), (None, None), "{text}");
    }
}

#[test]
fn a_marker_may_be_the_first_and_the_last_line() {
    assert_eq!(cut("-- Up\nSELECT 1\n-- Down"), (Some("SELECT 1\n"), None));
    assert_eq!(cut("-- Up\n--"), (Some("--"), None));
    assert_eq!(cut("\n\n-- +goose Up\nSELECT 1"), (Some("SELECT 1"), None));
    assert_eq!(cut("-- migrate:up\na\n-- migrate:down\nb").1, Some("b"));
}

#[test]
fn a_statement_may_lack_its_semicolon_before_a_marker() {
    for up in [
        "CREATE TABLE a (b int)\n",
        "CREATE VIEW v AS SELECT 'a' -- the last\n",
        "SELECT 1\n\n",
    ] {
        let text = format!("-- +goose Up\n{up}-- +goose Down\nDROP VIEW v");
        assert_eq!(cut(&text), (Some(up), Some("DROP VIEW v")), "{text}");
    }
}

#[test]
fn a_marker_inside_something_is_none() {
    let inside: &[(&str, &[Dialect])] = &[
        ("SELECT '\n-- +goose Down\n';\n", &Dialect::ALL),
        ("SELECT \"\n-- +goose Down\n\";\n", &Dialect::ALL),
        ("SELECT `\n-- +goose Down\n`;\n", &[MySql, Sqlite]),
        ("SELECT [\n-- +goose Down\n];\n", &[Sqlite]),
        ("/*\n-- +goose Down\n*/\nSELECT 1;\n", &Dialect::ALL),
        ("/* /* */\n-- +goose Down\n*/\nSELECT 1;\n", &[Postgres]),
        ("SELECT /*!80000\n-- +goose Down\n*/ 1;\n", &[MySql]),
        ("DO $$\n-- +goose Down\n$$;\n", &[Postgres]),
        ("DO $a$\n$$\n-- +goose Down\n$$\n$a$;\n", &[Postgres]),
        ("SELECT E'\\'\n-- +goose Down\n';\n", &[Postgres]),
        ("SELECT '\\'\n-- +goose Down\n';\n", &[MySql]),
        ("CREATE TABLE a (\n-- +goose Down\nb int);\n", &Dialect::ALL),
        (
            "CREATE TRIGGER t AFTER INSERT ON a\n-- +goose Down\nBEGIN\n-- +goose Down\nDELETE FROM a;\n\
             -- +goose Down\nEND;\n",
            &[Sqlite],
        ),
        (
            "CREATE PROCEDURE p() BEGIN\n-- +goose Down\nIF a THEN\n-- +goose Down\nb; END IF;\n-- +goose Down\nEND;\n",
            &[MySql],
        ),
        (
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC\n-- +goose Down\nSELECT 1;\n-- +goose Down\nEND;\n",
            &[Postgres],
        ),
        (
            "DELIMITER //\nCREATE PROCEDURE p() BEGIN a;\n-- +goose Down\nEND//\nDELIMITER ;\n",
            &[MySql],
        ),
    ];
    for (up, dialects) in inside {
        let text = format!("-- +goose Up\n{up}-- +goose Down\nSELECT 2;\n");
        assert_eq!(
            cut_in(&text, dialects),
            (Some(*up), Some("SELECT 2;\n")),
            "{text}"
        );
        // In a file without sections it is no reason to look for any.
        assert_eq!(cut_in(up, dialects), (None, None), "{up}");
    }
}

#[test]
fn words_that_may_be_a_comment_are_one_inside_a_statement_when_indented() {
    let case =
        "UPDATE a SET b = CASE c\n  -- up\n  WHEN 1 THEN 2\n  -- down\n  WHEN 2 THEN 1 END;\n";
    assert_eq!(cut(case), (None, None));
    let text = format!("-- Up\n{case}-- Down\n{DOWN}");
    assert_eq!(cut(&text), (Some(case), Some(DOWN)));
    // Not indented it would be told, never passed over.
    let text = format!("-- Up\nSELECT 1 +\n-- up\n2;\n-- Down\n{DOWN}");
    assert_eq!(mistakes(&text), [(Code::SectionOrder, 3)]);
}

#[test]
fn only_the_style_that_is_said_is_read() {
    let goose = format!("-- +goose Up\n{UP}-- Down\n{DOWN}");
    let with = |text, style| {
        cut_as(
            &Source {
                style: Some(style),
                ..source(text, &Dialect::ALL)
            },
            text,
        )
    };
    assert_eq!(mistakes(&goose), [(Code::SectionMarker, 3)]);
    let rest = &goose["-- +goose Up\n".len()..];
    assert_eq!(with(&goose, Style::Goose), (Some(rest), None));
    assert_eq!(with(&goose, Style::None), (None, None));
    let sentence = "-- Up Migration adds\nSELECT 1;\n-- Down Migration drops\nSELECT 2;\n";
    let (up, down) = ("SELECT 1;\n", "SELECT 2;\n");
    assert_eq!(with(sentence, Style::NodePgMigrate), (Some(up), Some(down)));
    for (text, style) in [
        (&*goose, Style::Dbmate),
        (&*goose, Style::SqlMigrate),
        (sentence, Style::Plain),
    ] {
        let Sections { sections, mistakes } = sections(&Source {
            style: Some(style),
            ..source(text, &Dialect::ALL)
        });
        assert!(sections.is_empty(), "{style:?}");
        assert_eq!(mistakes[0].code(), Code::SectionMarker, "{style:?}");
    }
    assert_eq!(
        mistakes(sentence),
        [(Code::SectionMarker, 1), (Code::SectionMarker, 3)]
    );
}

#[test]
fn what_is_nearly_a_plain_marker_is_told_only_beside_one_of_the_other_direction() {
    for down in [
        "-- Down:",
        "-- === DOWN ===",
        "-- Down (rollback)",
        "-- Migration: down",
        "-- Down migration drops the table",
    ] {
        let text = format!("-- Up\n{UP}{down}\n{DOWN}");
        assert_eq!(mistakes(&text), [(Code::SectionMarker, 3)], "{text}");
        let text = format!("-- Up:\n{UP}{down}\n{DOWN}");
        let both = [(Code::SectionMarker, 1), (Code::SectionMarker, 3)];
        assert_eq!(mistakes(&text), both, "{text}");
        // Alone, and beside a better one, it is a comment.
        assert_eq!(cut(&format!("{down}\n{DOWN}")), (None, None));
        let down = format!("{down}\n{DOWN}");
        let text = format!("-- Up\n{UP}-- Down\n{down}");
        assert_eq!(cut(&text), (Some(UP), Some(&*down)), "{text}");
    }
}

#[test]
fn plain_words_in_a_file_of_another_style_are_a_comment_where_they_repeat_its_marker() {
    let up = format!("-- Up migration\n{UP}");
    let down = format!("-- Down\n{DOWN}");
    let text = format!("-- migrate:up\n{up}-- migrate:down\n{down}");
    assert_eq!(cut(&text), (Some(&*up), Some(&*down)));
}

#[test]
fn a_comment_is_a_script_and_nothing_is_none() {
    assert_eq!(
        cut("-- Up\n-- Nothing.\n-- Down\n-- Nothing.\n").1,
        Some("-- Nothing.\n")
    );
    assert_eq!(
        cut(&format!("-- Up\n{UP}-- Down\n\n \t\n")),
        (Some(UP), None)
    );
    let block = "-- +goose StatementBegin\n-- +goose StatementEnd\n";
    let text = format!("-- +goose Up\n{UP}-- +goose Down\n{block}");
    assert_eq!(cut(&text), (Some(UP), None));
    for text in [
        format!("-- +goose Up\n{block}-- +goose Down\n{DOWN}"),
        "-- +goose Up".to_owned(),
        "-- +goose Up\n\n-- +goose NO TRANSACTION\n-- +goose Down\n".to_owned(),
    ] {
        assert_eq!(mistakes(&text), [(Code::EmptyFile, 1)], "{text}");
    }
}

#[test]
fn markers_say_what_runs_without_a_transaction() {
    for (text, expected) in [
        (
            "-- migrate:up transaction:false\na\n-- migrate:down\nb",
            [false, true],
        ),
        (
            "-- migrate:up\na\n-- migrate:down x transaction:false",
            [true, false],
        ),
        (
            "-- +migrate Up notransaction\na\n-- +migrate Down\nb",
            [false, true],
        ),
        (
            "-- +migrate Up\na\n-- +migrate Down notransaction\nb",
            [true, false],
        ),
        (
            "-- +goose no transaction\n-- +goose Up\na\n-- +goose Down\nb",
            [false, false],
        ),
        (
            "-- +goose Up\n-- +goose NO TRANSACTION\na\n-- +goose Down\nb",
            [false, false],
        ),
        (
            "-- +goose Up\na\n-- +goose Down\nb;\n-- +goose No Transaction",
            [false, false],
        ),
        (
            "-- no-transaction: large\n-- Up\na\n-- Down\nb",
            [false, false],
        ),
        // Below a marker it is read with its section.
        ("-- Up\n-- no-transaction\na\n-- Down\nb", [true, true]),
        (
            "-- +goose ENVSUB OFF\n-- +goose Up\na\n-- +goose Down\nb",
            [true, true],
        ),
    ] {
        let text = text.replace("down x transaction:false", "down x transaction:false\nb");
        assert_eq!(transactions(&text), expected, "{text}");
    }
}

#[test]
fn a_directive_above_the_sections_is_judged_as_anywhere() {
    let text = format!("-- no_transaction\n-- Up\n{UP}-- Down\n{DOWN}");
    assert_eq!(mistakes(&text), [(Code::MisplacedDirective, 1)]);
}

#[test]
fn a_misspelt_annotation_is_told() {
    for text in [
        "-- +goose Upp\na",
        "-- +goose\n-- +goose Up\na",
        "-- +goose Up -- why\na",
        "-- +goose Up\na;\n-- +goose Dwon\nb",
        "-- +goose Up\n-- +goose NO  TRANSACTION\na",
        "-- +goose Up\n-- +goose NO_TRANSACTION\na",
        "-- +goose Up\n-- +goose Comment\na",
        "-- +goose Up\n-- +goose ENVSUB ON\na",
        " -- +goose Up\na",
        "-- +Goose Up\na",
        "-- +goose NO TRANSACTION\na",
        "-- Migrate:up\na",
        "-- migrate: up\na",
        "-- migrate:UP\na",
        "--- migrate:up\na",
        "-- migrate:dwon\nb",
        "-- migrate:up;\na",
        "-- migrate:up\na;\n-- migrate:rollback\nb",
        "\t-- migrate:up\na",
        "-- migrate:up transaction: false\na",
        "-- migrate:up transaction:no\na",
        "-- migrate:up TRANSACTION:false\na",
        "-- migrate:up env:foo\na",
        "-- migrate:up no-transaction\na",
        "-- +migrate\na",
        "--+migrate Up\na",
        " -- +migrate Up\na",
        "-- +migrate up\na",
        "-- +migrate Up\na;\n-- +migrate Down;\nb",
        "-- +Migrate Up\na",
        "-- +migrate Up no-transaction\na",
        "-- +migrate Depends\na",
    ] {
        let found = mistakes(text);
        assert!(
            found.iter().any(|(code, _)| *code == Code::SectionMarker),
            "{text}: {found:?}"
        );
    }
}

#[test]
fn what_was_meant_causes_no_other_mistake() {
    for text in [
        "-- +goose Upp\na;\n-- +goose Dwon\nb;",
        "-- +Migrate Up\n-- +migrate statementBegin\na\n-- +migrate StatmentEnd\n-- +migrate Down;\nb",
        "-- Migrate:Up transaction=false\na;\n-- migrate: down\nb;",
    ] {
        let found = mistakes(text);
        assert!(
            found.iter().all(|(code, _)| *code == Code::SectionMarker),
            "{text}: {found:?}"
        );
        assert!(found.len() >= 2, "{text}: {found:?}");
        let Sections { sections, .. } = sections(&source(text, &Dialect::ALL));
        assert_eq!(sections.len(), 2, "{text}");
    }
}

#[test]
fn sections_are_up_and_perhaps_down_in_this_order_and_each_once() {
    use Code::SectionOrder;

    for (text, expected) in [
        ("a;\n-- Down\nb;", vec![2]),
        ("-- Down\nb;\n-- Up\na;", vec![1]),
        ("-- Up\na;\n-- Up\nb;", vec![3]),
        ("-- Up\na;\n-- Down\nb;\n-- Up\nc;\n-- Down\nd;", vec![5, 7]),
        ("-- Down\na;\n-- Down\nb;", vec![3, 1]),
    ] {
        let expected: Vec<_> = expected.iter().map(|line| (SectionOrder, *line)).collect();
        assert_eq!(mistakes(text), expected, "{text}");
    }
}

#[test]
fn a_statement_above_the_first_section_is_told_and_a_comment_is_not() {
    let text = format!("/* Licence. */ ;\n-- Up\n{UP}");
    assert_eq!(cut(&text), (Some(UP), None));
    for above in ["SELECT 1;", "SELECT 1", "\\set a b", "/* c */ SELECT\n1;"] {
        let text = format!("\n{above}\n-- Up\n{UP}");
        let line = if above.starts_with('\\') {
            Postgres
        } else {
            Sqlite
        };
        assert_eq!(
            mistakes_in(&text, &[line]),
            [(Code::SqlBeforeSection, 2)],
            "{text}"
        );
    }
    let text = format!("DELIMITER ;\n-- Up\n{UP}");
    assert_eq!(mistakes_in(&text, &[MySql]), [(Code::SqlBeforeSection, 1)]);
}

#[test]
fn the_markers_of_two_styles_do_not_mix() {
    let text = format!("-- +goose Up\n{UP}-- +migrate Down\n{DOWN}");
    assert_eq!(mistakes(&text), [(Code::SectionMarker, 3)]);
    let text = format!("-- Up\n{UP}-- migrate:down\n{DOWN}");
    assert_eq!(mistakes(&text), [(Code::SectionMarker, 3)]);
    let text = format!("-- Up\n{UP}-- Down Migration (back)\n{DOWN}");
    assert_eq!(cut(&text), (Some(UP), Some(DOWN)));
}

#[test]
fn statement_blocks_are_balanced_and_stay_as_comments() {
    for prefix in ["+goose", "+migrate"] {
        let body = format!("-- {prefix} StatementBegin\nSELECT 1;\n-- {prefix} StatementEnd\n");
        let text = format!("-- {prefix} Up\n{body}{body}-- {prefix} Down\n{body}");
        let twice = format!("{body}{body}");
        assert_eq!(cut(&text), (Some(&*twice), Some(&*body)));
        for (text, line) in [
            ("-- P Up\n-- P StatementBegin\na;\n-- P Down\nb;", 2),
            ("-- P Up\na;\n-- P StatementEnd\n-- P Down\nb;", 3),
            ("-- P Up\na;\n-- P Down\n-- P StatementBegin\nb;", 4),
            ("-- P StatementBegin\n-- P Up\na;\n-- P StatementEnd\n", 1),
        ] {
            let text = text.replace('P', prefix);
            assert_eq!(mistakes(&text)[0], (Code::SectionMarker, line), "{text}");
        }
        let nested = "-- P Up\n-- P StatementBegin\n-- P StatementBegin\na;\n-- P StatementEnd\n";
        let nested = nested.replace('P', prefix);
        assert_eq!(mistakes(&nested), [(Code::SectionMarker, 3)]);
    }
}

#[test]
fn where_the_dialects_differ_they_are_told_to_be_named() {
    let text = "-- Up\nSELECT '\\';\n-- Down\nSELECT ';\n-- ';\n";
    assert_eq!(mistakes(text), [(Code::SectionMarker, 3)]);
    assert_eq!(mistakes_in(text, &[Postgres, Sqlite]), []);
    let (up, down) = ("SELECT '\\';\n-- Down\nSELECT ';\n-- ';\n", None);
    assert_eq!(cut_in(text, &[MySql]), (Some(up), down));
}

#[test]
fn a_dialect_that_cannot_read_the_file_has_no_say() {
    let text = "-- Up\nSELECT 'it\\'s';\n-- Down\nSELECT 2;\n";
    assert_eq!(cut(text), (Some("SELECT 'it\\'s';\n"), Some("SELECT 2;\n")));
    // MySQL wants a blank behind the dashes.
    let text = "--Up\nSELECT 1;\n--Down\nSELECT 2;\n";
    assert_eq!(
        cut_in(text, &[MySql, Postgres]),
        (Some("SELECT 1;\n"), Some("SELECT 2;\n"))
    );
    assert_eq!(mistakes_in(text, &[MySql]), [(Code::SectionMarker, 1)]);
}

#[test]
fn what_is_never_closed_is_left_to_be_told_of_the_script() {
    for text in [
        "-- Up\nSELECT 'a;\n-- Down\n",
        "SELECT (;\n-- Down\n",
        "/*\n-- Up\n",
    ] {
        assert_eq!(cut_in(text, &[Postgres]), (None, None), "{text}");
    }
    assert_eq!(cut_in("-- Up\na;", &[]), (None, None));
}

#[test]
fn a_section_begins_with_the_usual_delimiter() {
    let text = "-- Up\nDELIMITER //\na//\n-- Down\nb//\nDELIMITER ;\n";
    assert_eq!(mistakes_in(text, &[MySql]), [(Code::SectionMarker, 4)]);
    let text = "-- Up\nDELIMITER //\na//\nDELIMITER ;\n-- Down\nb;\n";
    assert_eq!(mistakes_in(text, &[MySql]), []);
}

#[test]
fn a_file_that_is_for_one_direction_by_its_name_has_no_marker_for_the_other() {
    let named = |text, direction| {
        let source = Source {
            direction: Some(direction),
            ..source(text, &Dialect::ALL)
        };
        let Sections { sections, mistakes } = sections(&source);
        assert!(sections.is_empty());
        let places = mistakes
            .iter()
            .map(|mistake| (mistake.code(), mistake.place().line()));
        places.collect::<Vec<_>>()
    };
    let both = "-- Up\na;\n-- Down\nb;\n";
    assert_eq!(named(both, Direction::Up), [(Code::SectionMarker, 3)]);
    assert_eq!(named(both, Direction::Down), [(Code::SectionMarker, 1)]);
    for text in [
        "a;\n-- Up\nb;",
        "-- +goose Up\n-- +goose StatementEnd\n-- +goose Up\na;",
        "-- Down migration is in 0001_a.down.sql\na;",
        "a; /*\n-- Down\n*/",
    ] {
        assert_eq!(named(text, Direction::Up), [], "{text}");
    }
}

/// Texts that are full of markers.
fn marked() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec![
        "-- Up",
        "-- Down",
        "--Up",
        "  -- Down",
        "-- Down:",
        "-- Up Migration now",
        "-- Down migration",
        "-- migrate:up",
        "-- migrate:down transaction:false",
        "-- migrate:upp",
        "-- +goose Up",
        "-- +goose Down",
        "-- +goose StatementBegin",
        "-- +goose StatementEnd",
        "-- +goose NO TRANSACTION",
        "-- +goose ENVSUB ON",
        "-- +goose",
        " -- +goose Up",
        "-- +migrate Up notransaction",
        "-- +migrate Down",
        "-- +migrate up",
        "-- no-transaction",
        "",
    ]);
    let part = prop_oneof![
        3 => line.prop_map(|line| format!("\n{line}\n")),
        2 => any_text(),
        1 => Just("SELECT 1;".to_owned()),
    ];
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

fn any_style() -> impl Strategy<Value = Option<Style>> {
    prop::sample::select(vec![
        None,
        Some(Style::None),
        Some(Style::Plain),
        Some(Style::Dbmate),
        Some(Style::Goose),
        Some(Style::SqlMigrate),
        Some(Style::NodePgMigrate),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// What stands above the first section, the markers and the sections are the whole text.
    #[test]
    fn no_byte_is_lost(text in marked(), style in any_style(), dialect in any_dialect()) {
        let dialects = [dialect];
        let Sections { sections, mistakes } = sections(&Source { style, ..source(&text, &dialects) });
        let lines = marker::lines(&text, style);
        let is_marker = |start: usize, end: usize| {
            lines.iter().any(|marker| marker.line == (start..end))
        };
        for section in &sections {
            let Range { start, end } = section.text;
            prop_assert!(start <= end && end <= text.len());
            let marker = text[..start].trim_end_matches('\n').rfind('\n').map_or(0, |at| at + 1);
            prop_assert!(is_marker(marker, start), "{:?} {:?}", &text[..start], lines);
            prop_assert!(end == text.len() || lines.iter().any(|marker| marker.line.start == end));
        }
        if let [up, down] = &sections[..] {
            prop_assert_eq!((up.direction, down.direction), (Direction::Up, Direction::Down));
            let (first, second) = if up.text.start <= down.text.start { (up, down) } else { (down, up) };
            prop_assert!(first.text.end <= second.text.start);
            if mistakes.is_empty() {
                prop_assert!(is_marker(up.text.end, down.text.start));
                prop_assert_eq!(down.text.end, text.len());
            }
        }
        if style == Some(Style::None) {
            prop_assert!(sections.is_empty() && mistakes.is_empty());
        }
    }

    /// Two scripts under markers are these two scripts again, with the same statements.
    #[test]
    fn a_script_under_a_marker_is_that_script(up in server_text(), down in server_text(), dialect in any_dialect()) {
        let is_whole = |sql: &str| crate::split::split(sql, dialect).is_ok();
        if !(is_whole(&up) && is_whole(&down)) {
            return Ok(());
        }
        let (up, down) = (format!("{up}\n;\n"), format!("{down}\n;\n"));
        let text = format!("-- +goose Up\n{up}-- +goose Down\n{down}");
        prop_assert_eq!(cut_in(&text, &[dialect]), (Some(&*up), Some(&*down)));
        let mut both = statements(&up, dialect);
        both.extend(statements(&down, dialect));
        prop_assert_eq!(statements(&text, dialect), both);
    }
}
