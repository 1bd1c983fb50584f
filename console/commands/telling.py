"""What people tell: each command writes one entry of the ledger."""

from __future__ import annotations

from datetime import date

from console import options
from console.group import Context, Subject, recording

subject = Subject()


@subject.command("done", recording)
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


@subject.command("answer", recording)
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


@subject.command("confirm", recording)
def confirm(
    ctx: Context, occurrence: options.Occurrence, by: options.By, on: options.On = None, note: options.Note = None
) -> None:
    _say(ctx, "confirmed", occurrence, by, on, note=note)


@subject.command("return", recording)
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


@subject.command("retract", recording)
def retract(
    ctx: Context, occurrence: options.Occurrence, by: options.By, reason: options.Reason, on: options.On = None
) -> None:
    _say(ctx, "retracted", occurrence, by, on, reason=reason)


@subject.command("cancel", recording)
def cancel(
    ctx: Context, occurrence: options.Occurrence, by: options.By, reason: options.Reason, on: options.On = None
) -> None:
    _say(ctx, "cancelled", occurrence, by, on, reason=reason)


@subject.command("note", recording)
def note(
    ctx: Context,
    occurrence: options.Occurrence,
    note: options.NoteText,
    by: options.Holder = None,
    on: options.On = None,
) -> None:
    _say(ctx, "noted", occurrence, by, on, note=note)


@subject.command("urge", recording)
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


@subject.command("ack", recording)
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


@subject.command("extend", recording)
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


@subject.command("step", recording)
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


@subject.command("event", recording)
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


@subject.command("case", recording)
def case(ctx: Context, action: options.CaseAction, occurrence: options.CaseName, login: options.Login = None) -> None:
    from console import case

    case.run(ctx.obj, action, occurrence, login)


@subject.command("redact", recording)
def redact(
    ctx: Context,
    what: options.Erased,
    reason: options.Reason,
    file: options.TheFile = False,
    only: options.OneFile = "",
    by: options.Eraser = None,
) -> None:
    from console import redact

    redact.run(ctx.obj, what, reason, file=file or bool(only), only=only, by=by)


@subject.command("measure", recording)
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
