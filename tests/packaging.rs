//! What leaves the workspace: dependency trees, features, and binaries that stand alone.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tests::files;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// Runs cargo in the workspace.
fn cargo(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO"));
    let output = command.current_dir(workspace()).args(arguments).output();
    let output = output.unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// Where this test itself was built, so that little is built twice.
fn target() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(3).unwrap().to_owned()
}

fn tree(arguments: &[&str]) -> Vec<String> {
    let output = cargo(
        &[
            &[
                "tree",
                "--edges",
                "normal,build",
                "--prefix",
                "none",
                "--format",
                "{p}",
            ],
            arguments,
        ]
        .concat(),
    );
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_macro_is_built_without_sqlx_and_without_tokio() {
    let tree = tree(&["--package", "embed-migrations-macros"]);
    assert!(tree.iter().any(|package| package == "syn"), "{tree:?}");
    for heavy in ["sqlx", "sqlx-core", "tokio", "embed-migrations"] {
        assert!(
            !tree.iter().any(|package| package == heavy),
            "{heavy}: {tree:?}"
        );
    }
}

#[test]
fn an_engine_brings_nothing_of_another() {
    for (feature, drivers) in [
        ("postgres", ["sqlx-mysql", "sqlx-sqlite", "libsqlite3-sys"]),
        ("mysql", ["sqlx-postgres", "sqlx-sqlite", "libsqlite3-sys"]),
        ("sqlite", ["sqlx-postgres", "sqlx-mysql", "whoami"]),
    ] {
        let tree = tree(&["--package", "embed-migrations", "--features", feature]);
        assert!(tree.contains(&format!("sqlx-{feature}")), "{tree:?}");
        for package in drivers
            .into_iter()
            .chain(["rustls", "native-tls", "sqlx-macros"])
        {
            assert!(
                !tree.iter().any(|other| other == package),
                "{feature} brings {package}"
            );
        }
    }
}

#[test]
fn the_quickstart_runs_alone_in_an_empty_directory() {
    cargo(&["build", "--workspace", "--bins", "--all-features"]);
    let empty = tempfile::tempdir().unwrap();
    let binary = empty.path().join("quickstart");
    std::fs::copy(target().join("debug/quickstart"), &binary).unwrap();
    let first = run(&binary, empty.path()).1;
    assert!(
        first.starts_with("jobs.sqlite: applied 6 migrations in "),
        "{first}"
    );
    assert!(first.contains("\nclaimed  "), "{first}");
    let second = run(&binary, empty.path()).1;
    assert!(
        second.starts_with("jobs.sqlite: there is nothing to do; 6 migrations are applied\n"),
        "{second}"
    );
}

#[test]
fn the_jobs_program_looks_after_its_database_alone_in_an_empty_directory() {
    cargo(&["build", "--package", "jobs"]);
    let empty = tempfile::tempdir().unwrap();
    let binary = empty.path().join("jobs");
    std::fs::copy(target().join("debug/jobs"), &binary).unwrap();
    let jobs = |arguments: &[&str]| {
        let output = Command::new(&binary)
            .current_dir(empty.path())
            .env("DATABASE_URL", "sqlite:jobs.sqlite?mode=rwc")
            .args(arguments)
            .output()
            .unwrap();
        let said = String::from_utf8([&*output.stdout, &*output.stderr].concat()).unwrap();
        assert!(output.status.success(), "{arguments:?}: {said}");
        said
    };
    assert!(jobs(&["migrate", "status"]).contains("0 of 6 migrations applied"));
    assert!(jobs(&["migrate", "run"]).starts_with("applied 6 migrations in "));
    let reverted = jobs(&["migrate", "revert", "--steps", "1", "--yes"]);
    assert!(
        reverted.starts_with("reverted 1 migration in "),
        "{reverted}"
    );
    let served = jobs(&["serve"]);
    assert!(served.starts_with("applied 1 migration in "), "{served}");
    assert!(served.contains("\nclaimed  "), "{served}");
}

#[test]
fn a_program_that_operates_brings_nothing_of_whoever_writes_migrations() {
    let tree = tree(&[
        "--package",
        "jobs",
        "--no-default-features",
        "--features",
        "sqlite",
    ]);
    assert!(
        tree.iter().any(|package| package == "embed-migrations-cli"),
        "{tree:?}"
    );
    for package in [
        "jiff",
        "clap_complete",
        "clap_mangen",
        "sqlx-postgres",
        "sqlx-mysql",
    ] {
        assert!(!tree.iter().any(|other| other == package), "{package}");
    }
}

/// Whether it succeeded, and what it said.
fn run(binary: &Path, directory: &Path) -> (bool, String) {
    let output = Command::new(binary)
        .current_dir(directory)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

/// A crate that embeds a directory, built as a user's would be.
struct Crate {
    name: &'static str,
    directory: tempfile::TempDir,
}

impl Crate {
    /// With debug assertions it knows its directory, as a debug build does; without, as a release build.
    fn new(name: &'static str, debug_assertions: bool) -> Self {
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
             embed-migrations = {{ path = \"{}\", features = [\"sqlite\"] }}\n\
             sqlx = {{ version = \"0.9\", default-features = false, features = [\"runtime-tokio\", \"sqlite\"] }}\n\
             tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n\
             [profile.dev]\ndebug = false\n[profile.dev.package.{name}]\ndebug-assertions = {debug_assertions}\n",
            workspace().join("runtime").display()
        );
        let main = "use embed_migrations::{MigrationSet, Migrator, embed_migrations};\n\
                    static MIGRATIONS: MigrationSet = embed_migrations!();\n\
                    #[tokio::main(flavor = \"current_thread\")]\n\
                    async fn main() -> Result<(), Box<dyn std::error::Error>> {\n\
                    let pool = sqlx::SqlitePool::connect(\"sqlite::memory:\").await?;\n\
                    println!(\"{}\", Migrator::new(&MIGRATIONS).run(&pool).await?);\nOk(())\n}\n";
        let directory = files(&[
            ("Cargo.toml", &manifest),
            ("src/main.rs", main),
            ("migrations/0001_a.sql", "CREATE TABLE a (n INTEGER);\n"),
        ]);
        let lock = workspace().join("Cargo.lock");
        std::fs::copy(lock, directory.path().join("Cargo.lock")).unwrap();
        Self { name, directory }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn build(&self) -> (bool, String) {
        let output = Command::new(env!("CARGO"))
            .current_dir(self.directory.path())
            .env("CARGO_TARGET_DIR", target())
            .args(["build", "--quiet", "--offline"])
            .output()
            .unwrap();
        (
            output.status.success(),
            String::from_utf8(output.stderr).unwrap(),
        )
    }

    fn binary(&self) -> PathBuf {
        target().join("debug").join(self.name)
    }

    fn run(&self) -> (bool, String) {
        run(&self.binary(), self.directory.path())
    }

    fn edit(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }
}

#[test]
fn a_release_build_holds_each_script_once_and_no_path_of_its_machine() {
    let embedder = Crate::new("embedder_release", false);
    let sql = "CREATE TABLE a_table_of_its_own_name (n INTEGER);\n";
    embedder.edit("migrations/0001_a.sql", sql);
    assert_eq!(embedder.build(), (true, String::new()));
    assert!(embedder.run().1.starts_with("applied 1 migration in "));
    let bytes = std::fs::read(embedder.binary()).unwrap();
    let occurrences = |text: &[u8]| {
        bytes
            .windows(text.len())
            .filter(|window| *window == text)
            .count()
    };
    assert_eq!(occurrences(sql.as_bytes()), 1);
    let directory = embedder.directory.path().as_os_str().as_encoded_bytes();
    assert_eq!(occurrences(directory), 0);
    assert_eq!(
        occurrences(b"migrations/0001_a.sql"),
        1,
        "what is looked for can be found"
    );
}

#[test]
fn an_edit_and_a_removal_are_built_and_a_new_file_is_never_left_out_silently() {
    let embedder = Crate::new("embedder_debug", true);
    assert_eq!(embedder.build(), (true, String::new()));
    assert!(embedder.run().1.starts_with("applied 1 migration in "));

    embedder.edit(
        "migrations/0001_a.sql",
        "CREATE TABLE a (n INTEGER);\nCREATE TABLE b (t TEXT DEFAULT 'x);\n",
    );
    let (built, said) = embedder.build();
    assert!(!built);
    assert!(
        said.contains("unterminated: the string is never closed"),
        "{said}"
    );
    assert!(said.contains("--> migrations/0001_a.sql:2:32"), "{said}");
    assert!(said.contains("--> src/main.rs:2:35"), "{said}");
    assert_eq!(
        said.matches("\nerror").count() + usize::from(said.starts_with("error")),
        2,
        "{said}"
    );

    embedder.edit("migrations/0001_a.sql", "CREATE TABLE a (n INTEGER);\n");
    assert_eq!(embedder.build(), (true, String::new()));

    // Cargo has no reason to build again.
    embedder.edit("migrations/0002_b.sql", "CREATE TABLE b (n INTEGER);\n");
    assert_eq!(embedder.build(), (true, String::new()));
    let (ran, said) = embedder.run();
    assert!(!ran, "{said}");
    assert!(
        said.contains("`migrations` is not what this program embeds: migrations/0002_b.sql is new"),
        "{said}"
    );

    let main = std::fs::read_to_string(embedder.path("src/main.rs")).unwrap();
    embedder.edit("src/main.rs", &main);
    assert_eq!(embedder.build(), (true, String::new()));
    assert!(embedder.run().1.starts_with("applied 2 migrations in "));

    std::fs::remove_file(embedder.path("migrations/0002_b.sql")).unwrap();
    assert_eq!(embedder.build(), (true, String::new()));
    assert!(embedder.run().1.starts_with("applied 1 migration in "));

    // The settings are watched like a script.
    embedder.edit("migrations/migrations.toml", "require_down = false\n");
    embedder.edit("src/main.rs", &main);
    assert_eq!(embedder.build(), (true, String::new()));
    embedder.edit("migrations/migrations.toml", "require_down = true\n");
    let (built, said) = embedder.build();
    assert!(!built && said.contains("missing-down: "), "{said}");
    std::fs::remove_file(embedder.path("migrations/migrations.toml")).unwrap();
    assert_eq!(embedder.build(), (true, String::new()));

    // The directory is checked where it is, and nowhere else.
    std::fs::remove_dir_all(embedder.path("migrations")).unwrap();
    assert!(embedder.run().1.starts_with("applied 1 migration in "));
}

#[test]
fn a_callback_is_watched_and_a_debug_build_notices_one_that_came_changed_or_went() {
    let embedder = Crate::new("embedder_callback", true);
    embedder.edit("migrations/afterMigrate.sql", "SELECT 1;\n");
    assert_eq!(embedder.build(), (true, String::new()));
    assert!(embedder.run().1.starts_with("applied 1 migration in "));

    embedder.edit("migrations/afterMigrate.sql", "SELECT 2;\n");
    embedder.edit("migrations/beforeMigrate__a.sql", "SELECT 1;\n");
    let (ran, said) = embedder.run();
    assert!(!ran, "{said}");
    let differing =
        "migrations/afterMigrate.sql was edited, migrations/beforeMigrate__a.sql is new";
    assert!(said.contains(differing), "{said}");

    // Cargo knows of the edit, and the macro then finds the other one.
    assert_eq!(embedder.build(), (true, String::new()));
    assert!(embedder.run().1.starts_with("applied 1 migration in "));

    std::fs::remove_file(embedder.path("migrations/afterMigrate.sql")).unwrap();
    let (ran, said) = embedder.run();
    assert!(!ran, "{said}");
    assert!(
        said.contains("migrations/afterMigrate.sql is gone"),
        "{said}"
    );
}
