"""What who keeps the machine asks for: accounts, tokens, cities, the server, the proof."""

from __future__ import annotations

from console import options, words
from console.group import Context, Subject, printing

subject = Subject()


@subject.command("account", printing)
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


@subject.command("city", printing, of_plan=False)
def city(
    ctx: Context,
    action: options.CityAction,
    city: options.CityId = None,
    file: options.WardList = None,
    name: options.CityName = None,
) -> None:
    from console import city as of_city

    of_city.run(ctx.obj, action, city, file, name=name)


@subject.command("invite", printing)
def invite(
    ctx: Context,
    login: options.Login = None,
    unit: options.Unit = None,
    days: options.Days = None,
    label: options.Label = None,
) -> None:
    from console import account

    account.invite(ctx.obj, login, unit=unit, days=days, label=label)


@subject.command("token", printing)
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


@subject.command("serve", of_plan=False)
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


@subject.command("upgrade", printing, of_plan=False)
def upgrade(ctx: Context, grant: options.GrantedRole = None) -> None:
    from models import migrate
    from models.session import place

    call = ctx.obj
    engine = call.upgraded_engine
    if grant is not None:
        migrate.grant_application(engine, grant)
    document = {"place": place(engine), "version": migrate.REVISIONS[-1], "granted": grant}
    call.show(document, lambda: [call.say("upgraded" if grant is None else "upgraded_granted", **document)])


@subject.command("verify", printing, of_plan=False)
def verify(ctx: Context) -> None:
    from outputs import explain
    from usecases.verify import verify

    call = ctx.obj
    document = verify(call.engine, evidence_folder=call.settings.evidence).as_json()
    call.show(document, lambda: explain.verified_lines(document, call.lang))
    if document["faults"]:
        words.refuse("faults", count=len(document["faults"]))
