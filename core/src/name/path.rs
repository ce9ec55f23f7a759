//! A path's folders, which may be a dialect's, a migration's own or only grouping, and then its file.

use std::ops::Range;

use super::callback::callback;
use super::engine::other_engine;
use super::file::file_name;
use super::label::starts_like_a_migration;
use super::misfit::Misfit;
use super::numbered::numbered;
use super::suffix::{last_word, nearly_dialect, nearly_direction, no_dialect, suffixes};
use super::{Layout, Name};
use crate::suggest::is_near_miss;
use crate::{Dialect, Direction};

/// Reads a path. `None`: it is not ours.
pub(super) fn read(path: &str, recursive: bool) -> Option<Result<Name, Misfit>> {
    let (before, file) = path.split_at(path.rfind('/').map_or(0, |slash| slash + 1));
    let (stem, extension) = file.rsplit_once('.')?;
    let folders = folders(before, file, recursive);
    if extension != "sql" {
        let own = folders.ok()?.own;
        let is_one = starts_like_a_migration(own.unwrap_or(stem)) || callback(stem, "").is_some();
        return (is_one && is_nearly_sql(extension)).then(|| Err(bad_extension(path, extension)));
    }
    Some(folders.and_then(|folders| folders.name(before, file, stem)))
}

/// What the folders of a path say.
struct Folders<'a> {
    dialect: Option<Dialect>,
    /// The last one, where it is the directory of one migration.
    own: Option<&'a str>,
}

/// Reads the folders before a file, each with its `/`.
fn folders<'a>(before: &'a str, file: &str, recursive: bool) -> Result<Folders<'a>, Misfit> {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let mut found = Folders {
        dialect: None,
        own: None,
    };
    if let Some(misfit) = inside_out(before, file).filter(|_| is_own(stem)) {
        return Err(misfit);
    }
    let mut start = 0;
    for folder in before.split_terminator('/') {
        let end = start + folder.len();
        let is_last = end + 1 == before.len();
        if let Some(dialect) = Dialect::from_name(folder) {
            if found.dialect.replace(dialect).is_some() {
                return Err(dialect_again(start..end));
            }
        } else if let Some(misfit) = other_engine(folder, start..end) {
            return Err(misfit);
        } else if let Some(meant) = nearly_dialect(folder) {
            if found.dialect.is_some() {
                return Err(dialect_again(start..end));
            }
            let meant = format!("{}{meant}{}{file}", &before[..start], &before[end..]);
            return Err(no_dialect(start..end, folder).suggest(meant));
        } else if is_last && is_own(stem) {
            found.own = Some(folder);
        } else if is_last && starts_like_a_migration(folder) && !starts_like_a_migration(stem) {
            return Err(neither_up_nor_down(folder, stem).within(&before[..start], ""));
        } else if !recursive {
            return Err(only_grouping(start..end));
        } else if UNDOING.iter().any(|word| word.eq_ignore_ascii_case(folder)) {
            return Err(undoing(start..end));
        }
        start = end + 1;
    }
    Ok(found)
}

impl Folders<'_> {
    fn name(&self, before: &str, file: &str, stem: &str) -> Result<Name, Misfit> {
        let name = match self.own {
            Some(own) => in_own(own, before, file, stem)?,
            None => file_name(file, stem).map_err(|misfit| misfit.within(before, ""))?,
        };
        let Some(dialect) = self.dialect else {
            return Ok(name);
        };
        if name.dialect.is_some_and(|named| named != dialect) {
            return Err(another_dialect(dialect, file).within(before, ""));
        }
        Ok(Name {
            dialect: Some(dialect),
            in_folder: true,
            ..name
        })
    }
}

