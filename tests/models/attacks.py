"""Raw SQL that would change what was recorded, by what it is after, in a ledger of three entries, seq 2 with a text."""

from __future__ import annotations

ENTRY = (
    "office, plan, seq, task, unit, period, line, kind, happened_on, recorded_at, declared_by, recorded_by, channel,"
    " request_id, data, text_hash, format, prev_hash, hash"
)
VERSION = "SELECT * FROM occurrence_version LIMIT 1"
SECOND = "WHERE seq = 2"

ATTACKS = {
    "an entry's word": f"UPDATE entry SET kind = 'confirmed' {SECOND}",
    "an entry's hash": f"UPDATE entry SET hash = 'x' {SECOND}",
    "an entry's place": "UPDATE entry SET seq = 9 WHERE seq = 3",
    "an entry": f"DELETE FROM entry {SECOND}",
    "all entries": "DELETE FROM entry",
    "an entry over another": f"INSERT INTO entry SELECT * FROM entry {SECOND}",
    "an entry with a gap": (
        f"INSERT INTO entry ({ENTRY}) SELECT office, plan, 9, task, unit, period, line, kind, happened_on, recorded_at,"
        f" declared_by, recorded_by, channel, 'new', data, '', format, hash, 'x' FROM entry WHERE seq = 3"
    ),
    "an entry off the chain": (
        f"INSERT INTO entry ({ENTRY}) SELECT office, plan, 4, task, unit, period, line, kind, happened_on, recorded_at,"
        f" declared_by, recorded_by, channel, 'new', data, '', format, 'off', 'x' FROM entry WHERE seq = 3"
    ),
    "a request made twice": (
        f"INSERT INTO entry ({ENTRY}) SELECT office, plan, 4, task, unit, period, line, kind, happened_on, recorded_at,"
        f" declared_by, recorded_by, channel, request_id, data, '', format, hash, 'x' FROM entry WHERE seq = 3"
    ),
    "a revision's day": "UPDATE plan_revision SET effective_on = '2024-01-01'",
    "a revision's tasks": "UPDATE plan_revision SET tasks = '[]'",
    "a revision": "DELETE FROM plan_revision",
    "a revision over another": "INSERT INTO plan_revision SELECT * FROM plan_revision",
    "a revision that no entry records": (
        "INSERT INTO plan_revision SELECT office, plan, 2, effective_on, recorded_at, 2, file_hash, calendar_hash,"
        " libraries, units, tasks, targets, ladder, calendar, meta FROM plan_revision"
    ),
    "a version's day": "UPDATE occurrence_version SET first_last_day = '2025-12-31'",
    "a version": "DELETE FROM occurrence_version",
    "a version over another": f"INSERT INTO occurrence_version {VERSION}",
    "a text": f"UPDATE entry_text SET text = 'khác' {SECOND}",
    "a text, by its salt": f"UPDATE entry_text SET salt = NULL {SECOND}",
    "a text, erased without a word": f"UPDATE entry_text SET salt = NULL, text = NULL {SECOND}",
    "a text moved": f"UPDATE entry_text SET seq = 3, salt = NULL, text = NULL {SECOND}",
    "a text's row": "DELETE FROM entry_text",
    "a text over another": f"INSERT INTO entry_text SELECT * FROM entry_text {SECOND}",
    "a text of an entry without": (
        "INSERT INTO entry_text (office, plan, seq, text) SELECT office, plan, 3, 'thêm' FROM entry_text"
    ),
    "the head backwards": "UPDATE office SET head_seq = 1",
    "the head forwards": "UPDATE office SET head_seq = 99",
    "the head's hash": "UPDATE office SET head_hash = 'x'",
    "the head's clock": "UPDATE office SET head_recorded_at = '2030-01-01 00:00:00.000000'",
    "the head's clock forgotten": "UPDATE office SET head_recorded_at = NULL",
    "the office's id": "UPDATE office SET id = 'other'",
    "the office": "DELETE FROM office",
    "the office over itself": "INSERT INTO office SELECT * FROM office",
    "an office that has a past": (
        "INSERT INTO office (id, name, time_zone, head_seq, head_hash) VALUES ('b', '', '', 4, '')"
    ),
}
ONLY_SQLITE = {
    "REPLACE an entry": f"REPLACE INTO entry SELECT * FROM entry {SECOND}",
    "REPLACE an entry by its request": (
        f"INSERT OR REPLACE INTO entry ({ENTRY}) SELECT office, plan, 4, task, unit, period, line, kind, happened_on,"
        f" recorded_at, declared_by, recorded_by, channel, 'two', data, '', format, hash, 'x' FROM entry WHERE seq = 3"
    ),
    "REPLACE an entry under another plan": (
        f"INSERT OR REPLACE INTO entry ({ENTRY}) SELECT office, 'other', seq, task, unit, period, line, kind,"
        " happened_on, recorded_at, declared_by, recorded_by, channel, 'new', data, '', format, prev_hash, 'x'"
        f" FROM entry {SECOND}"
    ),
    "UPDATE OR REPLACE": "UPDATE OR REPLACE entry SET seq = 2 WHERE seq = 3",
    "UPDATE OR IGNORE": f"UPDATE OR IGNORE entry SET kind = 'x' {SECOND}",
    "UPSERT": f"INSERT INTO entry SELECT * FROM entry {SECOND} ON CONFLICT DO UPDATE SET kind = 'x'",
    "UPSERT a version": (
        "INSERT INTO occurrence_version SELECT * FROM occurrence_version WHERE true"
        " ON CONFLICT DO UPDATE SET title = 'x'"
    ),
    "REPLACE a revision": "REPLACE INTO plan_revision SELECT * FROM plan_revision",
    "REPLACE a version": f"REPLACE INTO occurrence_version {VERSION}",
    "REPLACE a text": f"REPLACE INTO entry_text SELECT * FROM entry_text {SECOND}",
    "REPLACE the office": (
        "REPLACE INTO office (id, name, time_zone, head_seq, head_hash) VALUES ('phu-la', '', '', 0, '')"
    ),
}
ONLY_POSTGRES = {
    "UPSERT": (
        f"INSERT INTO entry SELECT * FROM entry {SECOND} ON CONFLICT (office, plan, seq) DO UPDATE SET kind = 'x'"
    ),
    "UPSERT a version": (
        "INSERT INTO occurrence_version SELECT * FROM occurrence_version"
        " ON CONFLICT (office, plan, task, unit, period, revision) DO UPDATE SET title = 'x'"
    ),
    "TRUNCATE": "TRUNCATE entry_text, plan_revision, occurrence_version, entry",
    "TRUNCATE CASCADE": "TRUNCATE office CASCADE",
    "DROP": "DROP TABLE entry CASCADE",
    "DROP TRIGGER": "DROP TRIGGER kehoach_entry_update ON entry",
    "DISABLE TRIGGER": "ALTER TABLE entry DISABLE TRIGGER ALL",
    "ALTER": "ALTER TABLE entry ALTER COLUMN kind SET DEFAULT 'x'",
    "replica": "SET session_replication_role = replica",
    "the guard itself": (
        "CREATE OR REPLACE FUNCTION kehoach_entry_update() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end'"
    ),
}
