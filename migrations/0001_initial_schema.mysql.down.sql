-- The table takes its index and its trigger along.
DROP TABLE jobs;
