-- The table takes its index and trigger along; the trigger's function outlives it.
DROP TABLE jobs;
DROP FUNCTION jobs_set_updated_at();
