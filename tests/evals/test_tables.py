"""The questions for tables are in form and stand on the corpus; the runner finds the cells."""

from __future__ import annotations

from pathlib import Path

from evals.metrics import loose
from evals.tables import cells_of, questions
from kb.answer_table import AnswerTable, Cell, Row, TableKind, Verdict

REPOSITORY = Path(__file__).parents[2]
FOLDER = REPOSITORY / "evals" / "gold" / "tables"


def test_there_are_forty_of_all_kinds_with_cells_that_the_corpus_holds() -> None:
    held = questions(FOLDER)
    assert len(held) >= 40
    assert len({item["id"] for item in held}) == len(held)
    assert {item["kind"] for item in held} == {kind.value for kind in TableKind}
    files = (REPOSITORY / "corpus").glob("*/*.md")
    corpus = "\n".join(loose(file.read_text(encoding="utf-8")) for file in files)
    for item in held:
        assert item["cells"]
        for cell in item["cells"]:
            assert loose(cell["contains"]) in corpus, item["id"]
            assert Verdict(cell.get("verdict", "met"))


def test_cells_are_found_by_column_or_by_row() -> None:
    one, other = Cell("甲", (1,)), Cell("乙", (2,))
    rows = (Row("期限", (one, other)),)
    compared = AnswerTable(TableKind.COMPARISON, ("常州", "昆山"), rows)
    assert cells_of(compared, "昆山") == [other]
    listed = AnswerTable(TableKind.LIST, (), rows)
    assert cells_of(listed, "期限") == [one, other]
    assert cells_of(listed, "地价") == []
    assert cells_of(None, "期限") == []
