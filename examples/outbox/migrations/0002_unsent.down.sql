DROP INDEX outbox_events_unsent;
