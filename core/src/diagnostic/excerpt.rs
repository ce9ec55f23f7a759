//! [`Excerpt`]: the lines around a mistake.

use std::ops::Range;

/// The lines that a part of a text stands on, and where the part is in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    pub(super) lines: String,
    pub(super) first_line: Option<usize>,
    pub(super) part: Range<usize>,
    /// The first line is not shown from its beginning, so that its columns are not those of the file.
    pub(super) is_cut: bool,
    column: usize,
}

/// A longer part is cut: its beginning says where the mistake is.
const MOST_LINES: usize = 3;
/// So much of a line is kept before and behind the beginning of the part.
const MOST_BYTES: usize = 200;
/// Where a line is cut.
const CUT: char = '…';

impl Excerpt {
    /// The excerpt of `text` around `part`, a range of bytes.
    ///
    /// A range that is out of bounds, or inside a character, is moved to the nearest place that is not.
    pub fn of_text(text: &str, part: Range<usize>) -> Self {
        let start = text.floor_char_boundary(part.start);
        let end = text.ceil_char_boundary(part.end).max(start);
        let from = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let count = text[start..end].matches('\n').take(MOST_LINES - 1).count() + 1;
        let mut lines = String::new();
        let mut parts = Vec::new();
        let mut at = from;
        for (index, line) in text[from..].split('\n').take(count).enumerate() {
            let offset = |place: usize| place.saturating_sub(at).min(line.len());
            if index > 0 {
                lines.push('\n');
            }
            parts.push(push(&mut lines, line, offset(start)..offset(end)));
            at += line.len() + 1;
        }
        let (first, last) = (parts.first(), parts.last());
        Self {
            part: first.map_or(0, |part| part.start)..last.map_or(0, |part| part.end),
            is_cut: start - from > MOST_BYTES,
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
            is_cut: false,
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

/// Adds a line, cut where it is long, and says where the part is that is marked in it.
fn push(lines: &mut String, line: &str, marked: Range<usize>) -> Range<usize> {
    let from = line.floor_char_boundary(marked.start.saturating_sub(MOST_BYTES));
    let to = line.ceil_char_boundary((marked.start + MOST_BYTES).min(line.len()));
    if from > 0 {
        lines.push(CUT);
    }
    let begin = lines.len();
    lines.push_str(&line[from..to]);
    if to < line.len() {
        lines.push(CUT);
    }
    let shown = |offset: usize| begin + offset.min(to) - from;
    shown(marked.start)..shown(marked.end)
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

    #[test]
    fn a_long_line_is_cut_on_either_side_of_what_is_marked() {
        let text = format!("a\n{}nope{}\nb", "é".repeat(5000), "ü".repeat(5000));
        let start = 2 + 10_000;
        let excerpt = Excerpt::of_text(&text, start..start + 4);
        assert_eq!((excerpt.line(), excerpt.column()), (2, 5001));
        assert_eq!(&excerpt.lines[excerpt.part.clone()], "nope");
        assert!(excerpt.is_cut);
        assert!(excerpt.lines.starts_with("…é") && excerpt.lines.ends_with("ü…"));
        assert!(excerpt.lines.len() < 420, "{}", excerpt.lines.len());
    }

    #[test]
    fn a_long_part_is_cut_in_each_of_its_lines() {
        let long = "x".repeat(1000);
        let text = format!("{long}\n{long}\n{long}\n{long}");
        let excerpt = Excerpt::of_text(&text, 0..text.len());
        let shown = format!("{}…", "x".repeat(MOST_BYTES));
        assert_eq!(excerpt.lines, [&*shown; 3].join("\n"));
        assert_eq!(excerpt.part, 0..excerpt.lines.len() - CUT.len_utf8());
        assert!(!excerpt.is_cut);
    }
}
