//! [`Excerpt`]: the lines around a mistake.

use std::ops::Range;

/// The lines that a part of a text stands on, and where the part is in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    pub(super) lines: String,
    pub(super) first_line: Option<usize>,
    pub(super) part: Range<usize>,
    column: usize,
}

/// A longer part is cut: its beginning says where the mistake is.
const MOST_LINES: usize = 3;

impl Excerpt {
    /// The excerpt of `text` around `part`, a range of bytes.
    ///
    /// A range that is out of bounds, or inside a character, is moved to the nearest place that is not.
    pub fn of_text(text: &str, part: Range<usize>) -> Self {
        let start = text.floor_char_boundary(part.start);
        let end = text.ceil_char_boundary(part.end).max(start);
        let from = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let count = text[start..end].matches('\n').count() + 1;
        let lines: Vec<&str> = text[from..]
            .split('\n')
            .take(count.min(MOST_LINES))
            .collect();
        let lines = lines.join("\n");
        Self {
            part: start - from..(end - from).min(lines.len()),
            lines,
            first_line: Some(text[..start].matches('\n').count() + 1),
            column: text[from..start].chars().count() + 1,
        }
    }

    /// The same lines in a file that has so many more before them.
    pub(super) fn moved_down(self, lines: usize) -> Self {
        Self {
            first_line: self.first_line.map(|line| line + lines),
            ..self
        }
    }

    /// A file name with a part of it marked.
    pub(super) fn of_name(path: &str, part: Range<usize>) -> Self {
        Self {
            lines: path.to_owned(),
            first_line: None,
            part,
            column: 1,
        }
    }

    /// The line that the part begins on, 1-based.
    pub fn line(&self) -> usize {
        self.first_line.unwrap_or(1)
    }

    /// The column that the part begins at, in characters, 1-based.
    pub fn column(&self) -> usize {
        self.column
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_columns_from_one_and_columns_in_characters() {
        let excerpt = Excerpt::of_text("SELECT 1;\nSELECT 'é', nope;\n", 23..27);
        assert_eq!((excerpt.line(), excerpt.column()), (2, 13));
        assert_eq!(excerpt.lines, "SELECT 'é', nope;");
        assert_eq!(&excerpt.lines[excerpt.part], "nope");
    }

    #[test]
    fn shows_at_most_three_lines() {
        let excerpt = Excerpt::of_text("a\nb\nc\nd\ne", 0..9);
        assert_eq!(excerpt.lines, "a\nb\nc");
        let excerpt = Excerpt::of_text("a\nb\nc\nd\ne", 2..5);
        assert_eq!(excerpt.lines, "b\nc");
    }

    #[test]
    fn the_end_of_a_text_is_a_place() {
        let excerpt = Excerpt::of_text("a\n", 2..2);
        assert_eq!((excerpt.line(), excerpt.column()), (2, 1));
        let excerpt = Excerpt::of_text("é", 1..900);
        assert_eq!(excerpt.part, 0..2);
    }
}