/// `0001_name/up.sql`, `0001_name/down.sql` and `0001_name/migration.sql`, perhaps with a dialect: `up.postgres.sql`.
fn in_own(own: &str, before: &str, file: &str, stem: &str) -> Result<Name, Misfit> {
    let around = &before[..before.len() - own.len() - 1];
    let (word, said, dialect) = suffixes(file, stem).map_err(|misfit| misfit.within(before, ""))?;
    let direction = own_direction(word)
        .filter(|_| said.is_none())
        .ok_or_else(|| neither_up_nor_down(own, stem).within(around, ""))?;
    let called = numbered(own, "").map_err(|misfit| misfit.within(around, &format!("/{file}")))?;
    Ok(Name {
        direction: Some(direction),
        dialect,
        ..Name::versioned(called, Layout::DirectoryEach)
    })
}

/// Whether a file is a script of the migration whose directory it lies in, perhaps misspelt.
fn is_own(stem: &str) -> bool {
    let word = stem.split('.').next().unwrap_or(stem);
    own_direction(&word.to_lowercase()).is_some()
}

/// What `up.sql`, `down.sql` and Prisma's `migration.sql` do.
fn own_direction(word: &str) -> Option<Direction> {
    match word {
        "up" | "migration" => Some(Direction::Up),
        "down" => Some(Direction::Down),
        _ => None,
    }
}

fn neither_up_nor_down(directory: &str, stem: &str) -> Misfit {
    let start = directory.len() + 1;
    let misfit = Misfit::at(
        start..start + stem.len() + ".sql".len(),
        "the directory of a migration holds `up.sql` and `down.sql`",
    );
    let (word, rest) = stem.split_at(stem.find('.').unwrap_or(stem.len()));
    let word = word.to_lowercase();
    let meant = match nearly_direction(&word) {
        Some(direction) => direction.name(),
        None if own_direction(&word).is_some() => &word,
        None => {
            return misfit
                .hint("move it up into the directory of the migrations, or out of it")
                .or_ignore();
        }
    };
    misfit.suggest(format!("{directory}/{meant}{rest}.sql"))
}

/// The folder of a dialect in the directory of a migration.
fn inside_out(before: &str, file: &str) -> Option<Misfit> {
    let (around, folder) = before.strip_suffix('/')?.rsplit_once('/')?;
    let (around, migration) = around.split_at(around.rfind('/').map_or(0, |slash| slash + 1));
    let is_dialect = Dialect::from_name(folder).is_some();
    let dialect = if is_dialect {
        folder
    } else {
        nearly_dialect(folder)?
    };
    numbered(migration, "").is_ok().then(|| {
        Misfit::at(
            around.len()..before.len() - 1,
            "the folder of a dialect lies around the directories of its migrations",
        )
        .suggest(format!("{around}{dialect}/{migration}/{file}"))
    })
}

fn dialect_again(part: Range<usize>) -> Misfit {
    Misfit::at(part, "the folder of a dialect lies in one already")
        .hint("a migration lies in the folder of one dialect: move this folder up")
}

fn another_dialect(dialect: Dialect, file: &str) -> Misfit {
    let part = last_word(file, |word| Dialect::from_name(word).is_some());
    let word = &file[part.clone()];
    let hint = format!("move it to the folder `{word}`, or take the word out of its name");
    Misfit::at(part, format!("the folder is that of {dialect}")).hint(hint)
}

/// Folders of which nobody would think that what is in them goes up.
const UNDOING: [&str; 5] = ["down", "downs", "rollback", "rollbacks", "undo"];

fn undoing(part: Range<usize>) -> Misfit {
    Misfit::at(
        part,
        "a folder says nothing about the direction of its scripts",
    )
    .hint("name them `….down.sql`, beside the scripts that they undo")
    .or_ignore()
}

fn only_grouping(part: Range<usize>) -> Misfit {
    Misfit::at(part, "the folder is neither a dialect nor a migration")
        .hint("to read the migrations in it, write `recursive = true` into `migrations.toml`")
        .or_ignore()
}

fn is_nearly_sql(extension: &str) -> bool {
    let is_word = extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_word && (extension.eq_ignore_ascii_case("sql") || is_near_miss(extension, "sql"))
}

fn bad_extension(path: &str, extension: &str) -> Misfit {
    let start = path.len() - extension.len();
    let why = format!("the extension is `{extension}`, not `sql`");
    Misfit::at(start..path.len(), why).suggest(format!("{}sql", &path[..start]))
}
