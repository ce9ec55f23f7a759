//! [`Desk`]: a directory that an author works in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A directory that an author works in, with a Cargo.toml that says SQLite.
pub(crate) struct Desk {
    directory: TempDir,
}

/// What the program did.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn new(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// All of it, for a snapshot.
    pub(crate) fn all(&self) -> String {
        let Self {
            code,
            stdout,
            stderr,
        } = self;
        format!("exit code {code}\n--- stdout\n{stdout}--- stderr\n{stderr}")
    }

    pub(crate) fn lines(&self) -> Vec<&str> {
        self.stdout.lines().collect()
    }

    /// It went well.
    pub(crate) fn fine(self) -> Self {
        assert_eq!(self.code, 0, "{}", self.all());
        self
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("{}", self.all()))
    }
}

const MANIFEST: &str = "[package]\nname = \"shop\"\n\
    [dependencies]\nembed-migrations = { version = \"0.1\", features = [\"sqlite\"] }\n";

impl Desk {
    /// With these files and their texts.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let desk = Self {
            directory: TempDir::new().unwrap(),
        };
        desk.write("Cargo.toml", MANIFEST);
        for (path, text) in files {
            desk.write(path, text);
        }
        desk
    }

    /// With these scripts in `migrations`, each one statement of its own.
    pub(crate) fn with(scripts: &[&str]) -> Self {
        let desk = Self::new(&[]);
        for (index, script) in scripts.iter().enumerate() {
            let statement = format!("SELECT {index};\n");
            desk.write(&format!("migrations/{script}"), &statement);
        }
        desk
    }

    /// Puts what another directory holds into one of this.
    pub(crate) fn copy(&self, from: &Path, to: &str) {
        let mut files = Vec::new();
        below(from, from, &mut files);
        for file in files {
            let path = self.path(to).join(&file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::copy(from.join(&file), path).unwrap();
        }
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.directory.path().join(below)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn text(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// Every file below `migrations`, in order.
    pub(crate) fn files(&self) -> Vec<String> {
        let root = self.path("migrations");
        let mut files = Vec::new();
        below(&root, &root, &mut files);
        files.sort();
        files
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_in("", arguments)
    }

    pub(crate) fn run_in(&self, below: &str, arguments: &[&str]) -> Ran {
        self.run_with(below, arguments, &[])
    }

    /// With these variables in the environment.
    pub(crate) fn run_with(
        &self,
        below: &str,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Ran {
        let mut command = self.command(arguments);
        command
            .current_dir(self.path(below))
            .envs(variables.iter().copied());
        Ran::new(command.output().unwrap())
    }

    /// The program in this directory, as if nobody had configured anything.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-migrations"));
        command
            .current_dir(self.path(""))
            .env_remove("DATABASE_URL")
            .env_remove("NO_COLOR")
            .stdin(Stdio::null())
            .args(arguments);
        command
    }
}

fn below(directory: &Path, root: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            below(&path, root, files);
        } else {
            let path = path.strip_prefix(root).unwrap().to_str().unwrap();
            files.push(path.replace('\\', "/"));
        }
    }
}
