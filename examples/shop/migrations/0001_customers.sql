CREATE TABLE customers (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL
);

INSERT INTO customers (email) VALUES ('Ann@Example.org'), ('bob@example.org');
