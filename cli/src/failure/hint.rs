//! What a library says to do, as a shell has it.

/// What a hint of the library names, and what a shell writes instead.
const WORDS: [(&str, &str); 13] = [
    ("set the policy `modified`", "pass `--modified warn`"),
    ("set the policy `missing`", "pass `--missing warn`"),
    (
        "set the policy `out_of_order`",
        "pass `--out-of-order warn`",
    ),
    ("set the policy `ahead`", "pass `--ahead warn`"),
    (
        "set the policy `foreign_history`",
        "pass `--foreign-history warn`",
    ),
    ("with `wait_timeout`", "with `--wait-timeout`"),
    ("with `lock_patience`", "with `--lock-patience`"),
    (", `Resolution::Ran`", ""),
    (", `Resolution::NotRun`", ""),
    ("`.schema(\"", "`--schema "),
    ("\")`", "`"),
    ("`schema`", "`--schema`"),
    ("`table`", "`--table`"),
];

pub(crate) fn in_shell(hint: &str) -> String {
    WORDS
        .iter()
        .fold(hint.to_owned(), |hint, (library, shell)| {
            hint.replace(library, shell)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_becomes_an_option() {
        for (library, shell) in [
            (
                "restore the file, or set the policy `missing`",
                "restore the file, or pass `--missing warn`",
            ),
            (
                "it ran: `resolve 2 --ran`, `Resolution::Ran`",
                "it ran: `resolve 2 --ran`",
            ),
            (
                "say which is meant: `.schema(\"a\")` goes on with that history, `.schema(\"b\")` begins a new one",
                "say which is meant: `--schema a` goes on with that history, `--schema b` begins a new one",
            ),
            ("leave `schema` out", "leave `--schema` out"),
            ("`revert` takes it back", "`revert` takes it back"),
        ] {
            assert_eq!(in_shell(library), shell);
        }
    }
}
