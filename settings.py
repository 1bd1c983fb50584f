"""Typed settings from the environment. Read by cli, flows and web only, and passed inwards as values."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from rules.errors import RequestRefused

THIS_MACHINE = "127.0.0.1,::1"


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation may set; every field has an environment variable and a line in docs/settings.md."""

    home: Path
    """KEHOACH_HOME: the data folder (database, plan overlay, evidence, outbox, what is published)."""
    database_url: str
    """KEHOACH_DATABASE_URL: default SQLite, `kehoach.db` in the data folder."""
    lang: str
    """KEHOACH_LANG: vi (default) or en."""
    plan_folder: Path | None = None
    """KEHOACH_PLAN: the folder of plan files; default the one in ./plan, else the plan that comes with the package."""
    recorder: str = ""
    """KEHOACH_RECORDER: who types the entries; default the name of the account."""
    uploads_a_day: int = 200
    """KEHOACH_UPLOADS_A_DAY: megabytes that one unit may send itself in a day, by its page, its links and the API."""
    base_url: str = ""
    """KEHOACH_BASE_URL: where people reach the desk, https://…; calendars then lead to its pages. Default: unknown."""
    proxies: str = THIS_MACHINE
    """KEHOACH_PROXIES: of the servers in front; see `believed`."""

    @classmethod
    def from_environment(cls, home: Path | None = None) -> Settings:
        """What the environment sets; a `home` that was asked for by name goes before KEHOACH_HOME."""
        home = home or Path(os.environ.get("KEHOACH_HOME") or default_home()).expanduser()
        folder = os.environ.get("KEHOACH_PLAN")
        return replace(
            cls.at(home, os.environ.get("KEHOACH_DATABASE_URL"), os.environ.get("KEHOACH_LANG")),
            plan_folder=Path(folder).expanduser() if folder else None,
            recorder=os.environ.get("KEHOACH_RECORDER", ""),
            base_url=os.environ.get("KEHOACH_BASE_URL", ""),
            uploads_a_day=_number(os.environ, "KEHOACH_UPLOADS_A_DAY", "200"),
            proxies=os.environ.get("KEHOACH_PROXIES") or THIS_MACHINE,
        )

    @classmethod
    def at(cls, home: Path, database_url: str | None = None, lang: str | None = None) -> Settings:
        """Settings for a data folder; an unknown language falls back to Vietnamese."""
        return cls(
            home=home,
            database_url=database_url or f"sqlite:///{home.absolute() / 'kehoach.db'}",
            lang=lang if lang in ("vi", "en") else "vi",
        )

    @property
    def believed(self) -> str:
        """The addresses and networks whose word on who asks (X-Forwarded-For, -Proto) is believed, a comma between.

        Raises RequestRefused for what is none, and for the whole world: anybody could then be whom they like.
        """
        try:
            wrong = any(ip_network(each.strip()).prefixlen == 0 for each in self.proxies.split(","))
        except ValueError:
            wrong = True
        if wrong:
            right = "10.0.0.5, 10.1.0.0/16"
            raise RequestRefused("flow.bad_setting", name="KEHOACH_PROXIES", value=self.proxies, right=right)
        return self.proxies

    @property
    def evidence(self) -> Path:
        return self.home / "evidence"

    @property
    def outbox(self) -> Path:
        return self.home / "outbox"

    @property
    def published(self) -> Path:
        return self.home / "published"

    @property
    def overlay(self) -> Path:
        return self.home / "overlay.yaml"


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How e-mails leave."""

    host: str
    sender: str
    """KEHOACH_SMTP_FROM: the address e-mails come from."""
    port: int = 587
    security: str = "starttls"
    """KEHOACH_SMTP_SECURITY: starttls (default), tls or none."""
    user: str = ""
    password: str = field(default="", repr=False)
    name: str = ""
    """KEHOACH_SMTP_NAME: the name beside the sender's address."""
    reply_to: str = ""
    timeout: float = 30.0
    authority: str = ""
    """KEHOACH_SMTP_CA: a file of certificates to trust."""


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """People's own channels that are set up; secrets stay in the environment, out of the plan and of every flow run."""

    mail: MailSettings | None = None
    zalo_token: str = field(default="", repr=False)
    """KEHOACH_ZALO_TOKEN: the Official Account's access token."""
    zalo_url: str = ""
    """KEHOACH_ZALO_URL: another address of its interface, a relay."""
    services: Mapping[str, str] = field(default_factory=dict, repr=False)
    """KEHOACH_APPRISE_<NAME>: the `apprise` address of a service; the channel is the name in small letters."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> ChannelSettings:
        """What the environment sets up. Raises RequestRefused for a setting that cannot be meant."""
        known = os.environ if environment is None else environment
        prefix = "KEHOACH_APPRISE_"
        return cls(
            mail=_mail(known) if known.get("KEHOACH_SMTP_HOST") else None,
            zalo_token=_secret(known, "KEHOACH_ZALO_TOKEN", "KEHOACH_ZALO_TOKEN_FILE"),
            zalo_url=known.get("KEHOACH_ZALO_URL", ""),
            services={
                name.removeprefix(prefix).lower().replace("_", "-"): url
                for name, url in sorted(known.items())
                if name.startswith(prefix) and url
            },
        )


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """The city's provider, where people of the desk sign in by OpenID Connect."""

    issuer: str
    """KEHOACH_OIDC_ISSUER: its address, letter for letter as its discovery document has it."""
    client_id: str
    base: str
    """KEHOACH_BASE_URL, without a slash at its end: the provider sends people back to it."""
    client_secret: str = field(default="", repr=False)
    name: str = ""
    """KEHOACH_OIDC_NAME: what people call it; "" for «the city's account» in their language."""
    acr: tuple[str, ...] = ()
    """KEHOACH_OIDC_ACR: levels to ask for, and to take as a second factor."""
    amr: tuple[str, ...] = ()
    """KEHOACH_OIDC_AMR: methods to take as a second factor."""
    authority: str = ""
    """KEHOACH_OIDC_CA: a file of certificates to trust."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> OidcSettings | None:
        """What the environment sets up; None where it names no issuer. Raises RequestRefused for a setting that cannot
        be meant: no https but on the loopback, no client id, no KEHOACH_BASE_URL."""
        known = os.environ if environment is None else environment
        issuer = known.get("KEHOACH_OIDC_ISSUER", "")
        if not issuer:
            return None
        base = known.get("KEHOACH_BASE_URL", "").rstrip("/")
        client_id = known.get("KEHOACH_OIDC_CLIENT_ID", "")
        for name, value, right in (
            ("KEHOACH_OIDC_ISSUER", issuer, is_safe_address(issuer)),
            ("KEHOACH_BASE_URL", base, is_safe_address(base)),
        ):
            if not right:
                raise RequestRefused("flow.bad_setting", name=name, value=value, right="https://…")
        if not client_id:
            raise RequestRefused("flow.bad_setting", name="KEHOACH_OIDC_CLIENT_ID", value="", right="kehoach")
        return cls(
            issuer=issuer,
            client_id=client_id,
            base=base,
            client_secret=_secret(known, "KEHOACH_OIDC_CLIENT_SECRET", "KEHOACH_OIDC_CLIENT_SECRET_FILE"),
            name=known.get("KEHOACH_OIDC_NAME", ""),
            acr=tuple(known.get("KEHOACH_OIDC_ACR", "").split()),
            amr=tuple(known.get("KEHOACH_OIDC_AMR", "").split()),
            authority=known.get("KEHOACH_OIDC_CA", ""),
        )


def is_safe_address(address: str, *, query: bool = False) -> bool:
    """Whether secrets may be sent there: https, or http on this machine itself; no user, no fragment, and no query
    unless that is meant."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    plain = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
    return (
        (parts.scheme == "https" or plain)
        and bool(parts.hostname)
        and not (parts.username or parts.password or parts.fragment or (parts.query and not query))
        and address.isascii()
        and address.isprintable()
        and " " not in address
    )


