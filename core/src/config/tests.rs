use proptest::prelude::*;

use super::*;
use crate::diagnostic::Diagnostic;

const PATH: &str = "migrations/migrations.toml";

fn read(text: &str) -> (Config, Vec<Diagnostic>) {
    let mut mistakes = Vec::new();
    let config = document::read(text.into(), PATH, &mut mistakes, Config::of);
    mistakes.sort_by_key(|mistake| mistake.place().line());
    (config, mistakes)
}

fn good(text: &str) -> Config {
    let (config, mistakes) = read(text);
    assert!(mistakes.is_empty(), "{mistakes:?}");
    config
}

/// The line, the column and the message of each mistake.
fn told(text: &str) -> Vec<String> {
    let shown = |mistake: &Diagnostic| {
        assert_eq!(mistake.code(), Code::BadConfig);
        assert!(!mistake.hints().is_empty(), "{mistake}");
        let place = mistake.place();
        format!("{}:{} {}", place.line(), place.column(), mistake.message())
    };
    read(text).1.iter().map(shown).collect()
}

/// The hint of the only mistake.
fn hint(text: &str) -> String {
    let (_, mistakes) = read(text);
    match &mistakes[..] {
        [only] => only.hints().join("; "),
        _ => panic!("{mistakes:?}"),
    }
}

fn metadata(text: &[u8]) -> (Metadata, Vec<Diagnostic>) {
    let mut mistakes = Vec::new();
    let said = Metadata::read(text, "migrations/0001_a/metadata.toml", &mut mistakes);
    (said, mistakes)
}

#[test]
fn an_empty_file_says_what_no_file_says() {
    assert_eq!(good(""), Config::default());
    assert_eq!(
        good("# nothing yet\n[lock]\n[checks]\n[overrides]\n"),
        Config::default()
    );
}

#[test]
fn every_key_is_read() {
    let config = good(
        r#"
        format = 1
        name = "jobs"
        table = "_jobs"
        dialects = ["sqlite3", "PG"]
        require_down = true
        recursive = true
        ignore = ["data_*.sql", "old/**"]
        [lock]
        required = true
        [checks]
        session-setting = "deny"
        empty-file = "warn"
        long-name = "allow"
        [overrides."0042_x.sql"]
        transaction = false
        allow = ["long-name", "empty-file"]
        reason = "applied in 2023 and cannot change"
        sections = "sql-migrate"
        [overrides.'0043_y/up.sql']
        transaction = true
        "#,
    );
    let Config {
        name,
        table,
        dialects,
        require_down,
        recursive,
        ignore,
        lock_required,
        checks,
        overrides,
        written: _,
    } = config;
    assert_eq!((&*name, &*table), ("jobs", "_jobs"));
    assert_eq!(dialects, Some(vec![Dialect::Postgres, Dialect::Sqlite]));
    assert!(require_down && recursive && lock_required);
    assert_eq!(ignore.len(), 2);
    let expected = [
        (Code::SessionSetting, Severity::Deny),
        (Code::EmptyFile, Severity::Warn),
        (Code::LongName, Severity::Allow),
    ];
    assert_eq!(checks, expected.into());
    let one = Override {
        transaction: Some(false),
        allow: [Code::LongName, Code::EmptyFile].into(),
        sections: Some(Style::SqlMigrate),
    };
    let other = Override {
        transaction: Some(true),
        ..Override::default()
    };
    let expected = [("0042_x.sql", one), ("0043_y/up.sql", other)];
    let expected = expected.map(|(path, said)| (path.to_owned(), said));
    assert_eq!(overrides, expected.into());
}

#[test]
fn tables_may_be_written_in_any_way_that_toml_has() {
    assert!(good("lock.required = true").lock_required);
    assert!(good("lock = { required = true }").lock_required);
    let config = good("\u{FEFF}[overrides]\r\n\"0001_a.sql\".transaction = false\r\n");
    let said = config.of_file("0001_a.sql").unwrap();
    assert_eq!(said.transaction, Some(false));
}

