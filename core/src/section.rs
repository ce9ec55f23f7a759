//! Stage 4: a file that holds its up and its down script under markers, in the manner of other tools.
//!
//! Run as one script, as `sqlx::migrate!` does it, such a file undoes what it did. A down section of nothing is no down
//! script: templates leave it behind, and what cannot be undone must not look as if it could.

mod block;
mod cut;
mod dbmate;
mod goose;
mod marker;
mod order;
mod plain;
mod relevant;
mod seen;
mod sql_migrate;
#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::{Dialect, Direction};

use marker::Marker;
pub(crate) use marker::ends_statement;

/// How sections are marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Nothing is a marker.
    None,
    /// `-- Up`, `-- Up migration`, `-- Down`, `-- Down migration (rollback)`.
    Plain,
    /// `-- migrate:up`, `-- migrate:down`, with `transaction:false`.
    Dbmate,
    /// `-- +goose Up`, `-- +goose Down`, `-- +goose StatementBegin`, `-- +goose NO TRANSACTION`, …
    Goose,
    /// `-- +migrate Up`, `-- +migrate Down`, with `notransaction`.
    SqlMigrate,
    /// `-- Up Migration`, `-- Down Migration`.
    NodePgMigrate,
}

impl Style {
    /// Every style.
    pub(crate) const ALL: [Self; 6] = [
        Self::None,
        Self::Plain,
        Self::Dbmate,
        Self::Goose,
        Self::SqlMigrate,
        Self::NodePgMigrate,
    ];

    /// The name in `migrations.toml`, which is that of the tool.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Plain => "plain",
            Self::Dbmate => "dbmate",
            Self::Goose => "goose",
            Self::SqlMigrate => "sql-migrate",
            Self::NodePgMigrate => "node-pg-migrate",
        }
    }

    /// Words that may be an ordinary comment too. The markers of both such styles mix.
    const fn is_plain(self) -> bool {
        matches!(self, Self::None | Self::Plain | Self::NodePgMigrate)
    }

    /// The marker of a section.
    const fn marker(self, direction: Direction) -> &'static str {
        match (self, direction) {
            (Self::None | Self::Plain, Direction::Up) => "-- Up",
            (Self::None | Self::Plain, Direction::Down) => "-- Down",
            (Self::Dbmate, Direction::Up) => "-- migrate:up",
            (Self::Dbmate, Direction::Down) => "-- migrate:down",
            (Self::Goose, Direction::Up) => "-- +goose Up",
            (Self::Goose, Direction::Down) => "-- +goose Down",
            (Self::SqlMigrate, Direction::Up) => "-- +migrate Up",
            (Self::SqlMigrate, Direction::Down) => "-- +migrate Down",
            (Self::NodePgMigrate, Direction::Up) => "-- Up Migration",
            (Self::NodePgMigrate, Direction::Down) => "-- Down Migration",
        }
    }
}

/// A file, and what is known about it from elsewhere.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) text: &'a str,
    /// The file, as messages call it.
    pub(crate) path: &'a str,
    /// The file, as `migrations.toml` calls it.
    pub(crate) file: &'a str,
    /// The direction of all of it, where its name says it.
    pub(crate) direction: Option<Direction>,
    /// What `migrations.toml` says; without it every style is read.
    pub(crate) style: Option<Style>,
    /// The dialects that may read it.
    pub(crate) dialects: &'a [Dialect],
}

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sections {
    /// At most one for each direction, up before down; none where it is one script.
    pub(crate) sections: Vec<Section>,
    /// Sections out of order or twice, a down section alone, a statement before the first, a marker that is not
    /// understood, an up section of nothing.
    pub(crate) mistakes: Vec<Diagnostic>,
}

/// The script of one direction in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section {
    pub(crate) direction: Direction,
    /// Its text: from the line after its marker to the next marker, or to the end.
    pub(crate) text: Range<usize>,
    /// No marker says that it runs without a transaction.
    pub(crate) transaction: bool,
}

/// The sections of a file.
///
/// A text that no dialect can read to its end has none: where it is never closed is told of the whole script.
pub(crate) fn sections(source: &Source) -> Sections {
    let lines = marker::lines(source.text, source.style);
    if lines.is_empty() {
        return Sections {
            sections: Vec::new(),
            mistakes: source.without_marker().into_iter().collect(),
        };
    }
    match (seen::seen(source, &lines), source.direction) {
        (Ok(None), _) => Sections::default(),
        (Ok(Some(seen)), None) => cut::cut(source, &seen),
        (Ok(Some(seen)), Some(direction)) => Sections {
            sections: Vec::new(),
            mistakes: order::against_name(source, &seen.markers, direction)
                .into_iter()
                .collect(),
        },
        (Err(mistakes), _) => Sections {
            sections: Vec::new(),
            mistakes,
        },
    }
}

impl Source<'_> {
    fn written(&self, marker: &Marker) -> &str {
        &self.text[marker.comment.clone()]
    }

    fn place(&self, part: Range<usize>) -> Place {
        Place::text(self.path, self.text, part)
    }

    /// A mistake, the mend of which may also be to say that the comments are no markers.
    fn mistake(
        &self,
        code: Code,
        message: impl Into<String>,
        place: Place,
        hint: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::new(code, message, place)
            .hint(hint)
            .hint(self.is_one_script())
    }

    /// Where a style is named, the file has sections in it: without a marker all of it would run.
    fn without_marker(&self) -> Option<Diagnostic> {
        let style = self.style.filter(|style| *style != Style::None)?;
        Some(
            Diagnostic::new(
                Code::SectionMarker,
                format!("the file has no marker of {}, which its override names", style.name()),
                Place::whole(self.path),
            )
            .hint(format!(
                "name the style of its markers below `[overrides.\"{}\"]` in migrations.toml, or none",
                self.file
            )),
        )
    }

    fn is_one_script(&self) -> String {
        self.say("if the file is one script without sections", &[Style::None])
    }

    /// How `migrations.toml` says what the markers of the file are.
    fn say(&self, when: &str, styles: &[Style]) -> String {
        let styles = styles
            .iter()
            .map(|style| format!("`sections = \"{}\"`", style.name()));
        let styles: Vec<String> = styles.collect();
        format!(
            "{when}, say {} below `[overrides.\"{}\"]` in migrations.toml",
            styles.join(" or "),
            self.file
        )
    }
}
