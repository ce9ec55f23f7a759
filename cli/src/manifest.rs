//! What Cargo.toml says about the engines that a program is built with: the features of `embed-migrations`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use embed_migrations_core::Dialect;
use toml::de::{DeTable, DeValue};

const CRATE: &str = "embed-migrations";

/// A Cargo.toml and the dialects of the engines in it, in their usual order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Engines {
    pub(crate) manifest: PathBuf,
    pub(crate) dialects: Vec<Dialect>,
}

/// What the nearest Cargo.toml from `directory` upward says; `None` where it names no engine.
pub(crate) fn engines(directory: &Path) -> Option<Engines> {
    let directory = directory.canonicalize().ok()?;
    let manifest = directory
        .ancestors()
        .map(manifest_in)
        .find(|path| path.is_file())?;
    let features = features(&manifest)?;
    let dialects: Vec<Dialect> = Dialect::ALL
        .into_iter()
        .filter(|dialect| features.contains(dialect.name()))
        .collect();
    (!dialects.is_empty()).then_some(Engines { manifest, dialects })
}

fn manifest_in(directory: &Path) -> PathBuf {
    directory.join("Cargo.toml")
}

fn features(manifest: &Path) -> Option<BTreeSet<String>> {
    let text = std::fs::read_to_string(manifest).ok()?;
    let parsed = DeTable::parse(&text).ok()?;
    let parsed = parsed.get_ref();
    let dependencies = ["dependencies", "dev-dependencies"]
        .into_iter()
        .map(|kind| dependencies(parsed, kind))
        .find(|found| !found.is_empty())?;
    let mut features = BTreeSet::new();
    for (name, dependency) in dependencies {
        features.extend(words(dependency, "features"));
        if is_inherited(dependency) {
            features.extend(inherited(manifest, name).unwrap_or_default());
        }
        features.extend(forwarded(parsed, name));
    }
    Some(features)
}

/// The dependencies on `embed-migrations`, whatever they are called, for every target.
fn dependencies<'a>(manifest: &'a DeTable<'a>, kind: &str) -> Vec<(&'a str, &'a DeTable<'a>)> {
    let targets = table(manifest, "target")
        .into_iter()
        .flat_map(DeTable::values)
        .filter_map(|target| target.get_ref().as_table());
    std::iter::once(manifest)
        .chain(targets)
        .filter_map(|of| table(of, kind))
        .flat_map(|dependencies| dependencies.iter())
        .filter_map(|(name, said)| {
            let name: &str = name.get_ref();
            // `embed-migrations = "0.1"` names no feature, so no engine.
            let said = said.get_ref().as_table()?;
            let package = said
                .get("package")
                .and_then(|package| package.get_ref().as_str());
            (package.unwrap_or(name) == CRATE).then_some((name, said))
        })
        .collect()
}

/// The features that the crate's own features switch on: `sqlite = ["embed-migrations/sqlite"]`.
fn forwarded(manifest: &DeTable<'_>, dependency: &str) -> BTreeSet<String> {
    let own = table(manifest, "features")
        .into_iter()
        .flat_map(DeTable::values);
    own.filter_map(|feature| feature.get_ref().as_array())
        .flat_map(|switches| switches.iter())
        .filter_map(|switch| {
            let after = switch.get_ref().as_str()?.strip_prefix(dependency)?;
            after.strip_prefix('?').unwrap_or(after).strip_prefix('/')
        })
        .map(str::to_owned)
        .collect()
}

fn is_inherited(dependency: &DeTable<'_>) -> bool {
    dependency
        .get("workspace")
        .is_some_and(|workspace| workspace.get_ref().as_bool() == Some(true))
}

/// The features that the workspace gives to a dependency of this name.
fn inherited(manifest: &Path, dependency: &str) -> Option<BTreeSet<String>> {
    manifest
        .ancestors()
        .skip(1)
        .map(manifest_in)
        .find_map(|root| {
            let text = std::fs::read_to_string(root).ok()?;
            let parsed = DeTable::parse(&text).ok()?;
            let workspace = table(parsed.get_ref(), "workspace")?;
            let said = table(table(workspace, "dependencies")?, dependency)?;
            Some(words(said, "features"))
        })
}

fn table<'a>(of: &'a DeTable<'a>, key: &str) -> Option<&'a DeTable<'a>> {
    of.get(key)?.get_ref().as_table()
}

fn words(of: &DeTable<'_>, key: &str) -> BTreeSet<String> {
    let words = of.get(key).and_then(|words| words.get_ref().as_array());
    let words = words.into_iter().flat_map(|words| words.iter());
    words
        .filter_map(|word| DeValue::as_str(word.get_ref()))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests;
