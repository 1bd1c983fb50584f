"""Signing in at the city's provider: the authorization code flow with PKCE, and what its answer proves.

OpenID Connect Core 3.1 with the advice of RFC 9700: the answer must come from the browser that asked (state), be for
what it asked (nonce, code verifier) and from the provider that was asked (RFC 9207, `iss`, signature). Its tokens are
looked at once and kept nowhere; only who signed in, and whether with a second factor, leaves this module.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError

from rules.errors import KehoachError, RequestRefused
from texts import say
from usecases.desk_key import derived
from web.desk import oidc_logout
from web.desk.oidc_source import Source, down, plain, untrusted

if TYPE_CHECKING:
    from settings import OidcSettings
    from web.desk.oidc_logout import SignedOut

BACK = "/vao/oidc/ve"
"""Where the provider sends people back to; registered there as a whole address."""
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Signatures that only the provider can make: no `none`, nothing that our own secret would sign."""

UNREADABLE = (JoseError, ValueError, TypeError, AttributeError, RecursionError)
"""What a token raises that is none: its libraries meet every shape of JSON."""

_LEEWAY_SECONDS = 60
_LONGEST_CODE, _LONGEST_SUBJECT = 4096, 255
_PERSON = frozenset(
    {
        *("access_denied", "login_required", "interaction_required", "consent_required"),
        *("account_selection_required", "unmet_authentication_requirements"),
    }
)
"""Errors that a person or the provider's rules cause (RFC 6749 4.1.2.1, OpenID Connect Core 3.1.2.6)."""
_PASSING = frozenset({"server_error", "temporarily_unavailable"})


@dataclass(frozen=True, slots=True)
class Attempt:
    """What binds one answer to one question of one browser."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def of(cls, key: bytes, secret: str) -> Attempt:
        """From the random word that the browser keeps: each is another 256 bits, and none tells another."""
        return cls(*(_word(key, f"oidc {name}", secret) for name in ("state", "nonce", "verifier")))


def _word(key: bytes, purpose: str, secret: str) -> str:
    return urlsafe_b64encode(derived(key, purpose, secret.encode())).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Said:
    """What a provider's answer proves."""

    subject: str
    second: bool
    """It names a level or a method that the settings take as a second factor."""
    session: str | None = None
    """What the provider calls the session there (`sid`), where it does."""


