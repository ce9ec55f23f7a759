//! The time in UTC.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

pub(crate) fn now() -> DateTime {
    TimeZone::UTC.to_datetime(Timestamp::now())
}

/// The time as the fourteen digits of a version.
pub(crate) fn digits(time: DateTime) -> Option<u64> {
    time.strftime("%Y%m%d%H%M%S").to_string().parse().ok()
}
