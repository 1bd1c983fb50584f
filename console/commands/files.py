"""What the plan says: its files checked, taken into the database, listed."""

from __future__ import annotations

from pathlib import Path

from console import options, words
from console.group import Context, Subject, printing

subject = Subject()


@subject.command("demo", of_plan=False)
def demo(ctx: Context, directory: options.DemoDir = Path("demo")) -> None:
    import plan
    from console.story import tell
    from flows.demo import run

    call = ctx.obj
    with call.progress() as progress:
        made = run(directory, directory=plan.PACKAGED, lang=call.lang, progress=progress)
    tell(call, made)


@subject.command("check", of_plan=False)
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


@subject.command("coverage", printing, of_plan=False)
def coverage(ctx: Context, directory: options.Dir = None) -> None:
    import plan
    from outputs import listing

    call = ctx.obj
    document = plan.coverage(plan.load(call.plan_folder(directory), tolerate=plan.QUOTE_CODES)).as_json()
    call.show(document, lambda: listing.coverage_lines(document, call.lang))


@subject.command("schema", of_plan=False)
def schema(ctx: Context) -> None:
    import plan

    ctx.obj.json(plan.json_schema(), indent=2)


@subject.command("sync", printing, of_plan=False)
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


@subject.command("tasks", printing)
def tasks(ctx: Context, directory: options.FromDir = None, unit: options.Unit = None) -> None:
    from outputs import listing

    call = ctx.obj
    document = call.contents(directory).of_unit(unit)
    call.show(document, lambda: listing.tasks_table(document, call.lang))


@subject.command("units", printing)
def units(ctx: Context, directory: options.FromDir = None) -> None:
    from outputs import listing

    call = ctx.obj
    document = call.contents(directory).units
    call.show(document, lambda: listing.units_table(document, call.lang))


@subject.command("targets", printing)
def targets(ctx: Context, directory: options.FromDir = None) -> None:
    from outputs import listing

    call = ctx.obj
    document = call.contents(directory).targets
    call.show(document, lambda: listing.targets_table(document, call.lang))
