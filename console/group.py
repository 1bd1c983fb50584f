"""Commands that are built only when they are called, with their help in the reader's language.

Typer makes the parameters of every command to show the name of one; with thirty commands that would cost the start as
much again as importing Typer. `Commands` keeps functions and builds the one that is asked for. Nothing here knows what
a command does; console.commands says that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from console.call import Call
from console.words import WrongUsage
from texts import LANGUAGES, say


def remember(ctx: typer.Context, param: Any, value: Any) -> Any:
    """Keep a shared option in the call, wherever in the line it stood."""
    if param.name == "lang" and value not in (None, *LANGUAGES):
        raise WrongUsage("cli.choose", name="--lang", allowed=LANGUAGES)
    if value is not None:
        setattr(ctx.obj, param.name, value)
    return value


def show_version(value: bool) -> None:
    """Print the version of the installed package and stop."""
    if value:
        from importlib.metadata import version

        typer.echo(f"kehoach {version('kehoach')}")
        raise typer.Exit


def _shared(*names: str, metavar: str | None = None, flag: bool = False) -> Any:
    """An option that `remember` keeps in the call instead of handing it to the command."""
    help = "opt_" + names[0].strip("-").replace("-", "_")
    return typer.Option(*names, metavar=None if flag else metavar, help=help, expose_value=False, callback=remember)


def everywhere(
    plan: Annotated[str | None, _shared("--plan", metavar="PLAN")] = None,
    lang: Annotated[str | None, _shared("--lang", metavar="vi|en")] = None,
    home: Annotated[Path | None, _shared("--home", metavar="DIR")] = None,
    version: Annotated[
        bool, typer.Option("--version", help="opt_version", is_eager=True, callback=show_version)
    ] = False,
) -> None:
    """Options that stand before or after any command."""


def printing(as_json: Annotated[bool, _shared("--json", flag=True)] = False) -> None:
    """Options of commands that print a document."""


def recording(
    channel: Annotated[str | None, _shared("--channel", metavar="CHANNEL")] = None,
    recorder: Annotated[str | None, _shared("--recorder", metavar="NAME")] = None,
    request_id: Annotated[str | None, _shared("--request-id", metavar="ID")] = None,
    as_json: Annotated[bool, _shared("--json", flag=True)] = False,
) -> None:
    """Options of commands that write an entry: how the word came, who types it, and what makes a repeat harmless."""


class Context(typer.Context):
    """A command's context; `obj` is what the invocation knows."""

    obj: Call


class Command(TyperCommand):
    """A command whose usage errors and help are in the reader's language."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            raise WrongUsage("cli.extra_words", words=" ".join(rest))
        return rest

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        _format_usage(self, ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        _format_options(self, ctx, formatter)


class Offered(NamedTuple):
    """A command before it is built."""

    function: Callable[..., None]
    shares: Callable[..., None] | None
    """The function whose options it shares with others: `printing` or `recording`."""
    of_plan: bool
    """Whether it works on one plan of the database, so that --plan means something."""


class Subject(dict[str, Offered]):
    """Commands of one subject by their names, in the order of the help."""

    def command(
        self, name: str, shares: Callable[..., None] | None = None, *, of_plan: bool = True
    ) -> Callable[[Callable[..., None]], Callable[..., None]]:
        """Offer the function as `kehoach NAME`; see `Offered`."""

        def offer(function: Callable[..., None]) -> Callable[..., None]:
            self[name] = Offered(function, shares, of_plan)
            return function

        return offer


class Commands(TyperGroup):
    """The group: builds a command when it is asked for, and reads the language before anything is said."""

    offered: Mapping[str, Offered]

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        call: Call = extra["obj"]
        call.lang = language(args, call.lang)
        self.help = say("cli.help_kehoach", call.lang)
        return super().make_context(info_name, args, parent, **extra)

    def list_commands(self, ctx: Any) -> list[str]:
        del ctx
        return list(self.offered)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self.offered:
            return None
        offered = self.offered[cmd_name]
        built = _build(cmd_name, offered.function, ctx.obj.lang)
        if offered.shares is not None:
            built.params += _build(cmd_name, offered.shares, ctx.obj.lang).params
        names = ("plan", "lang", "home") if offered.of_plan else ("lang", "home")
        built.params += [each for each in self.params if each.name in names]
        return built

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] not in self.offered and not ctx.resilient_parsing:
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.offered, n=3, cutoff=0.5)
            raise WrongUsage("cli.no_command", command=args[0], near=", ".join(near or self.offered))
        if ctx.obj.plan is not None and not self.offered[args[0]].of_plan:
            raise WrongUsage("cli.no_plan_here", command=args[0])
        return super().resolve_command(ctx, args)

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        _format_usage(self, ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        _format_options(self, ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        lang = ctx.obj.lang
        rows = [(name, say(f"cli.{help_key(name)}", lang).partition("\n")[0]) for name in self.offered]
        with formatter.section(say("cli.heading_commands", lang)):
            formatter.write_dl(rows)


def help_key(command: str) -> str:
    """The key of a command's help in texts/{vi,en}/cli.py."""
    return f"help_{command}"


