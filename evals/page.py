"""The figures of runs as one page that opens offline: tables, charts, nothing to load.

Holds figures only, no questions and no texts, so a page about other people's sets can be kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from evals.calibration import (
    reliability,
    risk_coverage,
    trade_off,
)
from evals.charts import bars, reliability_chart, risk_chart, trade_off_chart
from evals.ladder import ANSWERING, FINDING, Ladder
from evals.report import DIFFERENCE_HEAD, difference_row, verdict
from evals.significance import Difference, interval

_FINDING = (
    "document_hit@1", "mrr@10", "recall@10", "answer_in_top1", "answer_in_top3", "hit_chars_mean",
)  # fmt: skip
_DRAWN = ("document_hit@1", "mrr@10", "answer_in_top1", "answer_in_top3")
_ANSWERING = {
    "first_sentence": "first sentence holds the answer",
    "returned": "answer holds it, or 0.8 of its characters",
    "contains": "answer holds every required string",
    "cited": "first citation is a right document (of the answered)",
}
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem;
  color: #1f2933; background: #fff }
h1 { font-size: 1.5rem } h2 { margin-top: 2.2rem; border-bottom: 1px solid #d9dee4 }
table { border-collapse: collapse; margin: 1rem 0 } th, td { padding: .25rem .7rem;
  vertical-align: top; text-align: left; border-bottom: 1px solid #e4e8ec }
td { font-variant-numeric: tabular-nums }
figure { display: inline-block; margin: .5rem 1rem .5rem 0 } figcaption { color: #52606d }
svg { max-width: 100%; height: auto } .better { color: #0b6e4f } .worse { color: #b42318 }
"""


def page(runs: Sequence[Mapping[str, Any]], threshold: float, made_on: date) -> str:
    """HTML of one or more runs.

    Args:
        runs: figures of ``evals.runner.run``; with ``differences`` (name -> ``Difference``) where
            an earlier run was compared, and a ``ladder`` where the steps were measured.
        threshold: ``Settings.refuse_below``.
        made_on: the day.
    """
    body = "".join(_run(figures, threshold) for figures in runs)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>Evaluation</title>'
        f"<style>{_STYLE}</style></head><body><h1>Finding, answering, refusing</h1>"
        f"<p>Made on {made_on.isoformat()} by <code>kb eval</code>. Shares lie between 0 and 1; "
        f"intervals are 95 % bootstrap intervals over questions.</p>{body}</body></html>\n"
    )


def _run(figures: Mapping[str, Any], threshold: float) -> str:
    outcomes = figures["outcomes"]
    parts = [f"<h2>{escape(figures['set'])}: {figures['questions']} questions</h2>"]
    parts.append(_finding(figures))
    parts.append(_answering(outcomes))
    if "ladder" in figures:
        parts.append(_steps(figures["ladder"]))
    if figures.get("differences"):
        parts.append(_differences(figures["differences"]))
    parts.append(_confidence(figures, threshold))
    for key, groups in figures["groups"].items():
        if len(groups) > 1:
            names = list(next(iter(groups.values())))
            rows = [[g, *(_text(v[n]) for n in names)] for g, v in groups.items()]
            parts.append(_table([key, *names], rows))
    stages = [[s, _text(v["p50_ms"]), _text(v["p95_ms"])] for s, v in figures["stages"].items()]
    parts.append(_table(["stage", "p50 ms", "p95 ms"], stages))
    return "".join(parts)


def _finding(figures: Mapping[str, Any]) -> str:
    plain = figures["baselines"]
    rows = [
        [name, _text(figures.get(name)), *(_text(b.get(name)) for b in plain.values())]
        for name in _FINDING
    ]
    table = _table(["finding", "ours", *plain], rows)
    series: dict[str, list[float | None]] = {"ours": [figures.get(n) for n in _DRAWN]}
    series |= {label: [b.get(n) for n in _DRAWN] for label, b in plain.items()}
    return table + _figure(bars(_DRAWN, series), "Whole answers and documents found")


def _steps(steps: Ladder) -> str:
    found = [[name, *map(str, cells)] for name, cells in steps.finding.items()]
    said = [[name, *map(str, cells)] for name, cells in steps.answering.items()]
    return (
        "<h3>Step by step</h3>"
        + _table(["finding", *FINDING, "characters a hit"], found)
        + _table(["answering", *ANSWERING], said)
    )


def _answering(outcomes: Sequence[Mapping[str, Any]]) -> str:
    yes = [o for o in outcomes if o["answerable"]]
    no = [o for o in outcomes if not o["answerable"]]
    rows = []
    for name, label in _ANSWERING.items():
        of = [o for o in yes if o["answered"]] if name == "cited" else yes
        rows.append(_measured(label, [float(o[name]) for o in of]))
    rows.append(_measured("refused although answerable", [float(not o["answered"]) for o in yes]))
    rows.append(_measured("answered although not covered", [float(o["answered"]) for o in no]))
    rows.append(_measured("a known wrong figure said", [float(o["forbidden"]) for o in outcomes]))
    return _table(["answering", "share", "95 % interval", "questions"], rows)


def _measured(label: str, values: Sequence[float]) -> list[str]:
    if not values:
        return [label, "-", "-", "0"]
    low, high = interval(values)
    return [label, _text(sum(values) / len(values)), f"{low:.3f}–{high:.3f}", str(len(values))]


def _differences(found: Mapping[str, Difference]) -> str:
    rows = []
    for name, d in found.items():
        word = verdict(name, d)
        mark = f'<span class="{word}">{word or "no clear difference"}</span>'
        rows.append([*map(escape, difference_row(name, d)), mark])
    return _raw_table([*DIFFERENCE_HEAD, ""], rows)


def _confidence(figures: Mapping[str, Any], threshold: float) -> str:
    outcomes: Sequence[Mapping[str, Any]] = figures["outcomes"]
    sure = [float(o["confidence"]) for o in outcomes]
    covered = [bool(o["answerable"] and o.get("answer_in_top3")) for o in outcomes]
    bins = reliability(sure, covered)
    points = trade_off(
        [s for s, o in zip(sure, outcomes, strict=True) if o["answerable"]],
        [s for s, o in zip(sure, outcomes, strict=True) if not o["answerable"]],
    )
    rows = [
        ["expected calibration error", _text(figures.get("calibration_error"))],
        ["false answers at 5 % false refusals", _text(figures.get("false_answers_at_5"))],
        ["area under the curve", _text(figures.get("refusal_auc"))],
    ]
    right = [bool(o["answerable"] and o["first_sentence"]) for o in outcomes]
    drawn = _figure(reliability_chart(bins), "Reliability of the confidence")
    if points:
        drawn += _figure(trade_off_chart(points, threshold), "The price of refusing")
    drawn += _figure(
        risk_chart(risk_coverage(sure, right)),
        "Risk and coverage: the first sentence lacks the answer",
    )
    return _table(["confidence", "value"], rows) + drawn


def _figure(svg: str, caption: str) -> str:
    return f"<figure>{svg}<figcaption>{escape(caption)}</figcaption></figure>"


def _table(head: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    return _raw_table(head, [[escape(cell) for cell in row] for row in rows])


def _raw_table(head: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f"<th>{escape(h)}</th>" for h in head)
    body = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _text(value: Any) -> str:
    return "-" if value is None else str(value) if isinstance(value, int) else f"{value:.3f}"
