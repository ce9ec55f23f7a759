//! The stable names of mistakes.

use std::fmt;

use super::Severity;
use crate::suggest::nearest;

macro_rules! codes {
    ($($variant:ident $name:literal $severity:ident $summary:literal)*) => {
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

            const fn standing(self) -> Standing {
                match self {
                    $(Self::$variant => Standing::$severity,)*
                }
            }
        }
    };
}

/// What is done about a mistake unless `migrations.toml` says otherwise.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It is refused, whatever anybody says: nothing could be embedded.
    Fixed,
    /// It is refused unless it is allowed.
    Deny,
    /// It is told and builds.
    Warn,
}

codes! {
    UnreadableDirectory "unreadable-directory" Fixed "The directory of the migrations does not exist or cannot be listed."
    BadConfig "bad-config" Fixed "`migrations.toml` or a `metadata.toml` says something that cannot be understood."
    UnreadableFile "unreadable-file" Fixed "A migration cannot be read."
    SymlinkLoop "symlink-loop" Fixed "A symbolic link leads back to a directory that contains it."
    NoMigrations "no-migrations" Fixed "The directory holds no migration."
    CaseCollision "case-collision" Fixed "Two file names differ only in case: on Windows and macOS they are one file."
    BadName "bad-name" Fixed "The name of a `.sql` file fits no layout."
    MisspeltDialect "misspelt-dialect" Fixed "A word in a file name is nearly the name of a dialect."
    VersionTooLarge "version-too-large" Fixed "A version does not fit into six parts of 64 bits."
    ImplausibleVersion "implausible-version" Warn "A version looks like a time that does not exist, or that is far in the future."
    MixedLayouts "mixed-layouts" Fixed "Two layouts that do not mix are used in one directory."
    NotUtf8 "not-utf8" Fixed "A migration is not UTF-8."
    Utf16 "utf-16" Fixed "A migration is UTF-16."
    NulByte "nul-byte" Fixed "A migration contains a NUL byte."
    LineEnds "line-ends" Fixed "The lines of a migration end with carriage returns alone."
    EmptyFile "empty-file" Deny "A migration is empty. A file with only a comment is a deliberate no-op."
    SectionMarker "section-marker" Fixed "A marker of a section for up or down cannot be understood."
    SectionOrder "section-order" Fixed "The sections of a file are not one for up and perhaps one for down, in this order."
    SqlBeforeSection "sql-before-section" Fixed "A statement stands before the first section of its file."
    DuplicateVersion "duplicate-version" Fixed "Two migrations have the same version."
    DuplicateScript "duplicate-script" Fixed "One migration has the same script twice for one dialect."
    MissingUp "missing-up" Fixed "A migration has a down script and no up script."
    MissingDown "missing-down" Deny "A migration has no down script although `require_down` is set."
    MissingDialect "missing-dialect" Deny "A migration has no script for a dialect that others have one for."
    OtherNameOfDown "other-name-of-down" Warn "A down script is called otherwise than the up script of its version."
    Unterminated "unterminated" Fixed "A string, an identifier, a comment or a body is opened and never closed."
    MisplacedDirective "misplaced-directive" Deny "`-- no-transaction` is misspelt or stands after the first statement."
    CallbackWithoutTransaction "callback-without-transaction" Fixed "A callback says that it runs without a transaction."
    TransactionControl "transaction-control" Fixed "A script that runs in a transaction begins or ends one itself."
    NotInTransaction "not-in-transaction" Deny "A statement cannot run in a transaction and the script has no `-- no-transaction`."
    SaferInTransaction "safer-in-transaction" Warn "A statement of a script with `-- no-transaction` could run in a transaction."
    DdlWithData "ddl-with-data" Warn "A script for MySQL changes the schema and rows: a failure in the middle cannot be rolled back."
    NewEnumValue "new-enum-value" Deny "PostgreSQL refuses a new value of an enum in the transaction that adds it."
    ClientCommand "client-command" Deny "A line is a command of a client program, not SQL."
    CopyFromStdin "copy-from-stdin" Fixed "`COPY … FROM STDIN` reads data that a migration cannot send."
    CopyToStdout "copy-to-stdout" Deny "`COPY … TO STDOUT` sends data that nobody reads."
    SessionSetting "session-setting" Warn "A setting of the session is changed and not put back; that is done for the script."
    EmptySearchPath "empty-search-path" Deny "The script empties PostgreSQL's `search_path`, as the output of `pg_dump` does."
    HistoryTable "history-table" Deny "A script touches the history table of this or of another tool."
    LongName "long-name" Deny "A name is longer than the engine keeps."
    DownIsUp "down-is-up" Deny "A down script does what its up script does."
    DownDropsNothing "down-drops-nothing" Warn "An up script creates something, and its down script drops nothing."
    UndoesItself "undoes-itself" Deny "An up script creates a table and drops it again."
    LockMissing "lock-missing" Deny "`migrations.lock` is required and does not exist."
    LockFormat "lock-format" Fixed "`migrations.lock` cannot be read."
    LockDigest "lock-digest" Deny "The digest of `migrations.lock` does not fit its lines."
    LockEdited "lock-edited" Deny "A locked migration was edited."
    LockRemoved "lock-removed" Deny "A locked migration is gone."
    LockRenamed "lock-renamed" Deny "A locked migration was renamed."
    LockOvertaken "lock-overtaken" Deny "A new migration has a version below one that is locked."
    NotLocked "not-locked" Deny "A migration is not in `migrations.lock`."
}

impl Code {
    /// The code with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }

    /// The code that a misspelt name was probably meant to be.
    pub fn nearest(name: &str) -> Option<Self> {
        let names = Self::ALL.iter().map(|code| code.name());
        nearest(name, names).and_then(Self::from_name)
    }

    /// What is done about it unless `migrations.toml` says otherwise.
    pub const fn severity(self) -> Severity {
        match self.standing() {
            Standing::Fixed | Standing::Deny => Severity::Deny,
            Standing::Warn => Severity::Warn,
        }
    }

    /// Whether `migrations.toml` may say otherwise: not where nothing could be embedded.
    pub const fn is_adjustable(self) -> bool {
        !matches!(self.standing(), Standing::Fixed)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
