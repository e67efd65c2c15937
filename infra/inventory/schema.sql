-- Version 2. A change of the tables, or of the words in them, raises VERSION in file.py.

CREATE TABLE updates (
    id INTEGER PRIMARY KEY,
    project TEXT NOT NULL,
    stack TEXT NOT NULL,
    started_at TEXT NOT NULL,
    program TEXT NOT NULL,
    engine_address TEXT NOT NULL,
    engine_pid INTEGER NOT NULL,
    engine_started REAL NOT NULL
) STRICT;

CREATE TABLE entries (
    project TEXT NOT NULL,
    stack TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    properties TEXT NOT NULL CHECK (json_valid(properties)),
    withheld TEXT NOT NULL CHECK (json_valid(withheld)),
    generation INTEGER NOT NULL,
    placed_in INTEGER NOT NULL REFERENCES updates (id),
    changed_in INTEGER NOT NULL REFERENCES updates (id),
    PRIMARY KEY (project, stack, kind, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE cabinets (
    project TEXT NOT NULL,
    stack TEXT NOT NULL,
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    run TEXT NOT NULL,
    number INTEGER NOT NULL,
    model TEXT NOT NULL,
    hall TEXT,
    row INTEGER,
    slot INTEGER,
    placed_in INTEGER NOT NULL REFERENCES updates (id),
    changed_in INTEGER NOT NULL REFERENCES updates (id),
    PRIMARY KEY (project, stack, kind, owner, run, number),
    FOREIGN KEY (project, stack, kind, owner) REFERENCES entries (project, stack, kind, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX cabinets_by_place ON cabinets (hall, row, slot);
