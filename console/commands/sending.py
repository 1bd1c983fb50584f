"""What runs, and what goes out: the night, calendars, reports, letters, links."""

from __future__ import annotations

import sys
from pathlib import Path

from console import options, words
from console.group import Context, Subject, printing

subject = Subject()


@subject.command("run", printing, of_plan=False)
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


@subject.command("ics", printing)
def ics(
    ctx: Context,
    unit: options.Unit = None,
    campaigns: options.Campaigns = False,
    form: options.CalendarForm = "event",
    as_of: options.AsOf = None,
    known_by: options.KnownBy = None,
    output: options.Output = None,
    diff: options.Diff = None,
) -> None:
    from usecases import calendars

    call = ctx.obj
    if unit and campaigns:
        words.refuse("either_unit_or_campaigns")
    which = calendars.CAMPAIGNS if campaigns else unit
    if diff is not None:
        if as_of or known_by or output:
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
        known_by=known_by,
        now=call.now,
        lang=call.lang,
        base=call.settings.base_url,
    )
    call.write(made, output)


@subject.command("report")
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


@subject.command("letter")
def letter(
    ctx: Context, occurrence: options.Occurrence, to: options.LetterTo = None, output: options.Output = None
) -> None:
    from usecases.letters import letter

    call = ctx.obj
    made = letter(call.engine, plan=call.plan, occurrence=occurrence, to=to, now=call.now, lang=call.lang)
    call.write(made.body, output or (Path(made.name) if sys.stdout.isatty() else None))


@subject.command("simulate", printing)
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


@subject.command("undelivered", printing)
def undelivered(
    ctx: Context,
    action: options.UndeliveredAction,
    address: options.Address = None,
    reason: options.BounceReason = None,
    way: options.AddressWay = None,
) -> None:
    from console import undelivered

    undelivered.run(ctx.obj, action, address, reason=reason, way=way)


@subject.command("feed", printing)
def feed(
    ctx: Context,
    action: options.FeedAction,
    id: options.FeedId = None,
    unit: options.Unit = None,
    campaigns: options.Campaigns = False,
    each: options.Each = False,
    label: options.Label = None,
) -> None:
    from console import feed
    from usecases.calendars import CAMPAIGNS

    if unit and campaigns:
        words.refuse("either_unit_or_campaigns")
    feed.run(ctx.obj, action, id, which=CAMPAIGNS if campaigns else unit, each=each, label=label)