class Provider:
    """One provider as the settings name it. Nothing is asked of it before somebody wants to sign in."""

    def __init__(self, settings: OidcSettings) -> None:
        self._settings = settings
        self._source = Source(settings)

    @property
    def issuer(self) -> str:
        return self._settings.issuer

    def name(self, lang: str) -> str:
        """What people call it."""
        return self._settings.name or say("account.oidc_name", lang)

    def question(self, attempt: Attempt, *, now: datetime, lang: str, afresh: bool = False) -> str:
        """The address to send a browser to; `afresh`: whoever signed in there before must do it again.

        Raises OutsideFailed(`account.oidc_down`).
        """
        asked = {
            "nonce": attempt.nonce,
            "code_challenge": create_s256_code_challenge(attempt.verifier),
            "code_challenge_method": "S256",
            "ui_locales": lang,
            "acr_values": " ".join(self._settings.acr) or None,
            "prompt": "login" if afresh else None,
        }
        address: str = prepare_grant_uri(
            self._source.metadata(now).authorization,
            client_id=self._settings.client_id,
            response_type="code",
            redirect_uri=self._settings.base + BACK,
            scope="openid",
            state=attempt.state,
            **asked,
        )
        return address

    def answer(self, told: Mapping[str, str], attempt: Attempt, *, now: datetime) -> Said:
        """What the query proves with which the provider sent a browser back; its state was compared before.

        Raises RequestRefused: `account.oidc_denied`, `.oidc_stale`, `.oidc_untrusted`; OutsideFailed:
        `account.oidc_down`.
        """
        names_itself = self._source.metadata(now).names_itself
        if told.get("iss", None if names_itself else self.issuer) != self.issuer:
            raise untrusted(f"it comes from {told.get('iss')}")  # another provider's answer, mixed in (RFC 9207)
        if "error" in told:
            raise _refused(told["error"])
        code = told.get("code", "")
        if not 0 < len(code) <= _LONGEST_CODE:
            raise untrusted("there is no code in it")
        tokens = self._tokens(code, attempt, now)
        return self._proven(tokens, attempt, now)

    def sign_out_address(self) -> str | None:
        """Where a browser signs out there, too (RP-Initiated Logout 1.0); None where it offers none or is not known."""
        known = self._source.known
        if known is None or known.end_session is None:
            return None
        asked = {"client_id": self._settings.client_id, "post_logout_redirect_uri": f"{self._settings.base}/vao"}
        return f"{known.end_session}{'&' if '?' in known.end_session else '?'}{urlencode(asked)}"

    def signed_out(self, token: str, *, now: datetime) -> SignedOut:
        """What a logout token proves that the provider sent by itself.

        Raises RequestRefused(`account.oidc_untrusted`), OutsideFailed(`account.oidc_down`).
        """
        try:
            decoded = self._decoded(token, now)
            id = self._settings.client_id
            return oidc_logout.proven(decoded.header, decoded.claims, issuer=self.issuer, client_id=id, now=now)
        except UNREADABLE as error:
            raise untrusted(f"{type(error).__name__} {error}") from error

    def _tokens(self, code: str, attempt: Attempt, now: datetime) -> dict[str, Any]:
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._settings.base + BACK,
            "code_verifier": attempt.verifier,
        }
        headers = {"content-type": "application/x-www-form-urlencoded"}
        _, headers, body = self._client(now).prepare("POST", "", headers, urlencode(fields))
        status, told = self._source.exchange(body, headers, now)
        if status == 400 and told.get("error") == "invalid_grant":  # used before, too old, or another browser's
            raise RequestRefused("account.oidc_stale")
        if status != 200:
            raise untrusted(f"token endpoint answered {status} {told.get('error')}")
        return told

    def _client(self, now: datetime) -> Any:
        id, secret = self._settings.client_id, self._settings.client_secret
        if not secret:
            return ClientAuth(id, "", "none")
        if self._source.metadata(now).secret_in_form:
            return ClientAuth(id, secret, "client_secret_post")
        return ClientAuth(quote(id, safe=""), quote(secret, safe=""), "client_secret_basic")  # RFC 6749 2.3.1

    def _proven(self, tokens: dict[str, Any], attempt: Attempt, now: datetime) -> Said:
        token, access = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(token, str):
            raise untrusted("there is no id_token")
        try:
            decoded = self._decoded(token, now)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                options={
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self._settings.client_id},
                },
                params={
                    "nonce": attempt.nonce,
                    "client_id": self._settings.client_id,
                    "access_token": access if isinstance(access, str) else None,
                },
            )
            claims.validate(now=int(now.timestamp()), leeway=_LEEWAY_SECONDS)
        except UNREADABLE as error:
            raise untrusted(f"{type(error).__name__} {error}") from error
        return self._said(claims)

    def _decoded(self, token: str, now: datetime) -> jwt.Token:
        """The token with its signature checked; keys are read again where it names one that is unknown."""
        try:
            return jwt.decode(token, self._source.keys(now), algorithms=ALGORITHMS)
        except InvalidKeyIdError:
            return jwt.decode(token, self._source.keys(now, unknown=True), algorithms=ALGORITHMS)

    def _said(self, claims: Mapping[str, Any]) -> Said:
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
            raise untrusted("its subject is none")
        methods = claims.get("amr")
        by_method = isinstance(methods, list) and any(each in methods for each in self._settings.amr)
        session = claims.get("sid")
        known = session if isinstance(session, str) and 0 < len(session) <= _LONGEST_SUBJECT else None
        return Said(subject, by_method or claims.get("acr") in self._settings.acr, known)


def _refused(error: str) -> KehoachError:
    if error in _PERSON:
        return RequestRefused("account.oidc_denied")
    return down(f"error {plain(error)}") if error in _PASSING else untrusted(f"error {plain(error)}")
