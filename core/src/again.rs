//! Whether a statement about the session comes to the same whenever it is run: what it says is all in its own words.

use crate::check::pattern::rest;
use crate::check::sentence::Word;
use crate::lex::TokenKind;

/// What gives the same whenever it is called with the same.
const CONSTANT: [&str; 3] = ["CONCAT", "REPLACE", "TRIM"];
/// What sets something when it is called.
const CALLED: &str = "SET_CONFIG|PG_ADVISORY_LOCK|PG_ADVISORY_LOCK_SHARED|GET_LOCK";

/// Whether no function is called, no table is read and no variable of the user is asked.
pub(crate) fn says_it_all(words: &[Word<'_>]) -> bool {
    if let Some(arguments) = called(words) {
        let is_argument =
            |word: &Word<'_>| is_literal(word) || matches!(word.text, "," | ")" | "-");
        return arguments.iter().all(is_argument);
    }
    let asks = |pair: &[Word<'_>]| {
        pair[1].text == "("
            && pair[0].kind == TokenKind::Word
            && !CONSTANT
                .iter()
                .any(|name| pair[0].text.eq_ignore_ascii_case(name))
    };
    !words
        .iter()
        .any(|word| word.text.eq_ignore_ascii_case("SELECT"))
        && !words.windows(2).any(asks)
        && (!has_variable(words) || sets_literal(words))
}

/// The arguments of a function that sets something in the session, where that is all that the statement calls.
pub(crate) fn called<'a, 'b>(words: &'a [Word<'b>]) -> Option<&'a [Word<'b>]> {
    let name = rest(words, "SELECT PG_CATALOG .").or_else(|| rest(words, "SELECT"))?;
    rest(name, &format!("{CALLED} ("))
}

/// Whether a variable of the user is named, as MySQL does: `@a`, not `@@a`.
pub(crate) fn has_variable(words: &[Word<'_>]) -> bool {
    let is_at = |at: usize| words.get(at).is_some_and(|word| word.text == "@");
    let is_alone = |at: usize| is_at(at) && !is_at(at + 1) && (at == 0 || !is_at(at - 1));
    (0..words.len()).any(is_alone)
}

/// `SET @a = 5`.
fn sets_literal(words: &[Word<'_>]) -> bool {
    let assigned = rest(words, "SET @ _ =").or_else(|| rest(words, "SET @ _ : ="));
    assigned.is_some_and(|assigned| matches!(assigned, [word] if is_literal(word)))
}

fn is_literal(word: &Word<'_>) -> bool {
    word.kind == TokenKind::String
        || word.text.starts_with(|first: char| first.is_ascii_digit())
        || matches!(&*word.text.to_ascii_uppercase(), "NULL" | "TRUE" | "FALSE")
}