def _mail(known: Mapping[str, str]) -> MailSettings:
    security = known.get("KEHOACH_SMTP_SECURITY") or "starttls"
    if security not in ("starttls", "tls", "none"):
        raise RequestRefused(
            "flow.bad_setting", name="KEHOACH_SMTP_SECURITY", value=security, right="starttls, tls, none"
        )
    sender = known.get("KEHOACH_SMTP_FROM", "")
    if "@" not in sender:
        raise RequestRefused("flow.bad_setting", name="KEHOACH_SMTP_FROM", value=sender, right="kehoach@…")
    port = _number(known, "KEHOACH_SMTP_PORT", "465" if security == "tls" else "587")
    return MailSettings(
        host=known["KEHOACH_SMTP_HOST"],
        sender=sender,
        port=port,
        security=security,
        user=known.get("KEHOACH_SMTP_USER", ""),
        password=_secret(known, "KEHOACH_SMTP_PASSWORD", "KEHOACH_SMTP_PASSWORD_FILE"),
        name=known.get("KEHOACH_SMTP_NAME", ""),
        reply_to=known.get("KEHOACH_SMTP_REPLY_TO", ""),
        timeout=float(_number(known, "KEHOACH_SMTP_TIMEOUT", "30")),
        authority=known.get("KEHOACH_SMTP_CA", ""),
    )


def _number(known: Mapping[str, str], name: str, default: str) -> int:
    text = known.get(name) or default
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise RequestRefused("flow.bad_setting", name=name, value=text, right=default)
    return int(text)


def _secret(known: Mapping[str, str], name: str, by_file: str) -> str:
    """The value, or the content of the file that the other setting names (a mounted secret)."""
    file = known.get(by_file)
    if not file:
        return known.get(name, "")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise RequestRefused("flow.bad_setting", name=by_file, value=file, right=str(error)) from error


def default_home() -> str:
    """The XDG data folder: the same from whichever folder the command is called."""
    return f"{os.environ.get('XDG_DATA_HOME') or '~/.local/share'}/kehoach"