def _build(name: str, function: Callable[..., None], lang: str) -> Any:
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    single.command(name, cls=Command, help=say(f"cli.{help_key(name)}", lang))(function)
    return typer.main.get_command(single)


def language(args: Sequence[str], default: str) -> str:
    """The language asked for by `--lang` anywhere in the line, so that even --help and usage errors speak it."""
    for position, word in enumerate(args):
        if word == "--":
            break
        asked = word.partition("=")[2] if word.startswith("--lang=") else None
        if word == "--lang" and position + 1 < len(args):
            asked = args[position + 1]
        if asked in LANGUAGES:
            return str(asked)
    return default


def _format_usage(built: Any, ctx: Any, formatter: Any) -> None:
    built.options_metavar = say("cli.options", ctx.obj.lang)
    if isinstance(built, Commands):
        built.subcommand_metavar = say("cli.subcommand", ctx.obj.lang)
    pieces = " ".join(built.collect_usage_pieces(ctx))
    formatter.write_usage(ctx.command_path, pieces, prefix=say("cli.usage", ctx.obj.lang) + " ")


def _format_options(built: Any, ctx: Any, formatter: Any) -> None:
    lang = ctx.obj.lang
    rows: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
    for param in built.get_params(ctx):
        if param.hidden:
            continue
        kind = param.param_type_name
        help = say_help(param, lang)
        shown = param.metavar or param.name.upper() if kind == "argument" else option_names(param)
        rows[kind].append((shown, help))
    for kind, heading in (("argument", "heading_arguments"), ("option", "heading_options")):
        if rows[kind]:
            with formatter.section(say(f"cli.{heading}", lang)):
                formatter.write_dl(rows[kind])
    if isinstance(built, Commands):
        built.format_commands(ctx, formatter)


def option_names(param: Any) -> str:
    """`-o, --output FILE`, as the help shows an option."""
    names = ", ".join(sorted(param.opts, key=len))
    return names if param.is_flag else f"{names} {param.metavar or param.name.upper()}"


def say_help(param: Any, lang: str) -> str:
    """The help of a parameter, in `lang`, saying also whether it must be given."""
    key = param.help if param.help.startswith("opt_") else f"opt_{param.name}"
    help = say(f"cli.{key}", lang)
    return f"{help} ({say('cli.required', lang)})" if param.required else help


def build_group(subjects: Iterable[Subject]) -> Any:
    """All commands of the subjects, in their order, none of them built yet."""
    app = typer.Typer(cls=Commands, rich_markup_mode=None, no_args_is_help=True)
    app.callback()(everywhere)
    group: Any = typer.main.get_command(app)
    group.offered = {name: offered for subject in subjects for name, offered in subject.items()}
    return group
