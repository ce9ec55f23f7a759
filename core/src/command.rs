//! What a hint tells people to run.

/// A command of `cargo migrations` about the directory that messages call `shown`.
///
/// `migrations` is found from the directory of the crate without being told.
pub(crate) fn command(shown: &str, verb: &str, argument: &str) -> String {
    let directory = match shown {
        "migrations" => String::new(),
        _ => format!(" --dir {shown}"),
    };
    let argument = if argument.is_empty() {
        String::new()
    } else {
        format!(" {argument}")
    };
    format!("`cargo migrations {verb}{directory}{argument}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_of_another_name_is_told() {
        assert_eq!(command("migrations", "lock", ""), "`cargo migrations lock`");
        assert_eq!(
            command("db/sql", "renumber", "db/sql/1_a.sql"),
            "`cargo migrations renumber --dir db/sql db/sql/1_a.sql`"
        );
    }
}
