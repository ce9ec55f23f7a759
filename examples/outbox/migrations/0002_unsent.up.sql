CREATE INDEX outbox_events_unsent ON outbox_events (id) WHERE sent_at IS NULL;
