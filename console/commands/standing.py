"""How the plan stands, and how one occurrence does."""

from __future__ import annotations

from console import options
from console.group import Context, Subject, printing

subject = Subject()


@subject.command("status", printing)
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


@subject.command("show", printing)
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


@subject.command("ladder", printing)
def ladder(ctx: Context, occurrence: options.Occurrence) -> None:
    from outputs.ladder import ladder_lines
    from usecases.ladder import explain
    from usecases.people import name_of

    call = ctx.obj
    explained, in_force = explain(call.engine, plan=call.plan, occurrence=occurrence, now=call.now)
    document = explained.as_json()
    call.show(document, lambda: ladder_lines(document, lambda told: name_of(in_force, told, call.lang), call.lang))
