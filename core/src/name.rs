//! Stage 2: from a file's path to what it says: version, name, direction, dialect, layout.

mod misfit;
mod suffix;
#[cfg(test)]
mod tests;

use crate::diagnostic::{Code, Diagnostic};
use crate::suggest::is_near_miss;
use crate::version::ParseVersionError;
use crate::{Dialect, Direction, Version};
use misfit::Misfit;
use suffix::{direction_of, nearly_direction, suffixes};

/// What the path of a script says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_field_names,
    reason = "the path has a name, and so has the migration"
)]
pub(crate) struct Name {
    pub(crate) order: Order,
    /// The version as written; empty in a repeatable.
    pub(crate) label: String,
    pub(crate) name: String,
    /// None where the path says nothing: all of the file is an up script, or its sections say it.
    pub(crate) direction: Option<Direction>,
    pub(crate) dialect: Option<Dialect>,
    /// The dialect is that of a folder, which is a directory of its own: another may have other migrations.
    pub(crate) in_folder: bool,
    pub(crate) layout: Layout,
}

/// What orders a script among the others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Order {
    Version(Version),
    /// A repeatable, by its name.
    Repeatable(String),
}

impl Name {
    /// The dialect whose folder the file lies in.
    pub(crate) fn folder(&self) -> Option<Dialect> {
        self.dialect.filter(|_| self.in_folder)
    }

    /// Whether some database may see both files: those in the folders of two dialects never meet.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        match (self.folder(), other.folder()) {
            (None, None) => true,
            _ => self.dialect.is_none() || other.dialect.is_none() || self.dialect == other.dialect,
        }
    }

    /// The name of a file that fits no layout.
    pub(crate) fn nobody() -> Self {
        Self {
            order: Order::Repeatable(String::new()),
            label: String::new(),
            name: String::new(),
            direction: None,
            dialect: None,
            in_folder: false,
            layout: Layout::Numbered,
        }
    }
}

/// The ways to lay out a directory that do not mix with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// `0001_name.sql`, with or without direction and dialect.
    Numbered,
    /// `0001_name/up.sql`.
    DirectoryEach,
    /// `V1__name.sql`.
    Prefixed,
}

impl Layout {
    pub(crate) const fn example(self) -> &'static str {
        match self {
            Self::Numbered => "0001_name.sql",
            Self::DirectoryEach => "0001_name/up.sql",
            Self::Prefixed => "V1__name.sql",
        }
    }
}

/// Reads the path of a file below the directory, whose folders are read too where it is `recursive`. `None`: it is not
/// ours.
pub(crate) fn name(path: &str, shown: &str, _recursive: bool) -> Option<Result<Name, Diagnostic>> {
    Some(read(path)?.map_err(|misfit| misfit.diagnose(path, shown)))
}

/// The version that the path of a file seems to have, whatever else is wrong with it.
pub(crate) fn probable_version(path: &str) -> Option<Version> {
    let written = path.trim_start().trim_start_matches(['V', 'v', 'U']);
    dotted(written).parse().ok()
}

fn read(path: &str) -> Option<Result<Name, Misfit>> {
    let parts: Vec<&str> = path.split('/').collect();
    match parts[..] {
        [file] => file_name(file),
        [directory, file] => in_directory(directory, file),
        _ => (path.rsplit_once('.')?.1 == "sql").then(|| Err(too_deep(path))),
    }
}

fn too_deep(path: &str) -> Misfit {
    let file = path.rfind('/').map_or(0, |slash| slash + 1);
    Misfit::at(
        0..file,
        "a migration lies in the directory itself or in one directory of its own",
    )
    .hint("move it up into the directory of the migrations, or out of it")
}

/// `0001_name.sql`, `V1__name.sql`, each with direction and dialect between name and extension.
fn file_name(file: &str) -> Option<Result<Name, Misfit>> {
    let stem = match stem(file, file)? {
        Ok(stem) => stem,
        Err(misfit) => return Some(Err(misfit)),
    };
    Some(suffixes(file, stem).and_then(|(stem, direction, dialect)| {
        let rest = &file[stem.len()..];
        let (versioned, layout) = if stem.starts_with('V') {
            (prefixed(stem, rest), Layout::Prefixed)
        } else {
            (numbered(stem, rest), Layout::Numbered)
        };
        let (version, label, name) = versioned?;
        Ok(Name {
            order: Order::Version(version),
            label,
            name,
            direction,
            dialect,
            in_folder: false,
            layout,
        })
    }))
}

