//! Two scripts in one place.

use std::collections::BTreeSet;

use super::{Named, called, ups_and_downs};
use crate::Dialect;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::directory::DirectoryScript;
use crate::name::{Name, Subject};

/// The files that claim the place of another. Two names with one version are one mistake, however many scripts each has.
pub(super) fn duplicates(scripts: &[Named]) -> Vec<Diagnostic> {
    let (ups, _) = ups_and_downs(scripts);
    let called: BTreeSet<&str> = ups.iter().map(|(up, _)| &*up.name).collect();
    // A down script may have another name than the up script that it undoes, as Flyway's have.
    let is_rival = |one: &Name, other: &Name| {
        let names = [&*one.name, &*other.name];
        one.name != other.name && names.iter().all(|name| called.contains(name))
    };
    let mut found = Vec::new();
    let mut rivals: BTreeSet<(Option<Dialect>, &str)> = BTreeSet::new();
    for (index, (name, script)) in scripts.iter().enumerate() {
        let mut earlier = scripts[..index].iter().filter(|(other, other_script)| {
            other_script.direction == script.direction && other.meets(name)
        });
        let first = earlier.clone().next();
        let twin = earlier.find(|(other, _)| other.dialect == name.dialect);
        if let Some(rival) = first.filter(|(first, _)| is_rival(first, name)) {
            if rivals.insert((name.folder(), &name.name)) {
                found.push(duplicate_version(name, script, rival));
            }
        } else if let Some((_, twin)) = twin {
            found.push(duplicate_script(name, script, twin));
        }
    }
    found
}

fn duplicate_version(name: &Name, script: &DirectoryScript, first: &Named) -> Diagnostic {
    let (first, first_script) = first;
    let which = match &name.subject {
        Subject::Version(version) if name.label != first.label => {
            format!("{version}, written `{}` and `{}`", first.label, name.label)
        }
        _ => name.label.clone(),
    };
    Diagnostic::new(
        Code::DuplicateVersion,
        format!("two migrations have the version {which}"),
        Place::whole(&script.path),
    )
    .related(Place::whole(&first_script.path))
    .hint("give the newer one a version above every other: `cargo migrations renumber FILE` does")
}

fn duplicate_script(name: &Name, script: &DirectoryScript, first: &DirectoryScript) -> Diagnostic {
    let serves = name
        .dialect
        .map_or_else(|| "every dialect".to_owned(), |dialect| dialect.to_string());
    let scripts = if name.subject.is_callback() {
        "scripts".to_owned()
    } else {
        format!("{} scripts", script.direction.name())
    };
    Diagnostic::new(
        Code::DuplicateScript,
        format!("{} has two {scripts} for {serves}", called(name)),
        Place::whole(&script.path),
    )
    .related(Place::whole(&first.path))
    .hint("keep one of the two")
}
