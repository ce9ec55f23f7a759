use proptest::prelude::*;

use super::TokenKind::{Comment, Executable, Name, Semicolon, Space, String as Text, Symbol, Word};
use super::{Lexer, Token, TokenKind, Unterminated};
use crate::dialect::Dialect::{self, MySql, Postgres, Sqlite};

fn tokens(sql: &str, dialect: Dialect) -> Vec<(TokenKind, &str)> {
    let tokens: Result<Vec<Token>, Unterminated> = Lexer::new(sql, dialect).collect();
    let tokens = tokens.unwrap_or_else(|error| panic!("{error:?} in {sql}"));
    let named = tokens
        .iter()
        .map(|token| (token.kind, &sql[token.start..token.end]));
    named.collect()
}

/// All of `sql` is one token.
#[track_caller]
fn assert_token(sql: &str, dialect: Dialect, kind: TokenKind) {
    assert_eq!(tokens(sql, dialect), [(kind, sql)], "{dialect:?}");
}

#[test]
fn words_are_runs_of_letters_digits_dollars_and_non_ascii() {
    for dialect in [Postgres, MySql, Sqlite] {
        for word in [
            "a", "SELECT", "_a1", "a$b$c", "größe", "日本", "0x1f", "E", "u",
        ] {
            assert_token(word, dialect, Word);
        }
    }
    assert_eq!(tokens("$1$", Postgres), [(Word, "$1"), (Symbol, "$")]);
    assert_eq!(tokens("$a", Postgres), [(Symbol, "$"), (Word, "a")]);
}

#[test]
fn string_prefixes_belong_to_the_dialect() {
    for string in [
        "'a''b'",
        "E'\\''",
        "e'\\\\'",
        "U&'\\'",
        "u&'a'",
        "B'1'",
        "x'f'",
        "N'\\'",
        "$$'$$",
        "$_1$ $$ $_1$",
    ] {
        assert_token(string, Postgres, Text);
    }
    for string in ["'a''\\''", "\"a\"\"\\\"\"", "n'\\''", "b'1'", "X'f'"] {
        assert_token(string, MySql, Text);
    }
    for string in ["'\\'", "x'f'", "'a''b'"] {
        assert_token(string, Sqlite, Text);
    }
    assert_eq!(tokens("E'\\'", Sqlite), [(Word, "E"), (Text, "'\\'")]);
    assert_eq!(tokens("aE'\\'", Postgres), [(Word, "aE"), (Text, "'\\'")]);
    assert_eq!(tokens("U& ''", Postgres).len(), 4);
}

#[test]
fn an_escape_string_goes_on_after_a_line_break() {
    assert_token("E'a'\n'\\''", Postgres, Text);
    assert_token("E'a' -- c'\r\n\t'b'\n'\\''", Postgres, Text);
    assert_eq!(tokens("E'a' 'b'", Postgres).len(), 3);
    assert_eq!(tokens("E'a'\n/**/'\\'", Postgres).len(), 4);
    assert_eq!(tokens("'a'\n'\\'", Postgres).len(), 3);
}

#[test]
fn names_are_quoted_as_the_dialect_does() {
    assert_token("\"a\"\";\"", Postgres, Name);
    assert_token("U&\"\\\"", Postgres, Name);
    assert_token("`a``\\`", MySql, Name);
    for name in ["\"a\"\"\"", "`a```", "['\"`[;]"] {
        assert_token(name, Sqlite, Name);
    }
    assert_eq!(tokens("`", Postgres), [(Symbol, "`")]);
    assert_eq!(tokens("[", MySql), [(Symbol, "[")]);
}

#[test]
fn comments_are_those_of_the_dialect() {
    assert_token("-- ; '", Postgres, Comment);
    assert_token("--x", Sqlite, Comment);
    assert_token("/* /* ' */ -- */", Postgres, Comment);
    assert_token("/*/ */", Sqlite, Comment);
    for comment in [
        "# x", "-- x", "--", "--\u{1}x", "/* # */", "/*+ x */", "/* ! */", "/*m! */",
    ] {
        assert_token(comment, MySql, Comment);
    }
    assert_eq!(
        tokens("--x", MySql),
        [(Symbol, "-"), (Symbol, "-"), (Word, "x")]
    );
    assert_eq!(tokens("-- a\r b\nc", Postgres)[0], (Comment, "-- a"));
    assert_eq!(tokens("-- a\r b\nc", MySql)[0], (Comment, "-- a\r b"));
    assert_eq!(
        tokens("*/*;*/", Sqlite),
        [(Symbol, "*"), (Comment, "/*;*/")]
    );
}

#[test]
fn executable_comments_are_read_as_code() {
    for code in [
        "/*!*/",
        "/*!50110 a */",
        "/*M!100100 a */",
        "/*! '*/' */",
        "/*! /* a */ */",
        "/*! -- */\n*/",
        "/*! # */\n*/",
    ] {
        assert_token(code, MySql, Executable);
    }
    assert_eq!(
        tokens("/*! /*! */*", MySql),
        [(Executable, "/*! /*! */"), (Symbol, "*")]
    );
    assert_token("/*! */", Postgres, Comment);
    let deep = "/*!".repeat(100_000) + "*/";
    assert_token(&deep, MySql, Executable);
}

#[test]
fn a_delimiter_takes_the_place_of_the_semicolon() {
    let mut lexer = Lexer::new("a;b$$ '$$'", MySql);
    lexer.set_delimiter("$$");
    let kinds: Vec<_> = lexer.map(|token| token.map(|token| token.kind)).collect();
    assert_eq!(kinds, [Word, Symbol, Word, Semicolon, Space, Text].map(Ok));
}

#[test]
fn seek_goes_on_elsewhere() {
    let mut lexer = Lexer::new("'a b", Sqlite);
    lexer.seek(3);
    assert_eq!(
        lexer.next(),
        Some(Ok(Token {
            kind: Word,
            start: 3,
            end: 4
        }))
    );
    assert_eq!(lexer.next(), None);
}

#[test]
fn nothing_follows_an_error() {
    let mut lexer = Lexer::new("a 'b; c", Sqlite);
    assert_eq!(lexer.by_ref().take_while(Result::is_ok).count(), 2);
    assert_eq!(lexer.next(), None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tokens_are_contiguous(sql in any::<String>(), dialect in prop::sample::select(&[Postgres, MySql, Sqlite][..])) {
        let mut end = 0;
        for token in Lexer::new(&sql, dialect) {
            match token {
                Ok(token) => {
                    prop_assert_eq!(token.start, end);
                    prop_assert!(token.end > end && sql.is_char_boundary(token.end));
                    end = token.end;
                }
                Err(error) => {
                    prop_assert!(error.at >= end && sql.is_char_boundary(error.at));
                    end = sql.len();
                }
            }
        }
        prop_assert_eq!(end, sql.len());
    }
}
