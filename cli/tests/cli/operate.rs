//! The verbs that need a database, each with the real program and a real database.

mod confirm;
mod connection;
mod events;
mod exit;
mod in_the_way;
mod matrix;
mod mend;
mod policies;
mod refused;
mod reset;
mod server;
mod sets;
mod shape;
#[cfg(unix)]
mod stop;
#[cfg(unix)]
mod terminal;
mod verbs;

use crate::desk::{Desk, Ran};

/// The file that `DATABASE_URL` names in these tests.
pub(crate) const FILE: &str = "sqlite:shop.sqlite?mode=rwc";

const USERS: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY);\n";
const ORDERS: &str = "CREATE TABLE orders (id INTEGER PRIMARY KEY);\n";

/// A shop of two tables, each with its way back.
pub(crate) fn shop() -> Desk {
    Desk::new(&[
        ("migrations/0001_users.up.sql", USERS),
        ("migrations/0001_users.down.sql", "DROP TABLE users;\n"),
        ("migrations/0002_orders.up.sql", ORDERS),
        ("migrations/0002_orders.down.sql", "DROP TABLE orders;\n"),
    ])
}

/// Three migrations, of which the second fails at its second statement.
pub(crate) fn broken() -> Desk {
    Desk::new(&[
        ("migrations/0001_users.sql", USERS),
        (
            "migrations/0002_broken.sql",
            "-- no-transaction\nCREATE TABLE a (n INTEGER);\nINSERT INTO nowhere VALUES (1);\nCREATE TABLE b (n INTEGER);\n",
        ),
        ("migrations/0003_orders.sql", ORDERS),
    ])
}

impl Desk {
    /// On the file of this desk.
    pub(crate) fn on_file(&self, arguments: &[&str]) -> Ran {
        self.on(FILE, arguments)
    }

    pub(crate) fn on(&self, url: &str, arguments: &[&str]) -> Ran {
        self.run_with("", arguments, &[("DATABASE_URL", url)])
    }
}

impl Ran {
    /// Without what differs from run to run: times, durations, processes, and the columns that they widen.
    pub(crate) fn steady(&self) -> String {
        self.all().lines().map(steady).collect()
    }
}

fn steady(line: &str) -> String {
    let indent = line.len() - line.trim_start().len();
    let mut words: Vec<String> = Vec::new();
    for word in line.split_whitespace() {
        let is_unit = matches!(word.trim_end_matches(';'), "ms" | "s");
        if let Some(last) = words
            .last_mut()
            .filter(|last| is_unit && last.parse::<f64>().is_ok())
        {
            last.replace_range(.., "N");
        }
        let is_number = word.parse::<f64>().is_ok();
        let is_date = word.len() == 10 && word.starts_with("20") && word.matches('-').count() == 2;
        let is_time = word.len() == 8 && word.matches(':').count() == 2;
        let before = words.last().map(String::as_str);
        match (before, word.trim_end_matches(';')) {
            (Some("<1" | "N"), "ms" | "s") => {
                words.pop();
                words.push(word.replace("ms", "TIME").replace('s', "TIME"));
            }
            (Some("process"), _) if is_number => words.push("PID".to_owned()),
            _ if is_date => words.push("DATE".to_owned()),
            _ if is_time => words.push("CLOCK".to_owned()),
            _ if is_number && word.contains('.') => words.push("N".to_owned()),
            _ => words.push(word.to_owned()),
        }
    }
    format!("{}{}\n", " ".repeat(indent), words.join(" "))
}
