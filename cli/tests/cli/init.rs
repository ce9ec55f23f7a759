//! `init`.

use insta::assert_snapshot;

use crate::desk::Desk;

#[test]
fn the_directory_is_made_and_the_program_told_what_to_add() {
    let desk = Desk::new(&[]);
    assert_snapshot!(desk.run(&["init"]).all());
    assert_eq!(desk.files(), ["migrations.toml"]);
    assert_snapshot!("settings", desk.text("migrations/migrations.toml"));
    desk.run(&["new", "first"]).fine();
    desk.run(&["check"]).fine();
}

#[test]
fn the_settings_that_are_proposed_are_all_understood() {
    let desk = Desk::new(&[]);
    desk.run(&["init"]).fine();
    let settings = desk.text("migrations/migrations.toml");
    let uncommented: Vec<&str> = settings
        .lines()
        .map(|line| {
            let said = line.strip_prefix("# ").unwrap_or(line);
            let is_setting = said.starts_with('[') || said.contains(" = ");
            if is_setting { said } else { line }
        })
        .collect();
    let uncommented = uncommented.join("\n");
    assert!(uncommented.contains("\n[lock]\nrequired = true\n"));
    desk.write("migrations/migrations.toml", &uncommented);
    desk.write("migrations/0042_add_index.sql", "SELECT 1;\n");
    desk.write("migrations/0042_add_index.down.sql", "SELECT 2;\n");
    desk.run(&["lock"]).fine();
    desk.run(&["check"]).fine();
}

#[test]
fn the_dialects_are_those_of_the_program_or_those_that_are_asked_for() {
    let dialects = |desk: &Desk| {
        let settings = desk.text("migrations/migrations.toml");
        let line = settings.lines().find(|line| line.contains("dialects ="));
        line.unwrap().to_owned()
    };
    let desk = Desk::new(&[]);
    desk.run(&["init", "--dialect", "pg", "--dialect", "mariadb"])
        .fine();
    assert_eq!(dialects(&desk), "dialects = [\"postgres\", \"mysql\"]");
    let desk = Desk::new(&[("Cargo.toml", "")]);
    desk.run(&["init"]).fine();
    assert_eq!(
        dialects(&desk),
        "# dialects = [\"postgres\", \"mysql\", \"sqlite\"]"
    );
}

#[test]
fn the_macro_is_told_the_directory_as_the_crate_sees_it() {
    let desk = Desk::new(&[("src/main.rs", "")]);
    let ran = desk.run_in("src", &["init", "--dir", "../db/sql"]).fine();
    assert_eq!(ran.lines(), ["../db/sql/migrations.toml"]);
    assert!(
        ran.stderr.contains("embed_migrations!(\"db/sql\")"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("rerun-if-changed=db/sql\""),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_lock_is_made_with_it_and_holds_what_is_there() {
    let desk = Desk::new(&[]);
    let ran = desk.run(&["init", "--lock"]).fine();
    assert_eq!(
        ran.lines(),
        ["migrations/migrations.toml", "migrations/migrations.lock"]
    );
    let desk = Desk::with(&["0001_a.sql"]);
    desk.run(&["init", "--lock"]).fine();
    assert!(
        desk.text("migrations/migrations.lock")
            .contains("0001 a up")
    );
    desk.run(&["check"]).fine();
}

#[test]
fn nothing_is_written_over() {
    let desk = Desk::new(&[("migrations/migrations.toml", "format = 1\n")]);
    assert_snapshot!(desk.run(&["init"]).all());
    assert_eq!(desk.text("migrations/migrations.toml"), "format = 1\n");
    let desk = Desk::new(&[("migrations/migrations.lock", "")]);
    let ran = desk.run(&["init", "--lock"]);
    assert_eq!(ran.code, 1, "{}", ran.all());
    assert_eq!(
        desk.files(),
        ["migrations.lock"],
        "what was made is taken back"
    );
}
