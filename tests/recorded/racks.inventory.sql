BEGIN TRANSACTION;
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
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-01','rack-01',1,'nvidia-dgx-h100-rack','hall',1,1,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-02','rack-02',1,'nvidia-dgx-h100-rack','hall',1,2,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-03','rack-03',1,'nvidia-dgx-h100-rack','hall',1,3,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-04','rack-04',1,'nvidia-dgx-h100-rack','hall',1,4,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-05','rack-05',1,'nvidia-dgx-h100-rack','hall',1,5,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-06','rack-06',1,'nvidia-dgx-h100-rack','hall',1,6,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-07','rack-07',1,'nvidia-dgx-h100-rack','hall',1,7,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-08','rack-08',1,'nvidia-dgx-h100-rack','hall',1,8,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-09','rack-09',1,'nvidia-dgx-h100-rack','hall',1,9,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-10','rack-10',1,'nvidia-dgx-h100-rack','hall',1,10,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-11','rack-11',1,'nvidia-dgx-h100-rack','hall',2,1,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-12','rack-12',1,'nvidia-dgx-h100-rack','hall',2,2,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-13','rack-13',1,'nvidia-dgx-h100-rack','hall',2,3,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-14','rack-14',1,'nvidia-dgx-h100-rack','hall',2,4,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-15','rack-15',1,'nvidia-dgx-h100-rack','hall',2,5,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-16','rack-16',1,'nvidia-dgx-h100-rack','hall',2,6,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-17','rack-17',1,'nvidia-dgx-h100-rack','hall',2,7,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-18','rack-18',1,'nvidia-dgx-h100-rack','hall',2,8,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-19','rack-19',1,'nvidia-dgx-h100-rack','hall',2,9,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-20','rack-20',1,'nvidia-dgx-h100-rack','hall',2,10,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-21','rack-21',1,'nvidia-dgx-h100-rack','hall',3,1,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-22','rack-22',1,'nvidia-dgx-h100-rack','hall',3,2,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-23','rack-23',1,'nvidia-dgx-h100-rack','hall',3,3,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-24','rack-24',1,'nvidia-dgx-h100-rack','hall',3,4,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-25','rack-25',1,'nvidia-dgx-h100-rack','hall',3,5,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-26','rack-26',1,'nvidia-dgx-h100-rack','hall',3,6,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-27','rack-27',1,'nvidia-dgx-h100-rack','hall',3,7,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-28','rack-28',1,'nvidia-dgx-h100-rack','hall',3,8,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-29','rack-29',1,'nvidia-dgx-h100-rack','hall',3,9,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-30','rack-30',1,'nvidia-dgx-h100-rack','hall',3,10,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-31','rack-31',1,'nvidia-dgx-h100-rack','hall',4,1,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-32','rack-32',1,'nvidia-dgx-h100-rack','hall',4,2,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-33','rack-33',1,'nvidia-dgx-h100-rack','hall',4,3,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-34','rack-34',1,'nvidia-dgx-h100-rack','hall',4,4,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-35','rack-35',1,'nvidia-dgx-h100-rack','hall',4,5,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-36','rack-36',1,'nvidia-dgx-h100-rack','hall',4,6,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-37','rack-37',1,'nvidia-dgx-h100-rack','hall',4,7,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-38','rack-38',1,'nvidia-dgx-h100-rack','hall',4,8,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-39','rack-39',1,'nvidia-dgx-h100-rack','hall',4,9,1,1);
INSERT INTO "cabinets" VALUES('petaplan','dev','rack','rack-40','rack-40',1,'nvidia-dgx-h100-rack','hall',4,10,1,1);
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
INSERT INTO "entries" VALUES('petaplan','dev','busway','busway-a','{"fedBy": ["ups-a"], "hall": "hall", "name": "busway-a", "phase": "first", "ratedCurrentA": 4000, "side": "A", "voltageLlV": 415}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','busway','busway-b','{"fedBy": ["ups-b"], "hall": "hall", "name": "busway-b", "phase": "first", "ratedCurrentA": 4000, "side": "B", "voltageLlV": 415}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','chiller','chiller','{"fedBy": ["ups-a"], "name": "chiller", "phase": "first", "site": "harbour", "spareUnits": 1, "supplyTemperatureC": 18, "unitElectricalKw": 240, "unitRatedKw": 1200, "units": 3}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','cooling-loop','air','{"chillers": ["chiller"], "coolant": "air", "cools": ["ups-a", "ups-b"], "fedBy": ["ups-a", "ups-b"], "hall": "hall", "name": "air", "phase": "first", "returnTemperatureC": 36, "spareUnits": 1, "supplyTemperatureC": 24, "unitElectricalKw": 15, "unitRatedKw": 350, "units": 8}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','feed','feed-a','{"fedBy": ["busway-a"], "name": "feed-a", "phase": "first", "ratedCurrentA": 80, "side": "A", "units": 40, "voltageLlV": 415}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','feed','feed-b','{"fedBy": ["busway-b"], "name": "feed-b", "phase": "first", "ratedCurrentA": 80, "side": "B", "units": 40, "voltageLlV": 415}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','hall','hall','{"entryRunM": 60, "floorAreaM2": 900, "floorLoadKpa": 20, "itPowerLimitKw": 2500, "name": "hall", "phase": "first", "rackPositions": 40, "routeLoadKg": 2000, "site": "harbour"}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','hub','forty','{"description": "Forty racks, each a resource.", "name": "forty"}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','intake','intake-a','{"name": "intake-a", "phase": "first", "side": "A", "site": "harbour", "supply": [{"contractedKva": 5000, "fromDate": "2026-06-01"}], "unitRatedKva": 6000, "voltageLlV": 11000}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','intake','intake-b','{"name": "intake-b", "phase": "first", "side": "B", "site": "harbour", "supply": [{"contractedKva": 5000, "fromDate": "2026-06-01"}], "unitRatedKva": 6000, "voltageLlV": 11000}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','phase','first','{"budget": {"capex": 60000000, "currency": "USD", "prices": [{"currency": "USD", "each": 300000, "model": "nvidia-dgx-h100", "source": "quote for tests", "vintage": "2026-01-01"}]}, "declared": {"racks": 40}, "inService": "2026-12-28", "name": "first", "orders": [{"leadWeeks": 30, "ordered": "2026-01-05", "source": "quote for tests", "what": "transformer"}], "starts": "2026-03-01"}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-01','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-01", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 1, "slot": 1}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-02','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-02", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 1, "slot": 2}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-03','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-03", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 1, "slot": 3}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-04','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-04", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 1, "slot": 4}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-05','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-05", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 1, "slot": 5}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-06','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-06", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 1, "slot": 6}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-07','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-07", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 1, "slot": 7}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-08','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-08", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 1, "slot": 8}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-09','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-09", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 1, "slot": 9}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-10','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-10", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 1, "slot": 10}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-11','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-11", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 2, "slot": 1}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-12','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-12", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 2, "slot": 2}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-13','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-13", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 2, "slot": 3}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-14','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-14", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 2, "slot": 4}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-15','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-15", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 2, "slot": 5}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-16','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-16", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 2, "slot": 6}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-17','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-17", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 2, "slot": 7}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-18','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-18", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 2, "slot": 8}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-19','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-19", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 2, "slot": 9}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-20','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-20", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 2, "slot": 10}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-21','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-21", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 3, "slot": 1}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-22','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-22", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 3, "slot": 2}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-23','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-23", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 3, "slot": 3}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-24','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-24", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 3, "slot": 4}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-25','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-25", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 3, "slot": 5}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-26','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-26", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 3, "slot": 6}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-27','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-27", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 3, "slot": 7}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-28','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-28", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 3, "slot": 8}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-29','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-29", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 3, "slot": 9}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-30','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-30", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 3, "slot": 10}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-31','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-31", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 4, "slot": 1}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-32','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-32", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 4, "slot": 2}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-33','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-33", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 4, "slot": 3}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-34','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-34", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 4, "slot": 4}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-35','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-35", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 4, "slot": 5}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-36','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-36", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 4, "slot": 6}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-37','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-37", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 4, "slot": 7}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-38','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-38", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 4, "slot": 8}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-39','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-39", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 4, "slot": 9}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','rack','rack-40','{"airLoop": "air", "feeds": ["feed-a", "feed-b"], "hall": "hall", "model": "nvidia-dgx-h100-rack", "name": "rack-40", "nodes": [{"count": 4, "model": "nvidia-dgx-h100"}], "phase": "first", "row": 4, "slot": 10}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','site','harbour','{"country": "HK", "jurisdiction": "HK", "name": "harbour", "utility": "CLP Power"}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','storage','battery-a','{"duties": ["peak-shaving"], "fedBy": ["transformer-a"], "name": "battery-a", "phase": "first", "shavedKw": 100, "shavedMinutesPerDay": 60, "side": "A", "unitEnergyKwh": 400, "unitRatedKw": 200}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','storage','battery-b','{"duties": ["peak-shaving"], "fedBy": ["transformer-b"], "name": "battery-b", "phase": "first", "shavedKw": 100, "shavedMinutesPerDay": 60, "side": "B", "unitEnergyKwh": 400, "unitRatedKw": 200}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','target','goal','{"by": "2026-12-31", "name": "goal", "pflops": 100, "precisions": ["bf16"], "words": "the client''s letter"}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','transformer','transformer-a','{"efficiencyFraction": 0.99, "fedBy": ["intake-a"], "name": "transformer-a", "phase": "first", "secondaryVoltageLlV": 415, "side": "A", "unitRatedKva": 5000}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','transformer','transformer-b','{"efficiencyFraction": 0.99, "fedBy": ["intake-b"], "name": "transformer-b", "phase": "first", "secondaryVoltageLlV": 415, "side": "B", "unitRatedKva": 5000}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','ups','ups-a','{"autonomyMinutes": 10, "efficiencyFraction": 0.97, "fedBy": ["transformer-a"], "name": "ups-a", "phase": "first", "side": "A", "unitRatedKva": 1000, "unitRatedKw": 1000, "units": 4}','[]',1,1,1);
INSERT INTO "entries" VALUES('petaplan','dev','ups','ups-b','{"autonomyMinutes": 10, "efficiencyFraction": 0.97, "fedBy": ["transformer-b"], "name": "ups-b", "phase": "first", "side": "B", "unitRatedKva": 1000, "unitRatedKw": 1000, "units": 4}','[]',1,1,1);
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
INSERT INTO "updates" VALUES(1,'petaplan','dev','2026-11-28T11:35:11+00:00','0.1.0','127.0.0.1:38859',1786,1795865707.91);
CREATE INDEX cabinets_by_place ON cabinets (hall, row, slot);
COMMIT;
PRAGMA application_id = 1885697121;
PRAGMA user_version = 1;