/// `0001_name/up.sql` and `0001_name/down.sql`.
fn in_directory(directory: &str, file: &str) -> Option<Result<Name, Misfit>> {
    let path = format!("{directory}/{file}");
    let stem = match stem(&path, file)? {
        Ok(stem) => stem,
        Err(misfit) => return starts_like_a_migration(directory).then_some(Err(misfit)),
    };
    let direction = match stem {
        "up" => Direction::Up,
        "down" => Direction::Down,
        _ => return Some(Err(neither_up_nor_down(directory, stem))),
    };
    Some(
        numbered(directory, &format!("/{file}")).map(|(version, label, name)| Name {
            order: Order::Version(version),
            label,
            name,
            direction: Some(direction),
            dialect: None,
            in_folder: false,
            layout: Layout::DirectoryEach,
        }),
    )
}

fn neither_up_nor_down(directory: &str, stem: &str) -> Misfit {
    if let Some(dialect) = Dialect::from_name(directory) {
        return Misfit::at(
            0..directory.len(),
            "a dialect stands in the name of the file",
        )
        .suggest(format!("{stem}.{}.sql", dialect.name()));
    }
    let start = directory.len() + 1;
    let misfit = Misfit::at(
        start..start + stem.len() + ".sql".len(),
        "the directory of a migration holds `up.sql` and `down.sql`",
    );
    match direction_of(stem).or_else(|| nearly_direction(stem)) {
        Some(direction) => misfit.suggest(format!("{directory}/{}.sql", direction.name())),
        None => misfit.hint("move it up into the directory of the migrations, or out of it"),
    }
}

/// A file's name without `.sql`. `None`: it has another extension, and not by mistake.
fn stem<'a>(path: &str, file: &'a str) -> Option<Result<&'a str, Misfit>> {
    let (stem, extension) = file.rsplit_once('.')?;
    if extension == "sql" {
        return Some(Ok(stem));
    }
    let is_word = extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let nearly = extension.eq_ignore_ascii_case("sql") || is_near_miss(extension, "sql");
    let is_ours = starts_like_a_migration(stem) || direction_of(stem).is_some();
    (is_word && nearly && is_ours).then(|| {
        let start = path.len() - extension.len();
        Err(Misfit::at(
            start..path.len(),
            format!("the extension is `{extension}`, not `sql`"),
        )
        .suggest(format!("{}sql", &path[..start])))
    })
}

/// `<version>_<name>`. `rest` is what follows in the path, for the suggestion.
fn numbered(stem: &str, rest: &str) -> Result<(Version, String, String), Misfit> {
    no_space(stem, rest)?;
    let digits = digits(stem);
    if digits == 0 {
        return Err(no_version(stem, rest));
    }
    let (label, name) = stem.split_at(digits);
    match name.strip_prefix('_') {
        Some(name) if !name.trim_matches('_').is_empty() => {
            Ok((version(label, 0)?, label.to_owned(), name.to_owned()))
        }
        _ => Err(no_name(stem, digits, rest)),
    }
}

fn no_version(stem: &str, rest: &str) -> Misfit {
    let misfit = Misfit::at(0..stem.len(), "the name begins with no version");
    if let Some(after) = stem.strip_prefix('v').filter(|after| digits(after) > 0) {
        return misfit.suggest(format!("V{after}{rest}"));
    }
    if let Some(after) = stem.strip_prefix('U').filter(|after| digits(after) > 0) {
        return Misfit::at(
            0..1,
            "a down script is named like its up script, with `.down`",
        )
        .suggest(format!("V{after}.down{rest}"));
    }
    match stem.strip_prefix("R__") {
        Some(name) => misfit.hint(format!("give it one: `V1__{name}{rest}`")),
        None => misfit.hint(format!("begin it with a number: `0001_{stem}{rest}`")),
    }
}

