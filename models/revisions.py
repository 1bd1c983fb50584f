"""What a revision of the plan said is under the chain, too: its entry holds a digest of its rows.

A past day is replayed from `plan_revision` and `occurrence_version`; whoever changed a last day there, and in the row
of `occurrence`, would otherwise have changed who was late without a trace.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, select
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

import models.tables as _tables  # noqa: F401  (the metadata below)
from models.canonical import canonical
from models.rows import terms_columns, to_terms
from rules.values import Terms

if TYPE_CHECKING:
    from sqlmodel import Session

_REVISION: Table = SQLModel.metadata.tables["plan_revision"]
_VERSION: Table = SQLModel.metadata.tables["occurrence_version"]

DOCUMENTS = ("units", "tasks", "targets", "ladder", "calendar", "meta")
_STATED = ("revision", "file_hash", "calendar_hash")
"""What the entry's data repeats of the row."""


def revision_digest(documents: Mapping[str, str], said: Iterable[tuple[Terms, bool]]) -> str:
    """SHA-256 of a revision: its documents, and each occurrence's terms with whether they are withdrawn.

    Opened events are left out: they join a revision later, and their own entry holds their terms.
    """
    terms = sorted(_said(each, withdrawn) for each, withdrawn in said if each.kind != "on-event")
    body = {"documents": {name: documents[name] for name in DOCUMENTS}, "said": terms}
    return sha256(canonical(body).encode()).hexdigest()


def _said(terms: Terms, withdrawn: bool) -> list[str]:
    columns = terms_columns(terms, withdrawn=withdrawn)
    dated = {name: each.isoformat() if hasattr(each, "isoformat") else each for name, each in columns.items()}
    return [terms.key.short, canonical(dated)]


def stands(session: Session, entry: Mapping[str, Any]) -> bool:
    """Whether the revision that a `plan_revised` entry records, given as its columns, is still what was written."""
    try:
        return _stands(session, entry, json.loads(entry["data"]))
    except (ValueError, KeyError, TypeError):  # a day that is none, data that is no JSON
        return False
    except OperationalError as error:
        if "decode" not in str(error.orig):  # SQLite's driver, of letters that are none
            raise
        return False


def unrecorded(session: Session, office: str, recorded: Iterable[Mapping[str, Any]]) -> list[int]:
    """The seqs that revisions name without being recorded there by one of the `plan_revised` entries given."""
    known = {(entry["plan"], entry["seq"]) for entry in recorded}
    named = session.execute(select(_REVISION.c.plan, _REVISION.c.seq).where(_REVISION.c.office == office))
    return sorted(row.seq for row in named if (row.plan, row.seq) not in known)


def _stands(session: Session, entry: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    rows = session.execute(
        select(_REVISION).where(*(_REVISION.c[name] == entry[name] for name in ("office", "plan", "seq")))
    ).all()
    if len(rows) != 1:
        return False
    row = rows[0]
    if (row.effective_on, row.recorded_at) != (entry["happened_on"], entry["recorded_at"]):
        return False
    if any(data[name] != getattr(row, name) for name in _STATED if name in data):
        return False
    if "digest" not in data:
        return True
    of_revision = (_VERSION.c.office == row.office, _VERSION.c.plan == row.plan, _VERSION.c.revision == row.revision)
    versions = session.execute(select(_VERSION).where(*of_revision))
    documents = {name: getattr(row, name) for name in DOCUMENTS}
    return bool(data["digest"] == revision_digest(documents, ((to_terms(each), each.withdrawn) for each in versions)))