#[test]
fn every_mistake_is_told_at_once_and_what_is_right_counts() {
    let text = r#"format = "1"
name = 5
table = ""
dialects = ["postgres", "pg", 3]
require_down = "yes"
recursive = true
ignore = ["a**", "b.sql"]
lock = true
colour = "red"
[checks]
long-name = "error"
long-nmae = "warn"
no-migrations = "allow"
empty-file = "warn"
[overrides."0001_a.sql"]
transaction = 1
allow = ["nothing-like-it", "bad-name", "empty-file"]
sections = "flyway"
[overrides."0002_b.sql"]
[overrides.0003_c.up.sql]
transaction = false
"#;
    let (config, _) = read(text);
    let expected = [
        "1:10 `format` is a number, not a string",
        "2:8 `name` is a string, not a number",
        "3:9 `table` is empty",
        "4:31 `dialects` is a list of strings, and this is a number",
        "4:25 PostgreSQL is in the list twice",
        "5:16 `require_down` is `true` or `false`, not a string",
        "7:11 `a**` is no pattern: recursive wildcards must form a single path component",
        "8:8 `lock` is a table, not a boolean",
        "9:1 unknown key `colour`",
        "11:13 `long-name` is one of `deny`, `warn`, `allow`, not `error`",
        "12:1 there is no code `long-nmae`",
        "13:1 `no-migrations` is always refused",
        "16:15 `transaction` is `true` or `false`, not a number",
        "17:1 `allow` has no `reason`",
        "17:10 there is no code `nothing-like-it`",
        "17:29 `bad-name` is always refused",
        "18:12 `sections` is one of `none`, `plain`, `dbmate`, `goose`, `sql-migrate`, `node-pg-migrate`, not `flyway`",
        "19:12 the override says nothing",
        "20:1 the name of the file `0003_c.up.sql` has no quotes round it",
    ];
    let mut told = told(text);
    told.sort();
    let mut expected = expected.map(str::to_owned).to_vec();
    expected.sort();
    assert_eq!(told, expected);

    assert!(config.recursive);
    assert_eq!(config.name, "default");
    assert_eq!(config.ignore.len(), 1);
    assert_eq!(config.checks, [(Code::EmptyFile, Severity::Warn)].into());
    let said = config.of_file("0001_a.sql").unwrap();
    assert_eq!(said.allow, [Code::EmptyFile].into());
    let said = config.of_file("0003_c.up.sql").unwrap();
    assert_eq!(said.transaction, Some(false));
}

#[test]
fn a_hint_is_for_the_very_case() {
    for (text, expected) in [
        ("Name = 'a'", "did you mean `name`?"),
        ("dialect = 'pg'", "did you mean `dialects`?"),
        ("name = 5", "write `name = \"5\"`"),
        ("ignore = 'old/**'", "write `ignore = [\"old/**\"]`"),
        (
            "ignore = ['old/']",
            "write `old/**` for all files below the folder",
        ),
        ("ignore = [true]", "write `\"true\"`"),
        ("name = ['a']", "write `name = \"…\"`"),
        (
            "require_down = 'true'",
            "write `require_down = true` or `require_down = false`",
        ),
        (
            "[[lock]]\nrequired = true",
            "write `[lock]` on a line of its own, and its keys below it",
        ),
        ("[lock]\nneeded = true", "the only key here is `required`"),
        (
            "[checks]\nname = 'jobs'",
            "move it above `[checks]`: what follows a header belongs to its table",
        ),
        (
            "[checks]\nenum-value = 'warn'",
            "did you mean `new-enum-value`?",
        ),
        ("[checks]\nlong_name = 'warn'", "did you mean `long-name`?"),
        (
            "table = 'app.jobs'",
            "write `table = \"jobs\"`, and in the program `Migrator::schema(\"app\")`",
        ),
        ("dialects = ['sqllite']", "did you mean `sqlite`?"),
        (
            "dialects = []",
            "name at least one of `postgres`, `mysql`, `sqlite`, or remove the line",
        ),
        (
            "[overrides.0001_a.up.sql]\ntransaction = true",
            "write `[overrides.\"0001_a.up.sql\"]`",
        ),
        (
            "[overrides.a]\ntransactions = true\nsections = 'none'",
            "did you mean `transaction`?",
        ),
        ("name = 'a'\nname = 'b'", "keep one of the two"),
    ] {
        assert_eq!(hint(text), expected, "{text}");
    }
}

