//! What the compiler says about each mistake in the macro's argument and in the directory, and that it says no more.

use std::fs;
use std::path::Path;

/// The directories that the cases name, as `tests/fixtures` holds them and as the cases call them.
const DIRECTORIES: [(&str, &str); 4] = [
    (
        "fixtures/duplicate-version--among-others",
        "several-mistakes",
    ),
    ("fixtures/duplicate-version", "fixtures/duplicate-version"),
    ("fixtures/good--up-down-mix", "migrations"),
    ("fixtures/good--callbacks", "callbacks"),
];

#[test]
fn each_mistake_is_one_error_on_the_path() {
    // trybuild compiles the cases as a crate of its own below the target directory; paths are relative to that.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let crate_directory = target.join("tests/trybuild").join(env!("CARGO_PKG_NAME"));
    for (fixture, called) in DIRECTORIES {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(fixture);
        let to = crate_directory.join(called);
        if to.exists() {
            fs::remove_dir_all(&to).unwrap();
        }
        fs::create_dir_all(&to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
    let cases = trybuild::TestCases::new();
    cases.pass("ui/every-position.rs");
    cases.pass("ui/callbacks.rs");
    cases.compile_fail("ui/refused-*.rs");
}
