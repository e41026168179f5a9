"""An answer's table as lines of cells, in Chinese or English: what every way in shows. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kb.answer_table import AnswerTable, Row, TableKind, Verdict


@dataclass(frozen=True, slots=True)
class TableTexts:
    """The words of one language."""

    captions: dict[TableKind, str]
    heads: dict[TableKind, tuple[str, ...]]
    aspect: str
    nothing: str
    gives: str
    verdicts: dict[Verdict, str]
    so_far: str
    left_out: str


ZH = TableTexts(
    captions={
        TableKind.COMPARISON: "对比",
        TableKind.LIST: "资料库中的各项",
        TableKind.CONDITIONS: "按您说的情况逐条对照",
    },
    heads={
        TableKind.LIST: ("文件", "内容"),
        TableKind.CONDITIONS: ("政策", "资料中的规定", "您的情况", "判断"),
    },
    aspect="方面",
    nothing="资料未收录",
    gives="优惠内容",
    verdicts={Verdict.MET: "符合", Verdict.UNMET: "不符合", Verdict.UNKNOWN: "未知"},
    so_far="已说明的条件符合，另有条件未知",
    left_out="另有 {n} 项没有列出，请把问题问得更具体。",
)

EN = TableTexts(
    captions={
        TableKind.COMPARISON: "Side by side",
        TableKind.LIST: "What the base holds",
        TableKind.CONDITIONS: "Condition by condition, against what you said",
    },
    heads={
        TableKind.LIST: ("Document", "Content"),
        TableKind.CONDITIONS: ("Policy", "What the source says", "You said", "Result"),
    },
    aspect="Aspect",
    nothing="not in the base",
    gives="what it gives",
    verdicts={Verdict.MET: "met", Verdict.UNMET: "not met", Verdict.UNKNOWN: "not known"},
    so_far="what you said meets its conditions; others are not known",
    left_out="{n} more are not listed; ask more specifically.",
)


def table_texts(lang: str) -> TableTexts:
    """The words of a language; anything but ``en`` is Chinese."""
    return EN if lang == "en" else ZH


@dataclass(frozen=True, slots=True)
class Shown:
    """The text of a cell, its citations, and the verdict it tells, if it does."""

    text: str
    citations: tuple[int, ...] = ()
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the head of its row, and its cells. ``lines`` counts those of the row on the first.

    On the row's other lines it is 0: they belong to the same head. ``sums_up`` is said of the row.
    """

    head: str
    lines: int
    cells: tuple[Shown, ...]
    sums_up: str = ""

    @property
    def title(self) -> str:
        """The head, and what is said of the row."""
        return f"{self.head}：{self.sums_up}" if self.sums_up else self.head


def heads(table: AnswerTable, lang: str) -> tuple[str, ...]:
    """The heads of all columns, the first included."""
    t = table_texts(lang)
    return t.heads.get(table.kind) or (t.aspect, *table.heads)


def lines(table: AnswerTable, lang: str) -> list[Line]:
    """The lines of a table, each with as many cells as there are heads but one."""
    return [line for row in table.rows for line in _lines(table.kind, row, table_texts(lang))]


def _lines(kind: TableKind, row: Row, t: TableTexts) -> list[Line]:
    if kind is not TableKind.CONDITIONS:
        return [
            Line(row.head, 1, tuple(Shown(c.text or t.nothing, c.citations) for c in row.cells))
        ]
    told = [cell for cell in row.cells if cell.text]
    sums_up = _summary(row, t)
    made = []
    for i, cell in enumerate(told):
        verdict = t.gives if cell.verdict is None else t.verdicts[cell.verdict]
        cells = (Shown(cell.text, cell.citations), Shown(cell.said or "—"),
                 Shown(verdict, verdict=cell.verdict))  # fmt: skip
        made.append(Line(row.head, len(told) if i == 0 else 0, cells, sums_up))
    return made


def _summary(row: Row, t: TableTexts) -> str:
    """The verdict on a policy; where nothing said speaks against it, that is told."""
    verdict = row.verdict or Verdict.UNKNOWN
    met = any(cell.verdict is Verdict.MET for cell in row.cells)
    return t.so_far if verdict is Verdict.UNKNOWN and met else t.verdicts[verdict]


def left_out(table: AnswerTable, lang: str) -> str:
    """How many rows are not given, in words; empty when none is missing."""
    return table_texts(lang).left_out.format(n=table.left_out) if table.left_out else ""


def marked(cell: Shown) -> str:
    """A cell as text, its citations behind it in brackets."""
    return cell.text + "".join(f"[{n}]" for n in cell.citations)


def as_text(table: AnswerTable, lang: str) -> list[str]:
    """A table as lines of plain text: ``常州｜做了什么：…[1]``."""
    names = heads(table, lang)[1:]
    made = []
    for line in lines(table, lang):
        if line.lines:
            made.append(line.title)
        cells = zip(names, line.cells, strict=True)
        made += [f"  {name}｜{marked(cell)}" for name, cell in cells]
    return [*made, *(said for said in [left_out(table, lang)] if said)]


def as_markdown(table: AnswerTable, lang: str) -> str:
    """A table in Markdown; bars and line breaks inside cells are made harmless."""
    names = heads(table, lang)
    made = [_bars(names), _bars(["---"] * len(names))]
    made += [_bars([line.title, *map(marked, line.cells)]) for line in lines(table, lang)]
    return "\n".join([*made, *(f"\n{said}" for said in [left_out(table, lang)] if said)])


def _bars(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(c.split()).replace("|", "\\|") for c in cells) + " |"