#[test]
fn a_name_is_one_that_every_engine_keeps() {
    let longest = "é".repeat(31) + "e";
    assert_eq!(good(&format!("name = '{longest}'")).name, longest);
    let table = format!("table = '{longest}e'");
    assert_eq!(told(&table), ["1:9 `table` is 64 bytes long"]);
    for text in ["name = ''", "name = ' '"] {
        assert_eq!(told(text), ["1:8 `name` is empty"]);
    }
    for text in [r#"table = "a\u0000""#, r#"table = "a\tb""#] {
        assert_eq!(told(text), ["1:9 `table` holds a control character"]);
    }
}

#[test]
fn a_misspelt_dialect_counts_as_what_was_meant_and_an_unknown_one_leaves_all_open() {
    let (config, _) = read("dialects = ['sqllite']");
    assert_eq!(config.dialects, Some(vec![Dialect::Sqlite]));
    for text in [
        "dialects = ['sqlite', 'oracle']",
        "dialects = []",
        "dialects = 'sqlite'",
    ] {
        let (config, mistakes) = read(text);
        assert_eq!((config.dialects, mistakes.len()), (None, 1), "{text}");
    }
}

#[test]
fn of_a_later_format_only_that_is_told() {
    for format in ["2", "0x2", "99999999999999999999"] {
        let text = format!("format = {format}\ncolour = 'red'\nrequire_down = true");
        let expected = format!("1:10 format {format} is later than 1, which this release reads");
        assert_eq!(told(&text), [expected]);
        assert!(read(&text).0.require_down);
    }
    for format in ["0", "-1"] {
        let expected = format!("1:10 there is no format {format}");
        assert_eq!(told(&format!("format = {format}")), [expected]);
    }
    assert_eq!(good("format = 0b1"), Config::default());
}

#[test]
fn where_the_syntax_is_wrong_only_that_is_told_once_a_line() {
    let text = "name = jobs\nrecursive = true\nrequire_down = True\ncolour = 'red'\n<<<<<<< ours\n";
    assert_eq!(
        told(text),
        [
            "1:8 string values must be quoted, expected literal string",
            "3:16 invalid boolean, expected `true`",
            "5:9 key with no value, expected `=`",
        ]
    );
    assert!(read(text).0.recursive);
    for text in [
        "name = \"jobs",
        "[lock",
        "ignore = [\n'a',",
        "name = 'a\0'",
        "é = 1",
        "= 1",
    ] {
        assert!(!told(text).is_empty(), "{text}");
    }
}

#[test]
fn bytes_that_are_no_text_are_a_mistake_of_the_settings() {
    for bytes in [&b"name = \"\xE9\""[..], b"\xFF\xFEn\0", b"n\0a\0m\0e\0"] {
        let mut mistakes = Vec::new();
        let config = document::read(bytes.to_vec(), PATH, &mut mistakes, Config::of);
        assert_eq!(config, Config::default());
        assert_eq!(mistakes[0].code(), Code::BadConfig);
        assert_eq!(mistakes.len(), 1);
    }
}

