"""The documents of plan revisions, held in memory: rows of plan_revision never change, and every page and every entry
needs them. Two wards whose documents say the same share them.

What is held is for reading: whoever changed a list or a mapping of it would change it for everybody.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Protocol

    class Revised(Protocol):
        """What holds documents."""

        @property
        def documents(self) -> Mapping[str, Document]: ...


MOST = 16 * 2**20
"""Octets of distinct documents held of one database, five times as much in memory once all of them are read. A plan of
88 tasks has 120 kB: 126 wards of which each has words of its own fit, in 78 MiB; with the same words they take 22."""

T = TypeVar("T")
P = TypeVar("P", bound="Revised")


class Document:
    """One JSON document, and what was read out of it."""

    __slots__ = ("__weakref__", "_read", "octets")

    def __init__(self, octets: bytes) -> None:
        self.octets = octets
        self._read: dict[Callable[[str], Any], Any] = {}

    @property
    def text(self) -> str:
        return self.octets.decode()

    def read(self, reader: Callable[[str], T]) -> T:
        """What `reader` makes of the text; made once, also where threads ask at once and make it twice."""
        if reader not in self._read:
            return self._read.setdefault(reader, reader(self.text))  # type: ignore[no-any-return]
        return self._read[reader]  # type: ignore[no-any-return]

    def changed(self) -> list[str]:
        """What somebody has written into, by the names of its readers: none, and the tests look after each of them."""
        return [reader.__name__ for reader, read in self._read.items() if reader(self.text) != read]


_documents: WeakValueDictionary[bytes, Document] = WeakValueDictionary()
_lock = Lock()


def document(text: str) -> Document:
    """The document of this text: the one that is held, as long as anybody holds it."""
    octets = text.encode()
    with _lock:
        return _documents.setdefault(octets, Document(octets))


def held() -> list[Document]:
    """Every document that somebody holds."""
    with _lock:
        return list(_documents.values())


class Shelf(Generic[P]):
    """What was used last, of each database, by keys that say all that it follows from. Any thread may ask."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        # By the open database itself and not by its address or id(), which another may have afterwards.
        self._of: WeakKeyDictionary[object, OrderedDict[Hashable, P]] = WeakKeyDictionary()
        self._lock = Lock()

    def get(self, database: object, key: Hashable, make: Callable[[], P]) -> P:
        """What is held, else what `make` reads now; it is called without the lock."""
        with self._lock:
            known = self._of.setdefault(database, OrderedDict())
            if key in known:
                known.move_to_end(key)
                return known[key]
        made = make()
        with self._lock:
            found = known.setdefault(key, made)
            known.move_to_end(key)
            while len(known) > 1 and octets(known.values()) > self._most:
                known.popitem(last=False)
        return found


def octets(plans: Iterable[Revised]) -> int:
    """Of all documents in these, each counted once."""
    distinct = {id(each): each for plan in plans for each in plan.documents.values()}
    return sum(len(each.octets) for each in distinct.values())
