"""Zalo, through the office's Official Account: one text to one follower (OA API v3.0, «tin tư vấn»).

No library on the registry is kept (docs/decisions/0050): the interface is one POST. The access token is the office's;
it lapses after about a day and is renewed outside, so a refused token is a failure of the channel, not of the person.
"""

from __future__ import annotations

import json
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from outputs.channels.base import AddressRefused, ChannelFailed
from outputs.notices import Message

ADDRESS = "https://openapi.zalo.me/v3.0/oa/message/cs"
LONGEST = 2000
"""Characters that a text may have."""

_GONE = frozenset((-213, -217, -227))
"""The user does not follow the account, has blocked it, or was closed: not to be written to any more."""
_NOT_NOW = frozenset((-230, -232))
"""The user has not spoken to the account lately: Zalo takes nothing for them now, another way may."""


class Zalo:
    """Sends as one Official Account. `address` of a message is the user's id at that account."""

    name = "zalo"

    def __init__(self, token: str, *, url: str = ADDRESS, timeout: float = 20.0) -> None:
        self._token = token
        self._url = url
        self._timeout = timeout

    def send(self, message: Message) -> None:
        text = shortened(message.chat, LONGEST)
        body = json.dumps({"recipient": {"user_id": message.address}, "message": {"text": text}}).encode()
        headers = {"Content-Type": "application/json", "access_token": self._token}
        answer = self._post(Request(self._url, body, headers, method="POST"))  # noqa: S310 (the address is a setting)
        code = answer.get("error")
        if code == 0:
            return
        reason = f"{code} {answer.get('message', '')}".strip()
        if code in _GONE or code in _NOT_NOW:
            raise AddressRefused(self.name, reason, for_good=code in _GONE)
        raise ChannelFailed(self.name, reason)

    def _post(self, request: Request) -> dict[str, Any]:
        try:
            with urlopen(request, timeout=self._timeout) as response:  # noqa: S310
                answer = json.loads(response.read())
        except HTTPError as error:
            with error:
                raise ChannelFailed(self.name, f"HTTP {error.code}") from error
        except URLError as error:  # no connection: nothing was taken
            raise ChannelFailed(self.name, error.reason) from error
        except (OSError, HTTPException, ValueError) as error:  # the answer was lost or is none
            raise ChannelFailed(self.name, error, unknown=True) from error
        return answer if isinstance(answer, dict) else {}


def shortened(text: str, longest: int) -> str:
    """`text` in at most `longest` characters, cut at the end of a line."""
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    return kept[: max(kept.rfind("\n"), 0)].rstrip() + "\n…" if "\n" in kept else kept + "…"
