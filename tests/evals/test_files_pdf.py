"""Character errors: the distance is Levenshtein's, white space does not count."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from evals.files_pdf import bare, compare, differences, distance, main
from tests.ingest.making import pdf


def _plain(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        above, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (x != y))
    return row[-1]


def test_distance_is_levenshtein() -> None:
    assert distance("", "甲乙") == 2
    assert distance("甲乙", "") == 2
    rng = random.Random(3)
    for _ in range(200):
        a, b = ("".join(rng.choices("甲乙丙", k=rng.randrange(90))) for _ in range(2))
        assert distance(a, b) == _plain(a, b)


def test_white_space_and_invisible_characters_do_not_count() -> None:
    assert bare("第一条\u3000甲\u200b方 \n乙方") == "第一条甲方乙方"


def test_files_are_compared_with_their_truth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["第一条 甲方应当遵守规定。", "第二条 乙方应当遵守规定。"]
    (tmp_path / "dev-text-0.pdf").write_bytes(pdf([lines]))
    (tmp_path / "dev-truth-0.txt").write_text("\n".join(lines).replace("乙", "丙"), "utf-8")
    (tmp_path / "other.pdf").write_bytes(b"")
    (found,) = compare(tmp_path)
    assert (found.name, found.errors, found.pages) == ("dev-text-0.pdf", 1, 1)
    assert found.shown == differences("丙", "乙") == (("丙", "乙"),)
    main([str(tmp_path)])
    assert "4.167% of 24 characters wrong" in capsys.readouterr().out
