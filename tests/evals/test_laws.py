"""The comparison with laws whose articles are known tells what is wrong from what is left out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.laws import main, run

LAW = """# 某法

第一章 总则

第一条 为了规范投资，制定本法。

第二条 本法适用于企业。

国家另有规定的，从其规定。

第三条 违反
第五条规定的，依法处理。

第四条 本法自2020年1月1日起施行。
"""


def folder(at: Path, articles: dict[str, str]) -> Path:
    (at / "docs" / "法").mkdir(parents=True)
    (at / "docs" / "法" / "某法.md").write_text(LAW, encoding="utf-8")
    records = [{"doc": "法/某法.md", "article": a, "text": t} for a, t in articles.items()]
    lines = "\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    (at / "corpus.jsonl").write_text(lines, encoding="utf-8")
    return at


def test_every_article_is_found_and_what_the_reference_leaves_out_is_not_invented(
    tmp_path: Path,
) -> None:
    known = {"第一条": "为了规范投资，制定本法。", "第三条": "违反第五条规定的，依法处理。"}
    (law,), characters, seconds = run(folder(tmp_path, known))
    assert (law.expected, law.found, law.alike, law.coverage) == (2, 4, 1.0, 1.0)
    assert [(d.article, d.what) for d in law.differences] == [
        ("第二条", "unlisted"), ("第四条", "unlisted"),
    ]  # fmt: skip
    assert characters > 0
    assert seconds > 0


def test_missing_articles_and_other_wording_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {"第二条": "本法适用于企业。", "第九条": "国家保护投资。"}
    monkeypatch.setattr("sys.argv", ["laws", str(folder(tmp_path, known))])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    shown = capsys.readouterr().out
    assert "第九条 missing: 国家保护投资。" in shown
    assert "the reference ends before: 国家另有规定的,从其规定。" in shown