#[test]
fn a_pattern_matches_a_path_below_the_directory() {
    let config = good("ignore = ['data_*.sql', 'old/**', '**/seed.sql']");
    for path in [
        "data_x.sql",
        "old/a.sql",
        "old/b/a.sql",
        "seed.sql",
        "a/b/seed.sql",
    ] {
        assert!(config.ignores(path), "{path}");
    }
    for path in ["a/data_x.sql", "0001_old.sql", "old.sql", "seeds.sql"] {
        assert!(!config.ignores(path), "{path}");
    }
    for pattern in ["/a.sql", "./a.sql", r"old\\a.sql"] {
        let expected =
            format!("1:11 `{pattern}` is not a path below the directory").replace(r"\\", r"\");
        assert_eq!(told(&format!("ignore = [\"{pattern}\"]")), [expected]);
    }
}

#[test]
fn an_override_of_no_file_names_the_file_that_was_meant() {
    let files = [
        "0001_create_users.sql",
        "0002_a/down.sql",
        "0002_a/up.sql",
        "postgres/0003_b.sql",
    ];
    for (path, hint) in [
        (
            "0001_create_user.sql",
            "did you mean `0001_create_users.sql`?",
        ),
        (
            "0001_Create_Users.sql",
            "did you mean `0001_create_users.sql`?",
        ),
        (
            "migrations/0001_create_users.sql",
            "did you mean `0001_create_users.sql`?",
        ),
        (
            "0002_a",
            "did you mean `0002_a/down.sql` or `0002_a/up.sql`?",
        ),
        ("0003_b.sql", "did you mean `postgres/0003_b.sql`?"),
        ("3_renamed.sql", "did you mean `postgres/0003_b.sql`?"),
        (
            "views.sql",
            "an override is called like its file, with the path below the directory",
        ),
        (
            "old.sql",
            "remove the override, or what `ignore` says of the file",
        ),
    ] {
        let config = good(&format!(
            "ignore = ['old.sql']\n[overrides.'{path}']\ntransaction = false"
        ));
        let mistakes = config.unknown_overrides(&files);
        assert_eq!(mistakes.len(), 1, "{path}");
        assert_eq!(mistakes[0].hints(), [hint], "{path}");
        assert_eq!(
            (mistakes[0].place().line(), mistakes[0].place().column()),
            (2, 12)
        );
    }
    let config = good("[overrides.'0002_a/up.sql']\ntransaction = false");
    assert!(config.unknown_overrides(&files).is_empty());
}

#[test]
fn metadata_of_diesel_says_whether_there_is_a_transaction_and_nothing_else() {
    for (text, transaction) in [
        (&b"run_in_transaction = false"[..], Some(false)),
        (b"# why\nrun_in_transaction = true\n", Some(true)),
        (b"", None),
    ] {
        assert_eq!(metadata(text), (Metadata { transaction }, Vec::new()));
    }
    for (text, message) in [
        (
            &b"run_in_transactions = true"[..],
            "unknown key `run_in_transactions`",
        ),
        (b"name = 'a'", "unknown key `name`"),
        (
            b"run_in_transaction = 'no'",
            "`run_in_transaction` is `true` or `false`, not a string",
        ),
        (b"run_in_transaction", "key with no value, expected `=`"),
        (b"\xFF", "the byte 0xFF is not UTF-8"),
    ] {
        let (said, mistakes) = metadata(text);
        assert_eq!(said, Metadata::default());
        assert_eq!(mistakes[0].message(), message);
        assert_eq!(mistakes[0].code(), Code::BadConfig);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_told(text in ANY_TEXT) {
        for mistake in read(&text).1 {
            prop_assert!(!mistake.to_string().is_empty());
        }
    }
}

/// What looks like settings for a moment.
const ANY_TEXT: &str = r#"([\[\]{}=.,'"\\\n\r #é]|"""|\[\[|-1|0x|1979-05-27|true|'pg'|name|format|dialects|ignore|lock|required|checks|long-name|overrides|"0001_a.sql"|allow){0,24}"#;
