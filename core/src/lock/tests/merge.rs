use std::fs;
use std::path::Path;
use std::process::Command;

use super::*;

/// A repository whose git knows nothing of the machine's.
struct Repository(tempfile::TempDir);

impl Repository {
    fn new() -> Self {
        let repository = Self(tempfile::tempdir().unwrap());
        repository.must(&["init", "--quiet", "--initial-branch=main"]);
        repository
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Whether the command succeeds.
    fn git(&self, arguments: &[&str]) -> bool {
        let mut git = Command::new("git");
        for (variable, _) in std::env::vars_os() {
            if variable.as_encoded_bytes().starts_with(b"GIT_") {
                git.env_remove(variable);
            }
        }
        git.env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", self.path().join("none"))
            .args(["-c", "user.name=test", "-c", "user.email=test@localhost"])
            .args(arguments)
            .current_dir(self.path())
            .output()
            .expect("git is installed")
            .status
            .success()
    }

    fn must(&self, arguments: &[&str]) {
        assert!(self.git(arguments), "git {arguments:?}");
    }

    fn commit(&self, lock: &Lock) {
        fs::write(self.path().join(Lock::FILE), lock.to_string()).unwrap();
        self.must(&["add", "."]);
        self.must(&["commit", "--quiet", "--message=lock"]);
    }
}

#[test]
fn two_branches_that_both_add_conflict_and_the_hint_resolves_it() {
    let files: Vec<(String, String)> = (1..40)
        .map(|n| (format!("{n:04}_a.sql"), n.to_string()))
        .collect();
    let base: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (&**path, &**text))
        .collect();
    let with = |more: &[(&'static str, &'static str)]| directory(&[&base[..], more].concat());
    let (ours, theirs) = (("0041_ours.sql", "ours"), ("0042_theirs.sql", "theirs"));
    let repository = Repository::new();
    let mut lock = locked(&base);
    repository.commit(&lock);
    repository.must(&["switch", "--quiet", "--create=feature"]);
    let mut feature = lock.clone();
    feature.add(&with(&[theirs]));
    repository.commit(&feature);
    repository.must(&["switch", "--quiet", "main"]);
    lock.add(&with(&[ours]));
    repository.commit(&lock);

    assert!(
        !repository.git(&["merge", "--quiet", "feature"]),
        "the merge has no conflict"
    );
    let mistakes = Lock::read(repository.path(), SHOWN).unwrap_err();
    let [mistake] = &mistakes.iter().collect::<Vec<_>>()[..] else {
        panic!("{mistakes}");
    };
    // The digest conflicts, whatever is between it and the lines that were added.
    assert_eq!(mistake.place().line(), 3);
    assert!(
        mistake.hints()[0].contains("`git checkout <branch> -- "),
        "{mistake}"
    );

    repository.must(&["checkout", "main", "--", Lock::FILE]);
    let mut merged = Lock::read(repository.path(), SHOWN).unwrap().unwrap();
    let all = with(&[ours, theirs]);
    assert_eq!(merged.add(&all).len(), 1);
    assert!(merged.is_intact());
    assert!(told(&merged, &all).is_empty());
}

#[test]
fn lines_that_were_merged_by_hand_do_not_fit_the_digest() {
    let base = [("0001_a.sql", "a")];
    let ours = locked(&[base[0], ("0002_b.sql", "b")]).to_string();
    let all = [base[0], ("0002_b.sql", "b"), ("0003_c.sql", "c")];
    let theirs = locked(&[base[0], all[2]]).to_string();
    let merged = format!("{ours}{}\n", theirs.lines().last().unwrap());
    let lock = Lock::parse(&merged, PATH).unwrap();
    assert_eq!(
        told(&lock, &directory(&all)),
        ["lock-digest migrations.lock"]
    );
}
