//! [`Table`]: columns that stand under each other.

use std::fmt;

use super::{Colour, Screen};

/// The rows with their cells aligned to the left; an empty cell at the end of a line leaves no space.
#[cfg(feature = "author")]
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let mut table = Table::new(Screen::ENDLESS, 0);
    table.rows = rows.to_vec();
    table.to_string()
}

/// Rows whose cells are aligned to the left.
#[derive(Debug)]
pub(crate) struct Table {
    screen: Screen,
    /// The column that gives way where the screen is narrow.
    elastic: usize,
    /// Whether the last column says of which set a row is.
    with_set: bool,
    rows: Vec<Vec<String>>,
    /// Row, column and colour.
    colours: Vec<(usize, usize, Colour)>,
}

const GAP: usize = 2;

/// Less of a name says nothing.
const NARROWEST: usize = 8;

impl Table {
    const fn new(screen: Screen, elastic: usize) -> Self {
        Self {
            screen,
            elastic,
            with_set: false,
            rows: Vec::new(),
            colours: Vec::new(),
        }
    }

    /// About the migrations of so many sets: one needs no name. A migration's name is in the second column.
    pub(crate) fn of_migrations<const N: usize>(
        screen: Screen,
        sets: usize,
        head: [&str; N],
    ) -> Self {
        let mut table = Self::new(screen, 1);
        table.with_set = sets > 1;
        table.migration("SET", head.map(str::to_owned));
        table
    }

    /// A migration of a set.
    pub(crate) fn migration<const N: usize>(&mut self, set: &str, cells: [String; N]) {
        let mut row = Vec::from(cells);
        row.extend(self.with_set.then(|| set.to_owned()));
        self.rows.push(row);
    }

    /// Colours a cell of the last row.
    pub(crate) fn colour(&mut self, column: usize, colour: Colour) {
        self.colours.push((self.rows.len() - 1, column, colour));
    }

    fn widths(&self) -> Vec<usize> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let mut widths: Vec<usize> = (0..columns).map(width).collect();
        let all = widths.iter().sum::<usize>() + GAP * columns.saturating_sub(1);
        let excess = self
            .screen
            .width
            .map_or(0, |width| all.saturating_sub(width));
        if let Some(elastic) = widths.get_mut(self.elastic) {
            let least = NARROWEST.min(*elastic);
            *elastic = elastic.saturating_sub(excess).max(least);
        }
        widths
    }

    fn painted(&self, row: usize, column: usize, cell: &str) -> String {
        let mut colours = self.colours.iter();
        let colour = colours.find(|found| (found.0, found.1) == (row, column));
        match colour {
            Some((_, _, colour)) if self.screen.colours => colour.paint(cell),
            _ => cell.to_owned(),
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        for (index, row) in self.rows.iter().enumerate() {
            let mut line = String::new();
            let mut owed = 0;
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let cell = cut(cell, *width);
                let length = cell.chars().count();
                if length > 0 {
                    line += &" ".repeat(owed);
                    line += &self.painted(index, column, &cell);
                    owed = 0;
                }
                owed += width - length + GAP;
            }
            writeln!(f, "{line}")?;
        }
        Ok(())
    }
}

/// As much of it as fits, with a sign where something is left out.
fn cut(cell: &str, width: usize) -> String {
    if cell.chars().count() <= width {
        return cell.to_owned();
    }
    let kept: String = cell.chars().take(width.saturating_sub(1)).collect();
    kept + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(screen: Screen) -> String {
        of_sets(1, screen)
    }

    fn of_sets(sets: usize, screen: Screen) -> String {
        let mut table = Table::of_migrations(screen, sets, ["VERSION", "NAME", "STATE"]);
        table.migration(
            "queue",
            ["1", "a_name_of_some_length", "applied"].map(str::to_owned),
        );
        table.colour(2, Colour::Green);
        table.migration("shop", ["2", "b", ""].map(str::to_owned));
        table.to_string()
    }

    #[test]
    fn a_name_gives_way_on_a_narrow_screen_and_nowhere_else() {
        let narrow = Screen {
            width: Some(30),
            colours: false,
        };
        assert_eq!(
            drawn(narrow),
            "VERSION  NAME          STATE\n1        a_name_of_s…  applied\n2        b\n"
        );
        assert!(drawn(Screen::ENDLESS).contains("a_name_of_some_length  applied\n"));
    }

    #[test]
    fn a_set_is_named_where_there_are_several() {
        let drawn = of_sets(2, Screen::ENDLESS);
        let last: Vec<_> = drawn
            .lines()
            .filter_map(|line| line.split(' ').next_back())
            .collect();
        assert_eq!(last, ["SET", "queue", "shop"]);
    }

    #[test]
    fn colour_changes_no_width() {
        let coloured = Screen {
            width: None,
            colours: true,
        };
        let drawn = drawn(coloured);
        assert!(drawn.contains("\u{1b}[32mapplied\u{1b}[0m\n"), "{drawn:?}");
    }
}
