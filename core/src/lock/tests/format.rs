use super::*;

/// What release 0.1 writes. A later one reads it.
const FORMAT_1: &str = "\
# What was there, in the order of arrival. Written by `cargo migrations lock`: commit it, do not edit it.
format 1
digest 199cdc25943abb1ebb18cfdd67e228f365f6c3dc4de1380adf9147ecf2e5c74d
0001 create_jobs up any f94ab87d244c52fbcfee9270992d0d0daf9f90604d4cc68fedede27d7f5b7012
0001 create_jobs down any fff1e3e18dbf57434ff4cf1a99eca2361ac477a085665fd49ffe31534ef7db3a
0002 add_index up postgres 0d68f0eb710f14d96466927c3dc4d50745173395fac38197f06457ca656995f1
1.2 größe up mysql 51f68401fa2f1e068444e4c55e5cad5b6563553cdf6b591e281af7251cafe200
";

fn refused(text: &str) -> Vec<(usize, String)> {
    let mistakes = Lock::parse(text, PATH).unwrap_err();
    let mistakes = mistakes.iter();
    mistakes
        .map(|mistake| (mistake.place().line(), mistake.message().to_owned()))
        .collect()
}

#[test]
fn what_the_first_release_wrote_is_read_and_written() {
    let files = [
        ("0001_create_jobs.up.sql", "CREATE TABLE jobs (id INT);\n"),
        ("0001_create_jobs.down.sql", "DROP TABLE jobs;\n"),
        (
            "0002_add_index.postgres.sql",
            "CREATE INDEX i ON jobs (id);\n",
        ),
        ("V1.2__größe.mysql.sql", "-- nothing\n"),
    ];
    let mut lock = locked(&files[..3]);
    lock.add(&directory(&files));
    assert_eq!(lock.to_string(), FORMAT_1);
    assert_eq!(Lock::parse(FORMAT_1, PATH).unwrap(), lock);
}

#[test]
fn the_digest_chains_the_checksums_of_the_lines() {
    let lock = Lock::parse(FORMAT_1, PATH).unwrap();
    let lines = FORMAT_1.lines().skip(3);
    let digest = lines.fold(Checksum::EMPTY, Checksum::and);
    assert!(lock.is_intact());
    assert_eq!(FORMAT_1.lines().nth(2), Some(&*format!("digest {digest}")));
}

#[test]
fn a_windows_checkout_and_a_lost_last_line_end_change_nothing() {
    let lock = Lock::parse(FORMAT_1, PATH).unwrap();
    let crlf = format!("\u{feff}{}", FORMAT_1.replace('\n', "\r\n"));
    assert_eq!(Lock::parse(&crlf, PATH).as_ref(), Ok(&lock));
    assert_eq!(Lock::parse(FORMAT_1.trim_end(), PATH).as_ref(), Ok(&lock));
}

#[test]
fn the_wording_of_the_comment_may_change() {
    let (_, rest) = FORMAT_1.split_once('\n').unwrap();
    let lock = Lock::parse(&format!("# Another wording.\n{rest}"), PATH);
    assert_eq!(lock, Lock::parse(FORMAT_1, PATH));
}

#[test]
fn a_later_format_says_so_wherever_it_says_it() {
    for text in [
        "# a\nformat 2\nwhat it likes\n",
        "# a\n# b\nformat 2\n",
        "format 99\n",
    ] {
        let [(_, message)] = &refused(text)[..] else {
            panic!("{text}");
        };
        assert!(message.contains("this release reads format 1"), "{message}");
    }
}

#[test]
fn a_head_that_is_not_one_is_refused_at_its_line() {
    for (text, line) in [
        ("", 1),
        ("\n", 1),
        ("format 1\n", 1),
        ("# a\n", 2),
        ("# a\nformat one\n", 2),
        ("# a\nformat 0\n", 2),
        ("# a\nformat 01\n", 2),
        ("# a\n# b\nformat 1\n", 2),
        ("# a\nformat 1\n", 3),
        ("# a\nformat 1\ndigest 00\n", 3),
    ] {
        let [(at, message)] = &refused(text)[..] else {
            panic!("{text}");
        };
        assert_eq!(*at, line, "{text:?}: {message}");
    }
}

