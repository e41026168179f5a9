"""``kb show`` and ``kb set`` as a user meets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.test_cli import complaint, kb, value
from tests.kb.test_keeping import FIRST, SECOND

THIS, LAST = "policy", "policy@2022-03-01"


@pytest.fixture
def two_editions(empty_folder: Path, tmp_path: Path) -> Path:
    """A data folder into which two editions came as one file name, one after the other."""
    for text in (FIRST, SECOND):
        (tmp_path / "policy.txt").write_text(text, encoding="utf-8")
        assert kb(empty_folder, "ingest", str(tmp_path / "policy.txt")).returncode == 0
    return empty_folder


def test_show_tells_where_each_fact_is_from_and_the_other_editions(two_editions: Path) -> None:
    shown = value(kb(two_editions, "show", THIS, "--on", "2025-06-15", "--json"))
    number = shown["fields"]["doc_number"]
    assert (number["value"], number["from"]) == ("延政发〔2025〕8号", "text")
    assert shown["text"][number["start"] : number["end"]] == number["quote"] == "延政发〔2025〕8号"
    assert shown["fields"]["effective"]["quote"] == "自2025年7月1日起施行"
    (other,) = shown["family"]
    assert other["document_id"] == LAST
    assert (other["relation"], other["validity"]) == ("earlier_edition", "in_force")
    assert other["superseded_on"] == "2025-07-01"
    old = value(kb(two_editions, "show", LAST, "--json"))
    assert old["fields"]["superseded_by"] == {"value": THIS, "from": "inferred"}
    assert old["family"][0]["relation"] == "later_edition"
    plain = kb(two_editions, "show", LAST).stdout
    for words in ("原文 “自2022年3月1日起施行”", "[推断]", "较新版本", "已被取代", "百分之五"):
        assert words in plain

    # corrections
    done = value(
        kb(two_editions, "set", THIS, "expires=2027-06-30", "region=[陕西, 延安]", "--json")
    )
    assert done["fields"]["expires"] == {"value": "2027-06-30", "from": "correction"}
    assert done["header"]["regions"] == ["陕西", "延安"]
    plain = kb(two_editions, "set", THIS, "issuer=", "--undo", "region").stdout
    assert "expires: 2027-06-30 [更正]" in plain
    assert "issuer: — [更正]" in plain
    assert "region: 延安 [原文" in plain
    listed = value(kb(two_editions, "list", "--on", "2027-07-01", "--json"))
    assert {d["document_id"]: d["validity"] for d in listed} == {
        THIS: "expired", LAST: "superseded",
    }  # fmt: skip

    # made internal: nothing of it is left for an investor
    assert kb(two_editions, "set", THIS, "audience=internal").returncode == 0
    assert THIS not in {d["document_id"] for d in value(kb(two_editions, "list", "--json"))}
    assert "kb list" in complaint(kb(two_editions, "show", THIS))
    old = value(kb(two_editions, "show", LAST, "--json"))
    assert old["family"] == []
    assert "superseded_by" not in old["header"] | old["fields"]
    assert kb(two_editions, "doctor").returncode == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("set", "x"), "--undo"),
        (("set", "x", "effective"), "等号"),
        (("set", "x", "effective=2025-02-30"), "2025-01-31"),
        (("set", "x", "efective=2025-01-01"), "effective"),
        (("set", "x", "audience=everybody"), "internal"),
        (("set", "x", "title="), "--undo title"),
        (("set", "x", "id=y"), "资料编号不能更正"),
        (("set", "x", "region=[陕西"), "[甲, 乙]"),
        (("set", "x", "--undo", "nonsense"), "nonsense"),
        (("set", "x", "grade=A"), "没有编号为 x 的资料"),
    ],
)
def test_what_cannot_be_set_is_told(empty_folder: Path, words: tuple[str, ...], told: str) -> None:
    assert told in complaint(kb(empty_folder, *words))
