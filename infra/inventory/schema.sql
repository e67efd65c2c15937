-- Version 3. A change of the tables, or of the words in them, raises VERSION in file.py.

CREATE TABLE updates (
    id INTEGER PRIMARY KEY,
    project TEXT NOT NULL,
    stack TEXT NOT NULL,
    started_at TEXT NOT NULL,
    program TEXT NOT NULL,
    engine_address TEXT NOT NULL,
    engine_pid INTEGER NOT NULL,
    engine_started REAL NOT NULL,
    token TEXT NOT NULL DEFAULT '',
    confirmed INTEGER NOT NULL DEFAULT 0,
    backend TEXT NOT NULL DEFAULT '',
    ended_at TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE tokens (
    token TEXT PRIMARY KEY,
    owner TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE entries (
    project TEXT NOT NULL,
    stack TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    properties TEXT NOT NULL CHECK (json_valid(properties) AND json_type(properties) = 'object'),
    withheld TEXT NOT NULL CHECK (json_valid(withheld) AND json_type(withheld) = 'array'),
    generation INTEGER NOT NULL,
    placed_in INTEGER NOT NULL REFERENCES updates (id),
    changed_in INTEGER NOT NULL REFERENCES updates (id),
    token TEXT NOT NULL DEFAULT '',
    holders TEXT NOT NULL DEFAULT '{}',
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
