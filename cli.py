"""The command line: parse words, call one use case, print. What a command does is in usecases/, what it says in texts/.

Imports here are what `kehoach --help` pays for: Typer and the standard library. A command imports its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import typer

from console import door, options, words
from console.call import Call, packaged_plan
from console.group import build_group, command, printing, recording


class Context(typer.Context):
    """A command's context; `obj` is what the invocation knows."""

    obj: Call


def main(args: Sequence[str] | None = None, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> int:
    """Run the command line and return its exit code. `clock` gives an aware instant; nothing else reads the clock."""
    from settings import Settings

    call = Call(now=clock(), lang=Settings.from_environment().lang)
    return door.run(build_group(), sys.argv[1:] if args is None else args, call)


# The plan's files


@command("demo", of_plan=False)
def demo(ctx: Context, directory: options.DemoDir = Path("demo")) -> None:
    from console.story import tell
    from flows.demo import run

    call = ctx.obj
    with call.progress() as progress:
        made = run(directory, directory=packaged_plan(), lang=call.lang, progress=progress)
    tell(call, made)


@command("check", of_plan=False)
def check(ctx: Context, directory: options.Dir = None) -> None:
    import plan
    from outputs import listing

    call = ctx.obj
    with call.working("checking"):
        loaded = plan.load(call.plan_folder(directory))
        covered = plan.coverage(loaded).as_json()
        occurrences = plan.occurrences(loaded)
    sizes = {"units": len(loaded.units), "tasks": len(loaded.tasks), "occurrences": len(occurrences)}
    call.print(listing.check_lines(sizes, covered, call.lang))
    call.warn(listing.warning_lines(loaded.warnings, call.lang, call.folder))
    if covered["uncovered"] or covered["unmatched_quotes"]:
        words.refuse("uncovered", count=len(covered["uncovered"]) + len(covered["unmatched_quotes"]))


@command("coverage", printing, of_plan=False)
def coverage(ctx: Context, directory: options.Dir = None) -> None:
    import plan
    from outputs import listing

    call = ctx.obj
    document = plan.coverage(plan.load(call.plan_folder(directory), tolerate=plan.QUOTE_CODES)).as_json()
    call.show(document, lambda: listing.coverage_lines(document, call.lang))


@command("schema", of_plan=False)
def schema(ctx: Context) -> None:
    import plan

    ctx.obj.json(plan.json_schema(), indent=2)


@command("sync", printing, of_plan=False)
def sync(ctx: Context, directory: options.Dir = None) -> None:
    from outputs import explain
    from usecases.sync import sync

    call = ctx.obj
    folder = call.plan_to_sync(directory)
    with call.working("syncing"):
        report = sync(
            call.upgraded_engine, directory=folder, overlay=call.overlay, now=call.now, recorded_by=call.recorded_by
        )
    document = report.as_json()
    call.show(document, lambda: explain.synced_lines(document, call.lang))
    if report.warnings:
        call.warn([call.say("see_check", count=len(report.warnings))])


@command("tasks", printing)
def tasks(ctx: Context, directory: options.FromDir = None, unit: options.Unit = None) -> None:
    from outputs import listing

    call = ctx.obj
    document = call.contents(directory).of_unit(unit)
    call.show(document, lambda: listing.tasks_table(document, call.lang))


@command("units", printing)
def units(ctx: Context, directory: options.FromDir = None) -> None:
    from outputs import listing

    call = ctx.obj
    document = call.contents(directory).units
    call.show(document, lambda: listing.units_table(document, call.lang))


@command("targets", printing)
def targets(ctx: Context, directory: options.FromDir = None) -> None:
    from outputs import listing

    call = ctx.obj
    document = call.contents(directory).targets
    call.show(document, lambda: listing.targets_table(document, call.lang))


# How it stands


@command("status", printing)
def status(
    ctx: Context,
    unit: options.Unit = None,
    as_of: options.AsOf = None,
    known_by: options.KnownBy = None,
    every: options.Every = False,
) -> None:
    from usecases.status import status

    call = ctx.obj
    report = status(call.engine, plan=call.plan, unit=unit, as_of=as_of, known_by=known_by, now=call.now)
    if call.as_json:
        call.json(report.as_json())
        return
    from console.standing import parts

    for part in parts(report, call.lang, every=every or unit is not None):
        call.print(part)


@command("show", printing)
def show(
    ctx: Context, occurrence: options.Occurrence, as_of: options.AsOf = None, known_by: options.KnownBy = None
) -> None:
    from outputs import standing
    from usecases.people import name_of
    from usecases.show import show

    call = ctx.obj
    shown = show(call.engine, plan=call.plan, occurrence=occurrence, as_of=as_of, known_by=known_by, now=call.now)
    document, in_force = shown.as_json(), shown.in_force
    call.show(
        document,
        lambda: standing.shown_lines(
            document, in_force.unit_name, lambda told: name_of(in_force, told, call.lang), call.lang
        ),
    )


@command("ladder", printing)
def ladder(ctx: Context, occurrence: options.Occurrence) -> None:
    from outputs.ladder import ladder_lines
    from usecases.ladder import explain
    from usecases.people import name_of

    call = ctx.obj
    explained, in_force = explain(call.engine, plan=call.plan, occurrence=occurrence, now=call.now)
    document = explained.as_json()
    call.show(document, lambda: ladder_lines(document, lambda told: name_of(in_force, told, call.lang), call.lang))


# What people tell


@command("done", recording)
def done(
    ctx: Context,
    occurrence: options.Occurrence,
    by: options.By,
    on: options.On = None,
    doc: options.Number = None,
    note: options.Note = None,
    evidence: options.Evidence = None,
) -> None:
    from usecases import record

    call = ctx.obj
    folder = call.settings.evidence
    more = {"document": doc, "note": note, "evidence": evidence, "evidence_folder": folder}
    call.record(record.done, occurrence=occurrence, by=by, on=on, **more)


@command("answer", recording)
def answer(
    ctx: Context,
    check_in: options.CheckIn,
    answer: options.Given,
    line: options.Line,
    by: options.Holder = None,
    on: options.On = None,
    doc: options.Number = None,
    note: options.Note = None,
    month: options.Month = None,
) -> None:
    from usecases import record

    more = {"by": by, "on": on, "document": doc, "note": note, "month": month}
    ctx.obj.record(record.answer, occurrence=check_in, line=line, answer=answer, **more)


@command("confirm", recording)
def confirm(
    ctx: Context, occurrence: options.Occurrence, by: options.By, on: options.On = None, note: options.Note = None
) -> None:
    _say(ctx, "confirmed", occurrence, by, on, note=note)


@command("return", recording)
def send_back(
    ctx: Context,
    occurrence: options.Occurrence,
    by: options.By,
    reason: options.Reason,
    on: options.On = None,
    doc: options.ReturnDocument = None,
    supplement: options.Supplement = False,
) -> None:
    _say(ctx, "supplement_asked" if supplement else "returned", occurrence, by, on, reason=reason, document=doc)


@command("retract", recording)
def retract(
    ctx: Context, occurrence: options.Occurrence, by: options.By, reason: options.Reason, on: options.On = None
) -> None:
    _say(ctx, "retracted", occurrence, by, on, reason=reason)


@command("cancel", recording)
def cancel(
    ctx: Context, occurrence: options.Occurrence, by: options.By, reason: options.Reason, on: options.On = None
) -> None:
    _say(ctx, "cancelled", occurrence, by, on, reason=reason)


@command("note", recording)
def note(
    ctx: Context,
    occurrence: options.Occurrence,
    note: options.NoteText,
    by: options.Holder = None,
    on: options.On = None,
) -> None:
    _say(ctx, "noted", occurrence, by, on, note=note)


@command("urge", recording)
def urge(
    ctx: Context,
    occurrence: options.Occurrence,
    by: options.By,
    via: options.Via,
    to: options.UrgedRole = None,
    on: options.On = None,
    note: options.Note = None,
) -> None:
    _say(ctx, "urged", occurrence, by, on, note=note, via=via, to=to)


@command("ack", recording)
def ack(
    ctx: Context,
    occurrence: options.Occurrence,
    by: options.Holder = None,
    on: options.On = None,
    note: options.Note = None,
) -> None:
    _say(ctx, "acknowledged", occurrence, by, on, note=note)


def _say(ctx: Context, kind: str, occurrence: str, by: str | None, on: date | None, **more: str | None) -> None:
    from usecases import record

    ctx.obj.record(record.say, kind=kind, occurrence=occurrence, by=by, on=on, **more)


@command("extend", recording)
def extend(
    ctx: Context,
    action: options.ExtendAction,
    occurrence: options.Occurrence,
    by: options.Decider = None,
    until: options.Until = None,
    reason: options.WhyReason = None,
    doc: options.GrantDocument = None,
    decided_by: options.DecidedBy = None,
    on: options.On = None,
    note: options.Note = None,
) -> None:
    from console import extend

    more = {"by": by, "until": until, "reason": reason, "document": doc, "decided_by": decided_by}
    extend.run(ctx.obj, action, occurrence, {**more, "on": on, "note": note})


@command("step", recording)
def step(
    ctx: Context,
    occurrence: options.Occurrence,
    step: options.ReportStep,
    by: options.By,
    on: options.On = None,
    doc: options.Number = None,
    note: options.Note = None,
) -> None:
    from usecases import steps

    ctx.obj.record(steps.step, occurrence=occurrence, step=step, by=by, on=on, document=doc, note=note)


@command("event", recording)
def event(
    ctx: Context,
    task: options.EventTask,
    at: options.At,
    ref: options.Ref,
    unit: options.EventUnit = None,
    by: options.Holder = None,
) -> None:
    from usecases.events import open_event

    ctx.obj.record(open_event, task=task, at=at, ref=ref, unit=unit, by=by)


@command("case", recording)
def case(ctx: Context, action: options.CaseAction, occurrence: options.CaseName, login: options.Login = None) -> None:
    from console import case

    case.run(ctx.obj, action, occurrence, login)


@command("redact", recording)
def redact(
    ctx: Context, what: options.Erased, reason: options.Reason, file: options.TheFile = False, by: options.Eraser = None
) -> None:
    from console import redact

    redact.run(ctx.obj, what, reason, file=file, by=by)


@command("measure", recording)
def measure(
    ctx: Context,
    target: options.Target,
    value: options.Value,
    unit: options.MeasuredBy,
    on: options.On = None,
    note: options.Note = None,
) -> None:
    from usecases.targets import measure

    ctx.obj.record(measure, target=target, value=value, unit=unit, on=on, note=note)


# What runs, what goes out


@command("run", printing, of_plan=False)
def run(
    ctx: Context,
    stage: options.Stage,
    as_of: options.AsOf = None,
    console: options.Console = False,
    verbose: options.Verbose = False,
) -> None:
    from flows.run import run
    from outputs import explain

    call = ctx.obj
    if stage in ("nightly", "sync"):
        folder = call.plan_to_sync(None)
    else:
        folder = None
        call.engine.dispose()  # refused here without a database, before Prefect is started for nothing
    with call.working("running"):
        document = run(
            stage,
            home=call.settings.home,
            database_url=call.settings.database_url,
            directory=folder,
            as_of=as_of.isoformat() if as_of else None,
            now=call.now.isoformat(),
            lang=call.lang,
            console=console,
            verbose=verbose,
        )
    call.show(document, lambda: explain.run_lines(document, call.lang))


@command("ics", printing)
def ics(
    ctx: Context,
    unit: options.Unit = None,
    campaigns: options.Campaigns = False,
    form: options.CalendarForm = "event",
    as_of: options.AsOf = None,
    output: options.Output = None,
    diff: options.Diff = None,
) -> None:
    from usecases import calendars

    call = ctx.obj
    if unit and campaigns:
        words.refuse("either_unit_or_campaigns")
    which = calendars.CAMPAIGNS if campaigns else unit
    if diff is not None:
        if as_of or output:
            words.refuse("diff_alone")
        from console.changes import changes

        found = changes(call, diff, which, form)
        call.show(found.as_json(), lambda: found.lines(call.lang))
        return
    if call.as_json:
        words.refuse("json_of_diff")
    made = calendars.export(
        call.engine,
        plan=call.plan,
        which=which,
        form=form,
        as_of=as_of,
        now=call.now,
        lang=call.lang,
        base=call.settings.base_url,
    )
    call.write(made, output)


@command("report")
def report(
    ctx: Context,
    form: options.ReportForm = "md",
    as_of: options.AsOf = None,
    known_by: options.KnownBy = None,
    output: options.Output = None,
) -> None:
    from usecases.reports import report

    call = ctx.obj
    made = report(
        call.engine,
        plan=call.plan,
        form=form,
        as_of=as_of,
        known_by=known_by,
        now=call.now,
        lang=call.lang,
    )
    call.write(made.encode(), output)


@command("letter")
def letter(
    ctx: Context, occurrence: options.Occurrence, to: options.LetterTo = None, output: options.Output = None
) -> None:
    from usecases.letters import letter

    call = ctx.obj
    made = letter(call.engine, plan=call.plan, occurrence=occurrence, to=to, now=call.now, lang=call.lang)
    call.write(made.body, output or (Path(made.name) if sys.stdout.isatty() else None))


@command("simulate", printing)
def simulate(ctx: Context, first: options.First, last: options.Last, units_answer: options.UnitsAnswer = None) -> None:
    from outputs import simulated
    from usecases.simulate import simulate

    call = ctx.obj
    played = simulate(
        call.engine,
        plan=call.plan,
        first=first,
        last=last,
        units_answer=units_answer,
        now=call.now,
        lang=call.lang,
    )
    document = played.as_json()
    if call.as_json:
        call.json(document)
        return
    for part in simulated.parts(document, played.in_force.title, call.lang):
        call.print(part)


@command("undelivered", printing)
def undelivered(
    ctx: Context,
    action: options.UndeliveredAction,
    address: options.Address = None,
    reason: options.BounceReason = None,
    way: options.AddressWay = None,
) -> None:
    from console import undelivered

    undelivered.run(ctx.obj, action, address, reason=reason, way=way)


@command("feed", printing)
def feed(
    ctx: Context,
    action: options.FeedAction,
    id: options.FeedId = None,
    unit: options.Unit = None,
    campaigns: options.Campaigns = False,
    label: options.Label = None,
) -> None:
    from console import feed
    from usecases.calendars import CAMPAIGNS

    if unit and campaigns:
        words.refuse("either_unit_or_campaigns")
    feed.run(ctx.obj, action, id, which=CAMPAIGNS if campaigns else unit, label=label)


@command("account", printing)
def account(
    ctx: Context,
    action: options.AccountAction,
    login: options.Login = None,
    role: options.Roles = None,
    unit: options.Unit = None,
    name: options.PersonName = None,
    office: options.OfOffice = None,
) -> None:
    from console import account

    account.run(ctx.obj, action, login, roles=role, unit=unit, name=name, office=office)


@command("city", printing, of_plan=False)
def city(
    ctx: Context,
    action: options.CityAction,
    city: options.CityId = None,
    file: options.WardList = None,
    name: options.CityName = None,
) -> None:
    from console import city as of_city

    of_city.run(ctx.obj, action, city, file, name=name)


@command("invite", printing)
def invite(
    ctx: Context,
    login: options.Login = None,
    unit: options.Unit = None,
    days: options.Days = None,
    label: options.Label = None,
) -> None:
    from console import account

    account.invite(ctx.obj, login, unit=unit, days=days, label=label)


@command("token", printing)
def token(
    ctx: Context,
    action: options.TokenAction,
    id: options.TokenId = None,
    label: options.TokenLabel = None,
    role: options.Roles = None,
    unit: options.Unit = None,
    days: options.TokenDays = None,
) -> None:
    from console import token

    token.run(ctx.obj, action, id, label=label, roles=role, unit=unit, days=days)


@command("serve", of_plan=False)
def serve(
    ctx: Context,
    host: options.Host = "127.0.0.1",
    port: options.Port = 8765,
    no_schedule: options.NoSchedule = False,
    verbose: options.VerboseServer = False,
) -> None:
    from texts import say
    from usecases import accounts, desk_key
    from web.serve import serve

    call = ctx.obj
    engine = call.upgraded_engine
    if accounts.lost_key(engine, call.settings.home):
        call.warn([say("account.lost_key", call.lang, file=str(call.settings.home / desk_key.FILE))])
    serve(
        engine,
        call.settings,
        host=host,
        port=port,
        schedule=not no_schedule,
        verbose=verbose,
        ready=lambda address: call.warn([say("feed.serving", call.lang, address=address)]),
    )


@command("verify", printing, of_plan=False)
def verify(ctx: Context) -> None:
    from outputs import explain
    from usecases.verify import verify

    call = ctx.obj
    document = verify(call.engine, evidence_folder=call.settings.evidence).as_json()
    call.show(document, lambda: explain.verified_lines(document, call.lang))
    if document["faults"]:
        words.refuse("faults", count=len(document["faults"]))


if __name__ == "__main__":
    sys.exit(main())
