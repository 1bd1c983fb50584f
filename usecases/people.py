"""What a recipient is called: a person by name, else the role in words («head:ldtbxh» is the head of that unit)."""

from __future__ import annotations

from texts import area, say
from usecases.plans import InForce


def name_of(in_force: InForce, recipient: str, lang: str = "vi") -> str:
    """The name of a person, of a role's address or of a bare role, as a letter would write it; the id of a person whom
    the plan names no more."""
    if recipient in in_force.names:
        return in_force.names[recipient]
    role, _, unit = recipient.partition(":")
    if role == "unit":
        return in_force.unit_name(unit)
    if f"name.{role}" not in area("notice", lang):
        return recipient
    return say(f"notice.name.{role}", lang, unit=in_force.unit_name(unit, short=True) if unit else "")
