"""Quotes: each stands in the clause it names; clauses are accounted for."""

from __future__ import annotations

from difflib import SequenceMatcher

from plan.check_ids import PLAN
from plan.covering import find_quote
from plan.draft import Draft
from plan.problems import Path
from plan.schema import SourceQuote
from plan.source import COLLECTIVE, HEADINGS, Source, below
from plan.wording import WORD, collapse


def check_quotes(draft: Draft) -> None:
    """Every quote against its clause. Exact words first; white space and tone placement only where they differ."""
    source = draft.source
    if source is None:
        return
    clauses = source.by_address
    for file, path, owner in draft.owners():
        for place, each in enumerate(owner.source):
            clause = clauses.get(each.clause)
            quote = each.quote
            if clause is not None and (quote in clause.text and quote.strip()):
                continue
            if clause is None or find_quote(clause.text, quote) is None or not WORD.search(quote):
                _fault(draft, source, each, file, (*path, "source", place))


def _fault(draft: Draft, source: Source, said: SourceQuote, file: str, path: Path) -> None:
    clause = source.by_address.get(said.clause)
    if not WORD.search(said.quote):
        draft.error("quote_empty", file, (*path, "quote"), clause=said.clause)
        return
    draft.searches -= 1
    searched = draft.searches >= 0
    elsewhere = [each.address for each in source.by_address.values() if searched and find_quote(each.text, said.quote)]
    if clause is None:
        near = ", ".join(elsewhere) or draft.near(said.clause, source.by_address)
        draft.error("unknown_clause", file, (*path, "clause"), clause=said.clause, near=near)
    elif elsewhere:
        values = {"clause": said.clause, "elsewhere": ", ".join(elsewhere), "quote": _short(said.quote)}
        draft.error("quote_elsewhere", file, (*path, "quote"), **values)
    else:
        wrong, right = _difference(clause.text, collapse(said.quote)) if searched else (said.quote, clause.text)
        values = {"clause": said.clause, "wrong": _short(wrong), "right": _short(right)}
        draft.error("quote_not_found", file, (*path, "quote"), line=clause.line, **values)


def _difference(text: str, quote: str) -> tuple[str, str]:
    """(what the quote says, what the clause says there): from the last words that still agree on."""
    ours, theirs = quote.split(), text.split()
    match = SequenceMatcher(None, ours, theirs, autojunk=False).find_longest_match()
    if match.size == 0:
        return quote, text
    if match.a + match.size < len(ours):
        first, other = match.a + match.size - 1, match.b + match.size - 1
    else:
        first, other = max(0, match.a - 4), max(0, match.b - 4)
    return " ".join(ours[first : first + 8]), " ".join(theirs[other : other + 8])


def _short(text: str) -> str:
    text = collapse(text)
    return text if len(text) <= 100 else text[:97] + "…"


def check_clauses(draft: Draft) -> None:
    """That every clause either obliges or is excluded with a reason, and that both name what the text has."""
    plan, source = draft.plan, draft.source
    if plan is None or source is None:
        return
    known = [*source.by_address, *source.headings, *COLLECTIVE]
    excluded = tuple(each.clause for each in plan.excluded)
    for key, addresses in (("obliges", plan.obliges), ("excluded", excluded)):
        for place, address in enumerate(addresses):
            path: Path = (key, place, "clause") if key == "excluded" else (key, place)
            if address not in known:
                draft.error("unknown_clause", PLAN, path, clause=address, near=draft.near(address, known))
    for place, question in enumerate(plan.questions):
        if question.clause is not None and question.clause not in known:
            path = ("questions", place, "clause")
            draft.error("unknown_clause", PLAN, path, clause=question.clause, near=draft.near(question.clause, known))
    if HEADINGS not in excluded and source.headings:
        draft.error("unaccounted", PLAN, ("excluded",), clause=HEADINGS, text=next(iter(source.headings.values())).text)
    stands = below((*plan.obliges, *excluded))
    for address, clause in source.by_address.items():
        if not (address + "-").startswith(stands):
            draft.error("unaccounted", PLAN, ("excluded",), clause=address, text=_short(clause.text))
