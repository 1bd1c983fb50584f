"""What the city's provider says over the network: its metadata, its keys, and the answer to a code.

Everything has a limit of time and size, and only JSON of the right shape comes out. A provider that does not answer is
left alone for a quarter of a minute, so that people who wait for it do not take every thread.
"""

from __future__ import annotations

import json
import logging
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, import_key

from rules.errors import OutsideFailed, RequestRefused
from settings import is_safe_address

if TYPE_CHECKING:
    from settings import OidcSettings

log = logging.getLogger("kehoach.web")

MOST_BYTES = 512 * 1024
_SECONDS, _WHOLE_SECONDS = 5.0, 10.0
"""For each part of an answer, and for all of it."""
KEPT = timedelta(hours=1)
"""How long metadata and keys are taken as they were read."""
LEFT_ALONE = timedelta(seconds=15)
"""After it did not answer."""
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
KEYS_AGAIN = timedelta(seconds=30)
"""Before an unknown key makes us read the keys again."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the discovery document says, as far as it is used (OpenID Connect Discovery 3)."""

    authorization: str
    token: str
    keys: str
    end_session: str | None
    names_itself: bool
    """It says in every answer who it is (RFC 9207)."""
    secret_in_form: bool
    """It takes the client's secret among the fields of a form only."""


def down(reason: object) -> OutsideFailed:
    """The provider cannot be reached or does not answer as one."""
    log.warning("OpenID provider: %s", plain(reason))
    return OutsideFailed("account.oidc_down")


def untrusted(reason: object) -> RequestRefused:
    """What it answered proves nothing."""
    log.warning("OpenID provider's answer refused: %s", plain(reason))
    return RequestRefused("account.oidc_untrusted")


def plain(reason: object) -> str:
    """A reason from outside, fit for one line of a log."""
    return re.sub(r"[^\w .:/-]", "?", str(reason))[:200]


class Source:
    """One provider; shared by all threads. Raises RequestRefused for a file of certificates that cannot be read."""

    def __init__(self, settings: OidcSettings) -> None:
        self._settings = settings
        try:
            trusted = ssl.create_default_context(cafile=settings.authority or None)
        except OSError as error:
            told = {"value": settings.authority, "right": error.strerror or str(error)}
            raise RequestRefused("flow.bad_setting", name="KEHOACH_OIDC_CA", **told) from error
        self._http = httpx.Client(
            timeout=_SECONDS,
            verify=trusted,
            trust_env=settings.issuer.startswith("https:"),  # the office's proxy does not lead to this machine
            headers={"accept": "application/json", "accept-encoding": "identity", "user-agent": "kehoach"},
        )
        self._lock = Lock()
        self._failed_at: datetime | None = None
        self._metadata: tuple[datetime, Metadata] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    def metadata(self, now: datetime) -> Metadata:
        """Read once an hour. Raises OutsideFailed(`account.oidc_down`)."""
        with self._alone():
            if self._metadata is None or not _within(KEPT, self._metadata[0], now):
                self._metadata = now, self._discovered(now)
            return self._metadata[1]

    @property
    def known(self) -> Metadata | None:
        """What was read before; nothing is asked."""
        return self._metadata and self._metadata[1]

    def keys(self, now: datetime, *, unknown: bool = False) -> KeySet:
        """Its public keys, read once an hour, and anew where one turned up that is `unknown`. Raises OutsideFailed."""
        address = self.metadata(now).keys
        with self._alone():
            lasts = KEYS_AGAIN if unknown else KEPT
            if self._keys is None or not _within(lasts, self._keys[0], now):
                status, told = self._json("GET", address, now)
                found = _key_set(told)
                if status != 200 or not found:
                    raise self._failed(f"its keys answered {status}, {len(found.keys)} of use", now)
                self._keys = now, found
            return self._keys[1]

    def exchange(self, body: str, headers: dict[str, str], now: datetime) -> tuple[int, dict[str, Any]]:
        """Post to the token endpoint: the status and what it says. Raises OutsideFailed."""
        status, told = self._json("POST", self.metadata(now).token, now, content=body, headers=headers)
        return status, told if isinstance(told, dict) else {}

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One reads while others wait for it, but not for long."""
        if not self._lock.acquire(timeout=_SECONDS):
            raise down("waited for another request")
        try:
            yield
        finally:
            self._lock.release()

    def _discovered(self, now: datetime) -> Metadata:
        issuer = self._settings.issuer
        status, told = self._json("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration", now)
        if status != 200 or not isinstance(told, dict):
            raise self._failed(f"discovery answered {status}", now)
        if told.get("issuer") != issuer:
            raise self._failed(f"it calls itself {told.get('issuer')}, not {issuer}", now)
        authorization, token, keys = (_address(told, name) for name in _NEEDED)
        if authorization is None or token is None or keys is None:
            raise self._failed("an address of its discovery document is missing or not https", now)
        ways = told.get("token_endpoint_auth_methods_supported")
        return Metadata(
            authorization,
            token,
            keys,
            end_session=_address(told, "end_session_endpoint"),
            names_itself=told.get("authorization_response_iss_parameter_supported") is True,
            secret_in_form=isinstance(ways, list) and "client_secret_basic" not in ways,
        )

    def _json(self, method: str, address: str, now: datetime, **more: Any) -> tuple[int, Any]:
        if self._failed_at is not None and _within(LEFT_ALONE, self._failed_at, now):
            raise down("it did not answer a moment ago")
        started = time.monotonic()
        body = b""
        try:
            with self._http.stream(method, address, **more) as answer:
                for part in answer.iter_raw():
                    body += part
                    if len(body) > MOST_BYTES or time.monotonic() - started > _WHOLE_SECONDS:
                        raise self._failed("its answer is too long", now)
            if answer.status_code >= 500:
                raise self._failed(f"it answered {answer.status_code}", now)
            return answer.status_code, json.loads(body)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._failed(f"{type(error).__name__} {error}", now) from error
        except (ValueError, RecursionError) as error:
            raise self._failed("its answer is no JSON", now) from error

    def _failed(self, reason: str, now: datetime) -> OutsideFailed:
        self._failed_at = now
        return down(reason)


def _address(told: dict[str, Any], name: str) -> str | None:
    """An address that it names and that secrets may be sent to."""
    found = told.get(name)
    return found if isinstance(found, str) and is_safe_address(found, query=True) else None


def _within(time: timedelta, since: datetime, now: datetime) -> bool:
    return timedelta() <= now - since < time


def _key_set(told: Any) -> KeySet:
    """The keys that can sign; those of kinds that we do not know are passed over."""
    listed = told.get("keys") if isinstance(told, dict) else None
    keys = []
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and each.get("kty") in ("RSA", "EC", "OKP") and each.get("use", "sig") == "sig":
            try:
                keys.append(import_key(each))
            except (JoseError, ValueError, TypeError, KeyError) as error:
                log.warning("OpenID provider: a key cannot be read: %s", plain(error))
    return KeySet(keys)