#[test]
fn each_line_that_is_none_is_refused_at_the_word_that_is_wrong() {
    let head: String = FORMAT_1.split_inclusive('\n').take(3).collect();
    let good = "0".repeat(64);
    let upper = "A".repeat(64);
    for (line, column) in [
        (String::new(), 1),
        ("0001 a up any".to_owned(), 1),
        (format!("0001 a up any {good} "), 1),
        (format!("0001  a up any {good}"), 6),
        (format!("0001  up any {good}"), 6),
        (format!("a a up any {good}"), 1),
        (format!("1. a up any {good}"), 1),
        (format!("0001 a Up any {good}"), 8),
        (format!("0001 a up all {good}"), 11),
        (format!("0001 a up pg {good}"), 11),
        (format!("0001 a up MySQL {good}"), 11),
        (format!("0001 a up any {upper}"), 15),
        ("0001 a up any 00".to_owned(), 15),
    ] {
        let text = format!("{head}0000 a up any {good}\n{line}\n");
        let mistakes = Lock::parse(&text, PATH).unwrap_err();
        let [mistake] = &mistakes.iter().collect::<Vec<_>>()[..] else {
            panic!("{mistakes}");
        };
        let place = mistake.place();
        assert_eq!((place.line(), place.column()), (5, column), "{line}");
    }
}

#[test]
fn every_bad_line_is_told_and_a_conflict_once() {
    let head: String = FORMAT_1.split_inclusive('\n').take(3).collect();
    assert_eq!(refused(&format!("{head}a\nb\n")).len(), 2);
    for marker in ["<<<<<<< HEAD", "||||||| 1234", "=======", ">>>>>>> feature"] {
        let [(line, message)] = &refused(&format!("{head}a\n{marker}\nb\n{marker}\n"))[..] else {
            panic!("{marker}");
        };
        assert_eq!(
            (*line, message.contains("conflict")),
            (5, true),
            "{message}"
        );
    }
}

#[test]
fn one_script_has_one_line() {
    let lock = Lock::parse(FORMAT_1, PATH).unwrap();
    let mut text = lock.to_string();
    text.push_str(&lock.entries()[0].to_string().replace("0001", "1"));
    assert_eq!(
        refused(&text),
        [(8, "one script is locked twice".to_owned())]
    );
}

#[test]
fn a_line_of_every_layout_is_read_as_it_was_written() {
    for file in [
        "0_a.sql",
        "20240101120000_add_webhooks_table.up.sql",
        "0001_init/up.sql",
        "0001_init/down.sql",
        "V1_2_3__a.sql",
        "V1.2.0__a.b-c.sqlite.down.sql",
        "0001__a_.sql",
        "postgres/0001_a.sql",
    ] {
        let lock = locked(&[(file, "")]);
        assert_eq!(Lock::parse(&lock.to_string(), PATH), Ok(lock), "{file}");
    }
}

#[test]
fn a_date_with_dashes_is_a_version() {
    let lock = locked(&[("20240101000000_a/up.sql", "")]);
    let text = lock
        .to_string()
        .replace("20240101000000", "2024-01-01-000000");
    let lock = Lock::parse(&text, PATH).unwrap();
    assert_eq!(lock.entries()[0].version, Version::from(20_240_101_000_000));
    assert_eq!(lock.entries()[0].label, "2024-01-01-000000");
}

#[test]
fn a_lock_that_is_not_intact_stays_so_until_it_is_accepted() {
    let all = [
        ("0001_a.sql", "a"),
        ("0002_b.sql", "b"),
        ("0003_c.sql", "c"),
    ];
    let text = locked(&all[..2]).to_string();
    let merged = text.replace("0001 a", "0001 b");
    let mut lock = Lock::parse(&merged, PATH).unwrap();
    assert!(!lock.is_intact());
    assert_eq!(lock.to_string(), merged);
    lock.add(&directory(&all));
    assert!(!Lock::parse(&lock.to_string(), PATH).unwrap().is_intact());
    assert_eq!(lock.accept(&directory(&all), PATH).len(), 3);
    assert!(lock.is_intact());
    assert!(Lock::parse(&lock.to_string(), PATH).unwrap().is_intact());
    assert_eq!(lock.accept(&directory(&all), Lock::FILE), []);
}
