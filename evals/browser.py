"""The error browser of ``kb eval --show``: single questions, what was wanted, what was given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from rich.console import Console


class Show(StrEnum):
    """Which questions to show."""

    WRONG = "wrong"
    REFUSED = "refused"
    FALSE_ANSWERS = "false-answers"
    ALL = "all"


_WANTED: dict[Show, Callable[[Mapping[str, Any]], bool]] = {
    Show.WRONG: lambda o: bool(
        o["forbidden"] or (not o["returned"] if o["answerable"] else o["answered"])
    ),
    Show.REFUSED: lambda o: o["answerable"] and not o["answered"],
    Show.FALSE_ANSWERS: lambda o: o["answered"] and not o["answerable"],
    Show.ALL: lambda o: True,
}


def chosen(outcomes: Sequence[Mapping[str, Any]], show: Show) -> list[Mapping[str, Any]]:
    """The outcomes to look at: the most confident errors first."""
    return sorted(filter(_WANTED[show], outcomes), key=lambda o: -o["confidence"])


def print_outcomes(
    outcomes: Sequence[Mapping[str, Any]], show: Show, console: Console | None = None
) -> None:
    """Print the questions one below the other."""
    console = console or Console(highlight=False, soft_wrap=True)
    found = chosen(outcomes, show)
    for o in found:
        verdict = _verdict(o)
        console.print(f"\n{o['id']}  {o['type']}  {verdict}  {o['confidence']:.2f}", markup=False)
        console.print(f"  Q  {o['question']}", markup=False)
        if o["wanted"]:
            console.print(f"  ?  {' | '.join(o['wanted'])}", markup=False, style="dim")
        console.print(f"  A  {o['answer'] or '(refused)'}", markup=False)
    console.print(f"\n{len(found)} of {len(outcomes)} questions ({show.value})", markup=False)


def _verdict(o: Mapping[str, Any]) -> str:
    if o["forbidden"]:
        return "says a known wrong figure"
    if not o["answerable"]:
        return "answered, not covered" if o["answered"] else "rightly refused"
    if not o["answered"]:
        return "refused, answerable"
    return "right" if o["returned"] else "answer not in it"
