//! Where the database is, and what is said when it is not there.

use insta::assert_snapshot;

use super::{FILE, shop};

#[test]
fn without_a_database_nothing_is_done() {
    assert_snapshot!("no_url", shop().run(&["run"]).all());
}

#[test]
fn an_option_goes_before_the_environment_and_that_before_a_file() {
    let desk = shop();
    desk.write(".env", "OTHER='not closed\n");
    let unreadable = desk.run(&["run"]);
    assert_snapshot!("unreadable_env", unreadable.all());
    desk.write(
        ".env",
        "PASSWORD=x\nDATABASE_URL=sqlite:from-env-file.sqlite?mode=rwc\n",
    );
    desk.run_in("migrations", &["run", "--dir", "."]).fine();
    assert!(desk.path("migrations/from-env-file.sqlite").exists());
    desk.on("sqlite:from-environment.sqlite?mode=rwc", &["run"])
        .fine();
    assert!(desk.path("from-environment.sqlite").exists());
    desk.on("sqlite:nowhere.sqlite", &["run", "--database-url", FILE])
        .fine();
    assert!(desk.path("shop.sqlite").exists());
}

#[test]
fn a_scheme_names_an_engine() {
    let desk = shop();
    assert_snapshot!(
        "unknown_scheme",
        desk.on("oracle://ann:s3cret@host/shop", &["run"]).all()
    );
    assert_snapshot!("no_scheme", desk.on("ann:s3cret@host/shop", &["run"]).all());
}

#[test]
fn a_server_that_is_not_there_is_one_line() {
    let desk = shop();
    let nobody = "127.0.0.1:1";
    assert_snapshot!(
        "unreachable_postgres",
        desk.on(&format!("postgres://ann:s3cret@{nobody}/shop"), &["run"])
            .all()
    );
    assert_snapshot!(
        "unreachable_mysql",
        desk.on(&format!("mysql://ann:s3cret@{nobody}/shop"), &["run"])
            .all()
    );
    assert_snapshot!(
        "unreachable_sqlite",
        desk.on("sqlite:missing.sqlite", &["run"]).all()
    );
    let waited = desk.on(
        &format!("postgres://ann:s3cret@{nobody}/shop"),
        &["wait", "--timeout", "0"],
    );
    assert_snapshot!("waited_postgres", waited.all());
    let waited = desk.on(
        "sqlite:missing.sqlite",
        &["wait", "--timeout", "0", "--json"],
    );
    assert_eq!(waited.code, 5, "{}", waited.all());
    assert_eq!(waited.json()["error"]["kind"], "waited");
}

#[test]
fn a_password_is_in_no_output() {
    let desk = shop();
    for url in [
        "postgres://ann:s3cret@127.0.0.1:1/shop",
        "postgres://127.0.0.1:1/shop?user=ann&password=s3cret",
        "postgres://ann:s3cret@127.0.0.1:port/shop",
        "postgres://ann:s3cret/x@127.0.0.1:1/shop",
        "postgres://ann:12/s3cret@127.0.0.1:1/shop",
        "postgres://ann:1?s3cret@127.0.0.1:1/shop",
        "postgres://ann:s3cret@127.0.0.1:1/shop?sslmode=s3cret",
        "mysql://ann:s3cret@127.0.0.1:1/shop",
        "mysql://ann:s3cret#@127.0.0.1:1/shop",
        "s3cret",
        "ann:s3cret@host",
        "oracle://ann:s3cret@host/shop",
    ] {
        for arguments in [
            &["run"][..],
            &["run", "--json"],
            &["status", "--json"],
            &["wait", "--timeout", "0"],
            &["reset", "--yes"],
        ] {
            let ran = desk.on(url, arguments);
            assert_ne!(ran.code, 0, "{url}");
            let said = ran.all();
            assert!(!said.contains("s3cret"), "{arguments:?} {url}\n{said}");
        }
    }
}

#[test]
fn a_file_that_takes_no_writes_is_read_and_not_written() {
    let desk = shop();
    desk.on_file(&["run", "--to", "1"]).fine();
    let read_only = "sqlite:shop.sqlite?mode=ro";
    assert_eq!(desk.on(read_only, &["version"]).fine().lines(), ["1"]);
    assert_eq!(desk.on(read_only, &["validate"]).code, 3);
    assert_snapshot!("read_only", desk.on(read_only, &["run"]).all());
}
