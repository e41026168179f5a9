"""An answer's table as HTML: heads for screen readers, cells that stack on a phone. Pure."""

from __future__ import annotations

from collections.abc import Callable

from bot.table_text import Line, Shown, heads, left_out, lines, table_texts
from bot.web.markup import esc, lang_attribute
from kb.answer_table import AnswerTable


def answer_table(table: AnswerTable, lang: str, chip: Callable[[int], str]) -> str:
    """The table of an answer; ``chip`` gives the link of a citation's number.

    The heads of columns stand in every cell too (``data-label``), for screens without columns.
    """
    names = heads(table, lang)
    caption = table_texts(lang).captions[table.kind]
    head = "".join(f'<th scope="col"{lang_attribute(n, lang)}>{esc(n)}</th>' for n in names)
    body = "".join(_line(line, names, lang, chip) for line in lines(table, lang))
    more = left_out(table, lang)
    below = f'<p class="left-out">{esc(more)}</p>' if more else ""
    return (
        f'<div class="side-by-side" role="region" tabindex="0" aria-label="{esc(caption)}">'
        f'<table class="answer-table answer-{table.kind.value}"><caption>{esc(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{below}"
    )


def _line(line: Line, names: tuple[str, ...], lang: str, chip: Callable[[int], str]) -> str:
    head = ""
    if line.lines:
        span = f' rowspan="{line.lines}"' if line.lines > 1 else ""
        scope = "rowgroup" if line.lines > 1 else "row"
        summed = f'<span class="sums-up">{esc(line.sums_up)}</span>' if line.sums_up else ""
        spoken = lang_attribute(line.head, lang)
        head = f'<th scope="{scope}"{span}{spoken}>{esc(line.head)}{summed}</th>'
    cells = "".join(
        _cell(cell, name, lang, chip) for name, cell in zip(names[1:], line.cells, strict=True)
    )
    return f"<tr>{head}{cells}</tr>"


def _cell(cell: Shown, name: str, lang: str, chip: Callable[[int], str]) -> str:
    chips = "".join(chip(n) for n in cell.citations)
    said = esc(cell.text)
    if cell.verdict is not None:
        said = f'<span class="verdict verdict-{cell.verdict.value}">{said}</span>'
    shown = f'{said}<span class="chips">{chips}</span>' if chips else said
    return f'<td data-label="{esc(name)}"{lang_attribute(cell.text, lang)}>{shown}</td>'
