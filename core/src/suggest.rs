//! Near misses: what a misspelt word was probably meant to be.

/// Whether `word` is not `meant`, but within a typing mistake or two of it. Case does not count.
pub(crate) fn is_near_miss(word: &str, meant: &str) -> bool {
    let allowed = if meant.len() > 5 { 2 } else { 1 };
    let distance = strsim::osa_distance(&word.to_lowercase(), &meant.to_lowercase());
    distance > 0 && distance <= allowed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_a_typing_mistake_from_another_word() {
        for (word, meant) in [
            ("postgress", "postgres"),
            ("Postgers", "postgres"),
            ("mysq", "mysql"),
            ("sqllite", "sqlite"),
        ] {
            assert!(is_near_miss(word, meant), "{word} {meant}");
        }
        for (word, meant) in [("mysql", "mysql"), ("MySQL", "mysql"), ("tables", "mysql")] {
            assert!(!is_near_miss(word, meant), "{word} {meant}");
        }
    }
}
