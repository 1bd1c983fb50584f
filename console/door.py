"""The door to the shell: every error becomes one line on standard error and an exit code, never a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, TextIO

import typer

from console.call import Call
from console.words import in_words
from rules.errors import KehoachError, OutsideFailed, SeveralRefused
from texts import say

DEBUG = "KEHOACH_DEBUG"
"""The environment variable that shows tracebacks instead."""


def run(group: Any, args: Sequence[str], call: Call) -> int:
    """Run one command; every error becomes one line on standard error and an exit code, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        _speak_utf8(stream)
    try:
        return group.main(list(args), prog_name="kehoach", standalone_mode=False, obj=call) or 0
    except Exception as error:  # the last door: whatever it is, people get one line and scripts an exit code
        if os.environ.get(DEBUG):
            raise
        return complain(error, call)


def _speak_utf8(stream: TextIO) -> None:
    """Vietnamese leaves whole even where the locale is not UTF-8 (a Windows pipe, LANG=C)."""
    encoding = (getattr(stream, "encoding", None) or "").lower().replace("-", "")
    if encoding != "utf8" and hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding="utf-8")


def complain(error: Exception, call: Call) -> int:
    """Say what is wrong on standard error; returns the exit code of the contract."""
    lines, code = _explain(error, call)
    call.warn(lines)
    return code


def _explain(error: Exception, call: Call) -> tuple[list[str], int]:
    problems = getattr(error, "problems", None)
    if problems is not None:
        from outputs.listing import problem_lines

        return [*problem_lines(problems, call.lang, call.folder), call.say("problems", count=len(problems))], 1
    if isinstance(error, KehoachError):
        return [refusal(error, call.lang)], error.exit_code
    if isinstance(error, typer.Abort):
        return [call.say("interrupted")], 130
    if hasattr(error, "format_message"):
        return [_usage(error, call)], 2
    return [_outside(error, call)], OutsideFailed.exit_code


def refusal(error: KehoachError, lang: str) -> str:
    """The words of a refused request: the text of its code with its values."""
    from outputs.explain import moves_words

    def words(each: KehoachError) -> str:
        return say(each.code, lang, **in_words(moves_words(each.values, lang), lang))

    return "\n".join(error.lines(words)) if isinstance(error, SeveralRefused) else words(error)


def _usage(error: Any, call: Call) -> str:
    """Click's usage errors, told apart by their class."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return str(error.format_message())
    param = getattr(error, "param", None)
    name = (param.opts[0] if param.param_type_name == "option" else param.metavar or param.name) if param else ""
    if type(error).__name__ == "MissingParameter":
        said = call.say("missing", name=name)
    elif type(error).__name__ == "NoSuchOption":
        said = call.say("no_option", name=error.option_name, near=", ".join(error.possibilities or ["--help"]))
    elif type(error).__name__ == "BadOptionUsage":
        said = call.say("option_value", name=error.option_name)
    elif param is not None and param.type_descriptor.choices:
        said = call.say("choose", name=name, allowed=param.type_descriptor.choices)
    else:
        said = call.say("not_understood", name=name, message=error.format_message())
    where = error.ctx.command_path if error.ctx else "kehoach"
    return f"{said} ({call.say('see')} {where} --help)"


def _outside(error: Exception, call: Call) -> str:
    """The disk, the database, or a fault of ours: what it was in one line, and how to see more."""
    reason = str(getattr(error, "strerror", None) or getattr(error, "orig", None) or error).partition("\n")[0]
    file = getattr(error, "filename", None)
    what = f"{reason}: {file}" if file else reason
    kind = "outside" if isinstance(error, OSError) or hasattr(error, "orig") else "unexpected"
    return call.say(kind, error=type(error).__name__, what=what, debug=DEBUG)