fn no_name(stem: &str, digits: usize, rest: &str) -> Misfit {
    let (label, after) = stem.split_at(digits);
    let name = after.trim_start_matches(JOINTS);
    let dotted = dotted(stem);
    if name.is_empty() {
        Misfit::at(0..digits, "a version and no name")
            .hint(format!("say what it does: `{label}_what_it_does{rest}`"))
    } else if let Some((dashed, name)) = dashed(stem) {
        Misfit::at(0..dashed.len(), "a version has no dashes")
            .suggest(format!("{}_{name}{rest}", dashed.replace('-', "")))
    } else if dotted.len() > digits {
        let name = stem[dotted.len()..].trim_start_matches(JOINTS);
        Misfit::at(
            0..dotted.len(),
            "a version of several parts begins with `V`",
        )
        .suggest(format!("V{dotted}__{name}{rest}"))
    } else {
        let joint = joint(after, name);
        Misfit::at(digits..digits + joint, "version and name are joined by `_`")
            .suggest(format!("{label}_{name}{rest}"))
    }
}

/// A date with dashes, and the name behind it.
fn dashed(stem: &str) -> Option<(&str, &str)> {
    let (date, name) = stem.split_once('_')?;
    let is_date = date.len() >= "2024-01-01".len()
        && date
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-');
    (is_date && !name.is_empty()).then_some((date, name))
}

/// `V<version>__<name>`.
fn prefixed(stem: &str, rest: &str) -> Result<(Version, String, String), Misfit> {
    no_space(stem, rest)?;
    let after = &stem[1..];
    if let Some((label, name)) = prefixed_parts(after) {
        return Ok((version(label, 1)?, label.to_owned(), name.to_owned()));
    }
    let label = dotted(after);
    if label.is_empty() {
        return Err(Misfit::at(0..stem.len(), "no version follows the `V`")
            .hint("a prefixed name is `V<version>__<name>.sql`: `V1__initial_schema.sql`"));
    }
    let joined = &after[label.len()..];
    let name = joined.trim_start_matches(JOINTS);
    let start = 1 + label.len();
    Err(if name.is_empty() {
        Misfit::at(0..start, "a version and no name")
            .hint(format!("say what it does: `V{label}__what_it_does{rest}`"))
    } else {
        let joint = joint(joined, name);
        Misfit::at(
            start..start + joint,
            "after `V` and a version come two underscores",
        )
        .suggest(format!("V{label}__{name}{rest}"))
    })
}

fn prefixed_parts(after: &str) -> Option<(&str, &str)> {
    let (label, name) = after.split_once("__")?;
    let is_version = digits(label) > 0
        && label
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'_');
    let has_name = !name.trim_matches('_').is_empty();
    (is_version && has_name).then_some((label, name))
}

/// The length of what stands between version and name, or of the first character where nothing does.
fn joint(after: &str, name: &str) -> usize {
    match after.len() - name.len() {
        0 => name.chars().next().map_or(0, char::len_utf8),
        length => length,
    }
}

/// What is taken for the joint between version and name, where it is not the right one.
const JOINTS: [char; 3] = ['_', '-', '.'];

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// The digits and single dots that a text begins with.
fn dotted(text: &str) -> &str {
    let mut end = digits(text);
    while let Some(after) = text[end..]
        .strip_prefix('.')
        .filter(|after| digits(after) > 0)
    {
        end += 1 + digits(after);
    }
    &text[..end]
}

fn version(label: &str, start: usize) -> Result<Version, Misfit> {
    label.parse().map_err(|error| {
        let misfit = Misfit::at(start..start + label.len(), format!("{error}"));
        match error {
            ParseVersionError::NotANumber => misfit,
            ParseVersionError::TooLarge | ParseVersionError::TooManyParts => Misfit {
                code: Code::VersionTooLarge,
                ..misfit
            }
            .hint("use a sequence, or a timestamp of 14 digits"),
        }
    })
}

fn no_space(stem: &str, rest: &str) -> Result<(), Misfit> {
    let space = stem.find(char::is_whitespace);
    let Some(space) = space.filter(|_| starts_like_a_migration(stem.trim_start())) else {
        return Ok(());
    };
    let words: Vec<&str> = stem.split_whitespace().collect();
    let length = stem[space..].chars().next().map_or(0, char::len_utf8);
    Err(Misfit::at(
        space..space + length,
        "a space does not belong in the name of a migration",
    )
    .suggest(format!("{}{rest}", words.join("_"))))
}

fn starts_like_a_migration(stem: &str) -> bool {
    digits(stem.strip_prefix(['V', 'v']).unwrap_or(stem)) > 0
}
