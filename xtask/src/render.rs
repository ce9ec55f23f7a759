//! `docs/reliability.md` from what the tests noted, cell by cell.

use std::collections::BTreeMap;
use std::fmt::Write;

/// The rows in their order: the name of the records, the heading, and what is done.
const ROWS: &[(&str, &str, &str)] = &[
    (
        "starters",
        "Processes that start at the same moment",
        "2, 16, 64 and 256 processes connect and are let go together, with each of four kinds of script: in a transaction, \
         `CREATE INDEX CONCURRENTLY`, three statements without a transaction, plain `INSERT`s without one.",
    ),
    (
        "starters_sqlx",
        "The same with `sqlx::migrate!`",
        "The same processes, directories and servers. *failed* counts processes that ended with an error. PostgreSQL refuses `CREATE INDEX CONCURRENTLY` in a file of several statements, which it sends as one message: those are failed and never run.",
    ),
    (
        "crash_points",
        "`kill -9` at every boundary of the executor",
        "A process is killed at each boundary, each time that it passes it; then the migrations are run again. In a \
         transaction, statement by statement, with hooks, and on the way back.",
    ),
    (
        "crash_points_sqlx",
        "The same with `sqlx::migrate!`",
        "It has no boundaries to stop at, so its process is killed at each message to and from the server. *failed* counts \
         second runs that ended with an error.",
    ),
    (
        "random_kill",
        "`kill -9` at a random moment",
        "Then the migrations are run again.",
    ),
    (
        "sleeper",
        "A holder that sleeps",
        "SIGSTOP for longer than its claim holds, another takes over, SIGCONT: the sleeper changes nothing more, and fails.",
    ),
    (
        "orphan",
        "A client that is killed while its server works for it",
        "The next starter waits as long as the server works.",
    ),
    (
        "network",
        "A bad connection",
        "Late, cut, reset, and lost in silence, at each message of a run and of its answers.",
    ),
    (
        "server_death",
        "A server that dies",
        "Killed at each message and started again; a node of a cluster, after which another goes on; a standby that takes over; \
         a server that takes no writes any more.",
    ),
    (
        "long_reader",
        "A long reader",
        "A migration that waits for a reader lets the application through between two attempts: its server fails a read that waits \
         for two, and none did.",
    ),
    (
        "disk_full",
        "A full disk",
        "At each boundary; on SQLite at each size of the file.",
    ),
    (
        "tampered",
        "A history that somebody edited",
        "Each kind of damage is an error of its own, and nothing is run.",
    ),
    (
        "dropped",
        "A panic in a hook, a future that is dropped",
        "Dropped at each await, one after the other.",
    ),
];

/// What the cells of a row saw in one setting.
#[derive(Default)]
struct Sum {
    cells: u64,
    seen: [u64; 6],
}

/// The page; what was not run is not on it.
pub(crate) fn render(records: &BTreeMap<String, String>) -> String {
    let mut page = String::from(
        "# Reliability\n\nWritten by `cargo xtask test --reliability` from what its tests saw, and never by hand. The scripts count \
         themselves: each statement leaves something of which there must be one. *in doubt* counts how often a run ended by \
         saying which statement a person must look at; it was answered as the schema does, and the next run went on. After each \
         cell the pool is usable, and no session of ours does anything or holds a lock. No wait was without an end.\n\n\
         What the scripts run that an engine does not roll back makes tables and indexes, of which the catalogue tells \
         afterwards whether they are there. A process that dies in a `CALL` or a `DO` leaves it in doubt, always.\n",
    );
    if let Some(versions) = records.get("versions") {
        let mut versions: Vec<String> = versions
            .lines()
            .map(|line| line.replace('\t', " "))
            .collect();
        versions.sort();
        versions.dedup();
        let _ = writeln!(page, "\nVersions: {}.", versions.join(", "));
    }
    page.push_str("\nMySQL, CockroachDB, YugabyteDB and TiDB: by specification, not tested.\n");
    for (name, heading, what) in ROWS {
        if let Some(lines) = records.get(*name) {
            let _ = write!(page, "\n## {heading}\n\n{what}\n\n");
            table(&mut page, lines, name.ends_with("_sqlx"));
        }
    }
    page
}

fn table(page: &mut String, lines: &str, is_compared: bool) {
    // A cell that was run again counts as it was the last time.
    let mut cells = BTreeMap::new();
    for line in lines.lines() {
        let mut fields = line.split('\t');
        cells.insert((fields.next().unwrap_or_default(), fields.next()), fields);
    }
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    for ((setting, _), numbers) in cells {
        let sum = sums.entry(setting).or_default();
        sum.cells += 1;
        for (total, number) in sum.seen.iter_mut().zip(numbers) {
            *total += number.parse::<u64>().unwrap_or(0);
        }
    }
    page.push_str(if is_compared {
        "| | cells | runs | statements | failed | run more than once | never run |\n|---|---|---|---|---|---|---|\n"
    } else {
        "| | cells | runs | statements, each once | in doubt, then settled |\n|---|---|---|---|---|\n"
    });
    for (setting, Sum { cells, seen }) in sums {
        let [runs, statements, in_doubt, failed, twice, never] = seen;
        let _ = if is_compared {
            writeln!(
                page,
                "| {setting} | {cells} | {runs} | {statements} | {failed} | {twice} | {never} |"
            )
        } else {
            writeln!(
                page,
                "| {setting} | {cells} | {runs} | {statements} | {in_doubt} |"
            )
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_summed_as_they_were_last_and_what_was_not_run_is_not_there() {
        let records = [
            (
                "versions",
                "PostgreSQL\t15.18\nPostgreSQL\t15.18\nSQLite\t3.50\n",
            ),
            (
                "starters",
                "PostgreSQL\t2 × a\t1\t1\t1\t1\t1\t1\nPostgreSQL\t2 × a\t2\t4\t0\t0\t0\t0\nPostgreSQL\t16 × a\t16\t4\t1\t0\t0\t0\n",
            ),
            ("starters_sqlx", "SQLite\t2 × a\t2\t3\t0\t1\t2\t0\n"),
        ];
        let records = records.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let page = render(&BTreeMap::from(records));
        assert!(
            page.contains("Versions: PostgreSQL 15.18, SQLite 3.50.\n"),
            "{page}"
        );
        assert!(
            page.contains("\n| PostgreSQL | 2 | 18 | 8 | 1 |\n"),
            "{page}"
        );
        assert!(
            page.contains("\n| SQLite | 1 | 2 | 3 | 1 | 2 | 0 |\n"),
            "{page}"
        );
        assert!(!page.contains("kill -9"), "{page}");
    }
}
