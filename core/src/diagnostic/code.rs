//! The stable names of mistakes.

use std::fmt;

macro_rules! codes {
    ($($variant:ident $name:literal $summary:literal)*) => {
        /// The stable name of a kind of mistake.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $summary] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the pipeline.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name that is shown: lower case, joined by dashes.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The mistake in one sentence.
            pub const fn summary(self) -> &'static str {
                match self {
                    $(Self::$variant => $summary,)*
                }
            }
        }
    };
}

codes! {
    UnreadableDirectory "unreadable-directory" "The directory of the migrations does not exist or cannot be listed."
    UnreadableFile "unreadable-file" "A migration cannot be read."
    SymlinkLoop "symlink-loop" "A symbolic link leads back to a directory that contains it."
    NoMigrations "no-migrations" "The directory holds no migration."
    CaseCollision "case-collision" "Two file names differ only in case: on Windows and macOS they are one file."
    BadName "bad-name" "The name of a `.sql` file fits no layout."
    MisspeltDialect "misspelt-dialect" "A word in a file name is nearly the name of a dialect."
    VersionTooLarge "version-too-large" "A version does not fit into six parts of 64 bits."
    MixedLayouts "mixed-layouts" "Two layouts that do not mix are used in one directory."
    NotUtf8 "not-utf8" "A migration is not UTF-8."
    Utf16 "utf-16" "A migration is UTF-16."
    NulByte "nul-byte" "A migration contains a NUL byte."
    EmptyFile "empty-file" "A migration is empty. A file with only a comment is a deliberate no-op."
    DuplicateVersion "duplicate-version" "Two migrations have the same version."
    DuplicateScript "duplicate-script" "One migration has the same script twice for one dialect."
    MissingUp "missing-up" "A migration has a down script and no up script."
    MissingDown "missing-down" "A migration has no down script although `require_down` is set."
    MissingDialect "missing-dialect" "A migration has no script for a dialect that others have one for."
    Unterminated "unterminated" "A string, an identifier, a comment or a body is opened and never closed."
    MisplacedDirective "misplaced-directive" "`-- no-transaction` is misspelt or stands after the first statement."
    SectionMarker "section-marker" "A file has sections for up and down, which would run one after the other."
    TransactionControl "transaction-control" "A script that runs in a transaction begins or ends one itself."
    NotInTransaction "not-in-transaction" "A statement cannot run in a transaction and the script has no `-- no-transaction`."
    ClientCommand "client-command" "A line is a command of a client program, not SQL."
    CopyFromStdin "copy-from-stdin" "`COPY … FROM STDIN` reads data that a migration cannot send."
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
