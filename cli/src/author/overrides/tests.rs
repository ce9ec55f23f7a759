use super::*;

fn moved() -> Moved {
    Moved {
        from: "0002_b.sql".to_owned(),
        to: "0004_b.sql".to_owned(),
    }
}

fn after(text: &str) -> String {
    let (text, renamed) = renamed(text, [moved()]).unwrap();
    assert_eq!(renamed, [moved()]);
    text
}

#[test]
fn an_override_is_renamed_in_every_way_to_write_it_and_nothing_else_is() {
    for (before, expected) in [
        (
            "[overrides.\"0002_b.sql\"]\r\nallow = [] # as \"0002_b.sql\"\r\n",
            "[overrides.\"0004_b.sql\"]\r\nallow = [] # as \"0002_b.sql\"\r\n",
        ),
        (
            "# é\n[ overrides . '0002_b.sql' ]",
            "# é\n[ overrides . '0004_b.sql' ]",
        ),
        (
            "[overrides]\n\"0002_b.sql\" = { allow = [] }\n",
            "[overrides]\n\"0004_b.sql\" = { allow = [] }\n",
        ),
        (
            "overrides = { \"0002_b.sql\" = { allow = [] } }\n",
            "overrides = { \"0004_b.sql\" = { allow = [] } }\n",
        ),
        (
            "[overrides]\n\"0002_b.sql\".allow = []\n'0002_b.sql'.reason = 'x'\n",
            "[overrides]\n\"0004_b.sql\".allow = []\n'0004_b.sql'.reason = 'x'\n",
        ),
        (
            "\u{feff}[overrides.\"0002_b.sql\"]\n[overrides.\"sqlite/0002_b.sql\"]\n",
            "\u{feff}[overrides.\"0004_b.sql\"]\n[overrides.\"sqlite/0002_b.sql\"]\n",
        ),
    ] {
        assert_eq!(after(before), expected);
    }
}

#[test]
fn what_only_looks_like_an_override_stays() {
    for text in [
        "ignore = [\"0002_b.sql\"]\n",
        "# [overrides.\"0002_b.sql\"]\n",
        "[overrides.\"0003_c.sql\"]\nreason = '''\n[overrides.\"0002_b.sql\"]\n'''\n",
        "",
    ] {
        assert_eq!(renamed(text, [moved()]), Ok((text.to_owned(), Vec::new())));
    }
}

#[test]
fn a_name_that_is_written_with_escapes_is_told() {
    let text = "[overrides.\"\\u0030002_b.sql\"]\ntransaction = false\n";
    assert_eq!(renamed(text, [moved()]), Err("0002_b.sql".to_owned()));
}
