//! A bar over the migrations, and below it what is under way, with its time.

use std::sync::Mutex;
use std::time::Duration;

use embed_migrations::Progress;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::{Name, lines};

const TICK: Duration = Duration::from_millis(100);

/// A bar over the migrations, and below it what is under way, with its time.
#[derive(Debug)]
pub(crate) struct Bars {
    all: MultiProgress,
    migrations: ProgressBar,
    under_way: ProgressBar,
    /// What is under way, without what the server says of it.
    doing: Mutex<String>,
}

impl Default for Bars {
    fn default() -> Self {
        let all = MultiProgress::new();
        let style = |template| {
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
        };
        let migrations =
            ProgressBar::new(0).with_style(style("{bar:30} {pos}/{len}").progress_chars("=> "));
        let under_way =
            ProgressBar::new_spinner().with_style(style("{spinner} {elapsed} {wide_msg}"));
        Self {
            migrations: all.add(migrations),
            under_way: all.add(under_way),
            all,
            doing: Mutex::default(),
        }
    }
}

impl Bars {
    pub(super) fn tell(&self, progress: &Progress, name: Name) {
        match progress {
            Progress::Started { pending } => {
                self.migrations.set_position(0);
                self.migrations.set_length(*pending as u64);
                self.under_way.enable_steady_tick(TICK);
            }
            Progress::Migration { set, migration, .. } => self.begin(name(set, *migration)),
            Progress::Statement {
                path,
                line,
                number,
                of,
                ..
            } => self.begin(format!("{path}:{line}, statement {number} of {of}")),
            Progress::Batch {
                set,
                migration,
                done,
            } => self.say(format!("{}: {}", name(set, *migration), count(*done))),
            Progress::Waiting { set, migration, .. } => {
                self.say(lines::elsewhere(&name(set, *migration)));
            }
            Progress::Blocked {
                set, migration, by, ..
            } => {
                self.say(lines::in_the_way(&name(set, *migration), by));
            }
            Progress::Finished { .. } => self.migrations.inc(1),
            _ => {}
        }
    }

    /// What the server says of what is under way.
    #[cfg(feature = "postgres")]
    pub(super) fn add(&self, of_server: &str) {
        if let Ok(doing) = self.doing.lock() {
            self.under_way.set_message(format!("{doing}: {of_server}"));
        }
    }

    pub(super) fn clear(&self) {
        self.under_way.finish_and_clear();
        self.migrations.finish_and_clear();
        // A terminal that is gone shows nothing anyway.
        let _ = self.all.clear();
    }

    fn begin(&self, doing: String) {
        self.under_way.reset_elapsed();
        self.say(doing);
    }

    fn say(&self, doing: String) {
        self.under_way.set_message(doing.clone());
        if let Ok(mut known) = self.doing.lock() {
            *known = doing;
        }
    }
}

fn count(batches: usize) -> String {
    match batches {
        1 => "1 batch".to_owned(),
        many => format!("{many} batches"),
    }
}
