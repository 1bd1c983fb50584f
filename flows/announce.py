"""Overdue events to Prefect, and the proof that they arrived: only what the API gives back counts as sent.

Prefect's own sender drops what it has not flushed when a short run ends, and confirms nothing (design section 4). So we
send under the fixed ids of the outbox and read them back; what does not come back in time waits for the next night.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.events import emit_event
from prefect.events.filters import EventFilter, EventIDFilter, EventOccurredFilter

from outputs.notices import EVENT, OverdueEvent

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

PAGE = 50
"""The most events that the API gives at once (its INTERACTIVE_PAGE_SIZE)."""

PATIENCE = 30.0
"""Seconds without a single arrival after which the rest is left for the next run."""


EVER = EventOccurredFilter(since=datetime(2000, 1, 1, tzinfo=UTC), until=datetime(2200, 1, 1, tzinfo=UTC))
"""The filter's default is 180 days up to this very moment: neither end may hide one of ours."""


def emit(events: list[OverdueEvent], patience: float = PATIENCE) -> list[UUID]:
    """Send each event that the API does not hold yet; returns the ids that it now holds."""
    with get_client(sync_client=True) as client:
        arrived = _stored(client, [each.id for each in events])
        waiting = {each.id for each in events if each.id not in arrived and _send(each)}
        until = time.monotonic() + patience
        while waiting and time.monotonic() < until:
            if new := _stored(client, list(waiting)):
                arrived |= new
                waiting -= new
                until = time.monotonic() + patience
            else:
                time.sleep(0.05)
    return [each.id for each in events if each.id in arrived]


def _send(event: OverdueEvent) -> bool:
    names = dict(zip(event.key._fields, event.key, strict=True))
    sent = emit_event(
        EVENT,
        resource={"prefect.resource.id": event.resource_id, "prefect.resource.name": event.key.short},
        payload=names
        | {
            "title": event.title,
            "held_by": event.held_by,
            "last_day": event.last_day.isoformat(),
            "version": event.version,
        },
        id=event.id,
    )
    return sent is not None


def _stored(client: SyncPrefectClient, ids: list[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    for start in range(0, len(ids), PAGE):
        of_these = EventFilter(id=EventIDFilter(id=ids[start : start + PAGE]), occurred=EVER)
        answer = client.read_events(of_these, limit=PAGE)
        found |= {each.id for each in answer.events}
    return found
