"""The words that commands take, once each: how they are spelt, read, completed and explained.

`help` is a key of texts/{vi,en}/cli.py. What every command takes is in console.group.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from typer import Argument, Option

from console import complete, words


def _unit(name: str, help: str) -> Any:
    return Option(name, metavar="UNIT", help=help, autocompletion=complete.units)


def _day(name: str, help: str) -> Any:
    return Option(name, metavar="D", parser=words.day, help=help)


def _occurrence(metavar: str, help: str) -> Any:
    return Argument(metavar=metavar, help=help, autocompletion=complete.occurrences)


# Which
Dir = Annotated[Path | None, Argument(metavar="[DIR]", help="opt_dir")]
FromDir = Annotated[Path | None, Argument(metavar="[DIR]", help="opt_from_dir")]
DemoDir = Annotated[Path, Argument(metavar="[DIR]", help="opt_demo_dir")]
Occurrence = Annotated[str, _occurrence("OCCURRENCE", "opt_occurrence")]
CheckIn = Annotated[str, _occurrence("CHECKIN", "opt_check_in")]
EventTask = Annotated[str, Argument(metavar="TASK", help="opt_event_task", autocompletion=complete.tasks)]
Target = Annotated[str, Argument(metavar="TARGET", help="opt_target", autocompletion=complete.targets)]
Line = Annotated[str, Option("--line", metavar="TASK", help="opt_line", autocompletion=complete.tasks)]
Every = Annotated[bool, Option("--all", help="opt_all")]
Campaigns = Annotated[bool, Option("--campaigns", help="opt_campaigns")]
Each = Annotated[bool, Option("--each", help="opt_each")]

# Who
Unit = Annotated[str | None, _unit("--unit", "opt_unit")]
By = Annotated[str, _unit("--by", "opt_by")]
Holder = Annotated[str | None, _unit("--by", "opt_holder")]
Decider = Annotated[str | None, _unit("--by", "opt_decider")]
EventUnit = Annotated[str | None, _unit("--unit", "opt_event_unit")]
MeasuredBy = Annotated[str, _unit("--unit", "opt_measured_by")]

# When
On = Annotated[date | None, _day("--on", "opt_on")]
AsOf = Annotated[date | None, _day("--as-of", "opt_as_of")]
KnownBy = Annotated[date | None, _day("--known-by", "opt_known_by")]
At = Annotated[datetime, Option("--at", metavar="DATETIME", parser=words.instant, help="opt_at")]
Until = Annotated[date | None, _day("--until", "opt_until")]
Month = Annotated[str | None, Option("--month", metavar="M", parser=words.month, help="opt_month")]

# What
Number = Annotated[str | None, Option("--doc", metavar="NUMBER", help="opt_doc")]
Note = Annotated[str | None, Option("--note", metavar="TEXT", help="opt_note")]
NoteText = Annotated[str, Option("--note", metavar="TEXT", help="opt_note")]
Reason = Annotated[str, Option("--reason", metavar="TEXT", help="opt_reason")]
WhyReason = Annotated[str | None, Option("--reason", metavar="TEXT", help="opt_reason")]
GrantDocument = Annotated[str | None, Option("--doc", metavar="NUMBER", help="opt_grant_doc")]
ReturnDocument = Annotated[str | None, Option("--doc", metavar="NUMBER", help="opt_return_doc")]
DecidedBy = Annotated[str | None, Option("--decided-by", metavar="NAME", help="opt_decided_by")]
ExtendAction = Annotated[
    Literal["ask", "grant", "refuse"], Argument(metavar="ask|grant|refuse", help="opt_extend_action")
]
ReportStep = Annotated[
    Literal["drafted", "presented", "signed", "numbered", "issued", "taken-back"],
    Argument(metavar="STEP", help="opt_step"),
]
UrgedRole = Annotated[
    Literal["unit", "head", "confirmer"] | None, Option("--to", metavar="ROLE", help="opt_urged_role")
]
Evidence = Annotated[list[Path] | None, Option("--evidence", metavar="FILE", help="opt_evidence")]
Given = Annotated[Literal["done", "planned", "nothing", "not-yet"], Argument(metavar="ANSWER", help="opt_answer")]
Supplement = Annotated[bool, Option("--supplement", help="opt_supplement")]
Via = Annotated[
    Literal["phone", "zalo", "letter", "meeting", "email"], Option("--via", metavar="CHANNEL", help="opt_via")
]
Ref = Annotated[str, Option("--ref", metavar="CODE", help="opt_ref")]
Value = Annotated[float, Argument(metavar="VALUE", parser=words.number, help="opt_value")]

# How
Stage = Annotated[
    Literal["nightly", "sync", "sweep", "deliver", "publish"], Argument(metavar="STAGE", help="opt_stage")
]
Console = Annotated[bool, Option("--console", help="opt_console")]
Verbose = Annotated[bool, Option("--verbose", help="opt_verbose")]
CalendarForm = Annotated[Literal["event", "todo"], Option("--as", metavar="event|todo", help="opt_as")]
Diff = Annotated[tuple[str, str] | None, Option("--diff", metavar="A B", help="opt_diff")]
ReportForm = Annotated[Literal["md", "html"], Option("--format", metavar="md|html", help="opt_format")]
UndeliveredAction = Annotated[
    Literal["list", "bounced", "again"], Argument(metavar="list|bounced|again", help="opt_undelivered_action")
]
Address = Annotated[str | None, Argument(metavar="[ADDRESS]", help="opt_address", autocompletion=complete.addresses)]
BounceReason = Annotated[str | None, Option("--reason", metavar="TEXT", help="opt_bounce_reason")]
AddressWay = Annotated[str | None, Option("--way", metavar="CHANNEL", help="opt_way")]
FeedAction = Annotated[
    Literal["add", "list", "rotate", "revoke"], Argument(metavar="add|list|rotate|revoke", help="opt_feed_action")
]
FeedId = Annotated[str | None, Argument(metavar="[ID]", help="opt_feed_id", autocompletion=complete.feeds)]
Label = Annotated[str | None, Option("--label", metavar="TEXT", help="opt_label")]
Erased = Annotated[str, Argument(metavar="OCCURRENCE|SEQ", help="opt_erased", autocompletion=complete.occurrences)]
OneFile = Annotated[str, Option("--only", metavar="HASH", help="opt_one_file")]
TheFile = Annotated[bool, Option("--file", help="opt_the_file")]
Eraser = Annotated[str | None, _unit("--by", "opt_eraser")]
CaseAction = Annotated[Literal["name", "end", "list"], Argument(metavar="name|end|list", help="opt_case_action")]
CaseName = Annotated[str, Argument(metavar="OCCURRENCE", help="opt_case")]
AccountAction = Annotated[
    Literal["add", "list", "disable"], Argument(metavar="add|list|disable", help="opt_account_action")
]
CityAction = Annotated[Literal["set", "list"], Argument(metavar="set|list", help="opt_city_action")]
CityId = Annotated[str | None, Argument(metavar="[CITY]", help="opt_city")]
WardList = Annotated[Path | None, Argument(metavar="[FILE]", help="opt_ward_list")]
CityName = Annotated[str | None, Option("--name", metavar="TEXT", help="opt_city_name")]
OfOffice = Annotated[str | None, Option("--office", metavar="OFFICE", help="opt_of_office")]
Login = Annotated[str | None, Argument(metavar="[LOGIN]", help="opt_login")]
Roles = Annotated[str | None, Option("--role", metavar="ROLE,…", help="opt_role")]
PersonName = Annotated[str | None, Option("--name", metavar="TEXT", help="opt_person_name")]
Days = Annotated[int | None, Option("--days", metavar="N", help="opt_link_days")]
TokenAction = Annotated[Literal["add", "list", "revoke"], Argument(metavar="add|list|revoke", help="opt_token_action")]
TokenId = Annotated[str | None, Argument(metavar="[ID]", help="opt_token_id")]
TokenLabel = Annotated[str | None, Option("--label", metavar="TEXT", help="opt_token_label")]
TokenDays = Annotated[int | None, Option("--days", metavar="N", help="opt_token_days")]
Host = Annotated[str, Option("--host", metavar="H", help="opt_host")]
Port = Annotated[int, Option("--port", metavar="P", min=0, max=65535, help="opt_port")]
GrantedRole = Annotated[str | None, Option("--grant", metavar="ROLE", help="opt_grant")]
NoSchedule = Annotated[bool, Option("--no-schedule", help="opt_no_schedule")]
VerboseServer = Annotated[bool, Option("--verbose", help="opt_verbose_server")]
LetterTo = Annotated[str | None, Option("--to", metavar="NAME", help="opt_letter_to", autocompletion=complete.units)]
First = Annotated[date, _day("--from", "opt_first")]
Last = Annotated[date, _day("--to", "opt_last")]
UnitsAnswer = Annotated[Path | None, Option("--units-answer", metavar="FILE", help="opt_units_answer")]
Output = Annotated[Path | None, Option("--output", "-o", metavar="FILE", help="opt_output")]
