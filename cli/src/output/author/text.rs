//! What an author's verb says in words. All of it is here.

mod list;

use embed_migrations_core::diagnostic::{Code, Diagnostic};
use embed_migrations_core::{Dialect, Direction, LockEntry};

use super::Outcome;
use crate::author::{Checked, Created, Explained, Initialised, Locked, Moved, Renumbered, page};
use crate::dialects::{By, Chosen};
use crate::output::table::table;
use crate::output::text::{count, lines, rendered};

/// What a program may read.
pub(super) fn result(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Init(Initialised { files, .. }) | Outcome::New(Created { files, .. }) => {
            lines(files)
        }
        Outcome::List(listed) => list::table_of(listed),
        Outcome::Check(Checked { diagnostics, .. }) => rendered(diagnostics),
        Outcome::Lock(Locked {
            accepted, added, ..
        }) => {
            let accepted = accepted
                .iter()
                .map(|entry| format!("accepted  {}", line(entry)));
            let added = added
                .iter()
                .map(|entry| format!("added     {}", line(entry)));
            lines(accepted.chain(added))
        }
        Outcome::Renumber(Renumbered { moved, .. }) => lines(
            moved
                .iter()
                .map(|Moved { from, to }| format!("{from} → {to}")),
        ),
        Outcome::Explain(Explained::One(code)) => explain(*code),
        Outcome::Explain(Explained::All) => explain_all(),
    }
}

/// What a person reads besides.
pub(super) fn words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Init(initialised) => init(initialised),
        Outcome::New(created) => new(created),
        Outcome::Check(checked) => check(checked),
        Outcome::Lock(locked) => lock(locked),
        Outcome::Renumber(renumbered) => renumber(renumbered),
        Outcome::List(_) | Outcome::Explain(Explained::One(_)) => String::new(),
        Outcome::Explain(Explained::All) => {
            "`cargo migrations explain CODE` explains one\n".to_owned()
        }
    }
}

/// A mistake in one line, for whoever shows its file beside it.
pub(super) fn sentence(diagnostic: &Diagnostic) -> String {
    match diagnostic.place().said() {
        "" => diagnostic.message().to_owned(),
        said => format!("{}: {said}", diagnostic.message()),
    }
}

/// A mistake and its mend, a line each.
pub(super) fn paragraph(diagnostic: &Diagnostic) -> String {
    let related = diagnostic
        .related_places()
        .iter()
        .map(|place| format!("see {}:{}", place.path(), place.line()));
    let hints = diagnostic
        .hints()
        .iter()
        .map(|hint| format!("help: {hint}"));
    let lines: Vec<String> = std::iter::once(sentence(diagnostic))
        .chain(related)
        .chain(hints)
        .collect();
    lines.join("\n")
}

fn init(initialised: &Initialised) -> String {
    let Initialised { embedded, .. } = initialised;
    format!(
        "\
add to the program:

    use embed_migrations::{{MigrationSet, Migrator, embed_migrations}};
    static MIGRATIONS: MigrationSet = embed_migrations!(\"{embedded}\");
    Migrator::new(&MIGRATIONS).run(&pool).await?;

and to build.rs, so that cargo sees a new file:

    println!(\"cargo::rerun-if-changed={embedded}\");

`cargo migrations new NAME` makes the first migration
"
    )
}

fn new(created: &Created) -> String {
    let Created {
        files,
        locked,
        is_to_be_locked,
        untouched,
        ..
    } = created;
    let until = match files.len() {
        1 => "until there is SQL in it, it does nothing",
        _ => "until there is SQL in them, they do nothing",
    };
    let mut words = vec![until.to_owned()];
    if !locked.is_empty() {
        let accept = "`cargo migrations lock --accept FILE` takes what you write";
        words.push(format!("it is locked as it is: {accept}"));
    }
    if *is_to_be_locked {
        words.push("`cargo migrations lock` locks it when it is written".to_owned());
    }
    if let Some(why) = untouched {
        words.push(format!(
            "cargo may not see it before something else changes: {why}"
        ));
    }
    lines(words)
}

fn check(checked: &Checked) -> String {
    let Checked {
        directory,
        chosen: Chosen { dialects, by },
        migrations,
        ..
    } = checked;
    let for_whom = and(dialects);
    let why = match by {
        By::Settings => String::new(),
        By::Option => {
            format!("read as {for_whom} where no file name says it, as `--dialect` asks\n")
        }
        By::Manifest(manifest) => format!(
            "read as {for_whom} where no file name says it: the features of `embed-migrations` in {manifest}\n"
        ),
        By::Nobody => format!(
            "read as {for_whom} where no file name says it; `dialects` in migrations.toml would say which\n"
        ),
    };
    let found = match checked.counts() {
        (0, 0) => "no mistake".to_owned(),
        (0, warnings) => count(warnings, "warning"),
        (errors, 0) => count(errors, "error"),
        (errors, warnings) => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    };
    match migrations {
        Some(migrations) => {
            format!(
                "{why}{directory}: {}, {found}\n",
                count(*migrations, "migration")
            )
        }
        None => format!("{why}{directory}: {found}\n"),
    }
}

fn lock(locked: &Locked) -> String {
    let Locked {
        file,
        accepted,
        added,
        lines,
        ..
    } = locked;
    let what = if accepted.is_empty() && added.is_empty() {
        "nothing is new; "
    } else {
        ""
    };
    format!("{file}: {what}{} locked\n", count(*lines, "script"))
}

fn renumber(renumbered: &Renumbered) -> String {
    let Renumbered {
        from,
        to,
        moved,
        overrides,
        ..
    } = renumbered;
    if moved.is_empty() {
        return format!("{from} is the newest already\n");
    }
    let overrides = overrides.iter().map(|Moved { from, to }| {
        format!("the override of `{from}` is that of `{to}` now, in migrations.toml")
    });
    lines(std::iter::once(format!("{from} is {to} now")).chain(overrides))
}

fn explain(code: Code) -> String {
    let standing = if code.is_adjustable() {
        format!(
            "`{}` unless migrations.toml says otherwise",
            code.severity()
        )
    } else {
        "refused, whatever migrations.toml says".to_owned()
    };
    format!("{}\n({standing})\n", page(code))
}

fn explain_all() -> String {
    let rows: Vec<Vec<String>> = Code::ALL
        .iter()
        .map(|code| {
            let words = [code.name(), code.severity().name(), code.summary()];
            words.map(str::to_owned).to_vec()
        })
        .collect();
    table(&rows)
}

fn line(entry: &LockEntry) -> String {
    let kind = kind(entry.direction, entry.dialect);
    format!("{}_{} {kind}", entry.label, entry.name)
}

fn kind(direction: Direction, dialect: Option<Dialect>) -> String {
    match dialect {
        Some(dialect) => format!("{} {}", direction.name(), dialect.name()),
        None => direction.name().to_owned(),
    }
}

fn and(dialects: &[Dialect]) -> String {
    let names: Vec<String> = dialects.iter().map(Dialect::to_string).collect();
    match &names[..] {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}
