//! Near misses: what a misspelt word was probably meant to be.

/// Whether `word` is not `meant`, but within a typing mistake or two of it. Case does not count.
pub(crate) fn is_near_miss(word: &str, meant: &str) -> bool {
    let distance = distance(word, meant);
    distance > 0 && distance <= allowed(meant)
}

/// The word among those that are known that another was probably meant to be; the same in another case is nearest.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|meant| (distance(word, meant), meant))
        .filter(|(distance, meant)| *distance <= allowed(meant))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, meant)| meant)
}

fn distance(word: &str, meant: &str) -> usize {
    strsim::osa_distance(&word.to_lowercase(), &meant.to_lowercase())
}

fn allowed(meant: &str) -> usize {
    if meant.len() > 5 { 2 } else { 1 }
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

    #[test]
    fn the_nearest_of_several_words_is_meant() {
        let known = [
            "require_down",
            "recursive",
            "name",
            "lock-renamed",
            "lock-removed",
        ];
        for (word, meant) in [
            ("require-down", Some("require_down")),
            ("Name", Some("name")),
            ("lock-remove", Some("lock-removed")),
            ("schema", None),
        ] {
            assert_eq!(nearest(word, known), meant, "{word}");
        }
    }
}
