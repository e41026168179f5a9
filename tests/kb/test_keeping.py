"""The same document again: unchanged, changed, a new edition, under another name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from evals.hash_encoder import HashEncoder
from ingest.outcome import Result
from ingest.parse import parse_bytes
from ingest.pipeline import ingest
from kb.encoder import Progress, Vectors
from kb.knowledge_base import Change, KnowledgeBase
from kb.models import Audience, ParsedDocument, Query, Validity
from kb.settings import load_settings
from kb.validity import validity

PUBLIC = (Audience.PUBLIC,)
FIRST = """延安市招商奖励办法
延政发〔2022〕3号
第一条 为了鼓励投资，制定本办法。
第二条 固定资产投资一亿元以上的工业项目，按照设备投资额的百分之五给予一次性奖励。
第三条 本办法自2022年3月1日起施行。
延安市人民政府
2022年2月1日"""
SECOND = (
    FIRST.replace("〔2022〕3号", "〔2025〕8号")
    .replace("百分之五", "百分之八")
    .replace("2022年3月1日", "2025年7月1日")
    .replace("2022年2月1日", "2025年6月1日")
)


def read(text: str, name: str = "policy.txt") -> ParsedDocument:
    return parse_bytes(text.encode(), name)


def shown(base: KnowledgeBase) -> set[str]:
    return {info.document_id for info in base.documents(list(Audience))}


def answers(base: KnowledgeBase, on: date) -> list[str]:
    hits = base.search(Query(text="设备投资额的奖励比例", on=on))
    return list(dict.fromkeys(hit.document.document_id for hit in hits))


def test_this_years_file_does_not_throw_away_last_years(base: KnowledgeBase) -> None:
    base.add([read(FIRST)])
    assert base.add([read(SECOND)]) == [Change.REPLACED]
    assert shown(base) == {"policy", "policy@2022-03-01"}
    old = base.document("policy@2022-03-01", PUBLIC)
    assert (old.header.superseded_by, old.header.superseded_on) == ("policy", date(2025, 7, 1))
    assert "百分之五" in base.text(old)
    for day, document in (
        (date(2022, 6, 1), "policy@2022-03-01"),
        (date(2025, 6, 15), "policy@2022-03-01"),  # published, but not in force yet
        (date(2025, 7, 1), "policy"),
    ):
        assert answers(base, day) == [document]
    assert answers(base, date(2021, 1, 1)) == []
    assert base.vectors.count() == base.lexical.count()


def test_three_editions_one_after_the_other(base: KnowledgeBase) -> None:
    third = SECOND.replace("2025年7月1日", "2026年7月1日").replace("百分之八", "百分之九")
    for text in (FIRST, SECOND, third):
        base.add([read(text)])
    assert shown(base) == {"policy", "policy@2022-03-01", "policy@2025-07-01"}
    assert answers(base, date(2023, 1, 1)) == ["policy@2022-03-01"]
    assert answers(base, date(2026, 1, 1)) == ["policy@2025-07-01"]
    assert answers(base, date(2026, 7, 1)) == ["policy"]


def test_an_earlier_edition_put_in_its_place_is_the_earlier_one(base: KnowledgeBase) -> None:
    base.add([read(SECOND)])
    base.add([read(FIRST)])
    assert shown(base) == {"policy", "policy@2025-07-01"}
    assert answers(base, date(2023, 1, 1)) == ["policy"]
    assert answers(base, date(2026, 1, 1)) == ["policy@2025-07-01"]


@pytest.mark.parametrize(
    "text",
    [
        FIRST.replace("百分之五", "百分之六"),  # a mistake put right
        FIRST.replace("自2022年3月1日起", "自印发之日起").replace("\n2022年2月1日", ""),  # no day
    ],
)
def test_a_corrected_file_replaces(base: KnowledgeBase, text: str) -> None:
    base.add([read(FIRST)])
    base.add([read(text)])
    assert shown(base) == {"policy"}


def test_an_id_somebody_chose_is_always_the_same_document(base: KnowledgeBase) -> None:
    for text in (FIRST, SECOND):
        start = "2022-03-01" if text is FIRST else "2025-07-01"
        front = f"---\nid: R1\ntitle: 奖励办法\neffective: {start}\n---\n"
        base.add([read(front + text)])
    assert shown(base) == {"R1"}


def test_another_document_of_the_same_file_name_is_kept_and_not_superseded(
    base: KnowledgeBase,
) -> None:
    other = "关于春节放假的通知\n今年春节放假七天，请安排好值班。\n延安市人民政府\n2026年1月20日"
    base.add([read(FIRST)])
    base.add([read(other)])
    assert shown(base) == {"policy", "policy@2022-03-01"}
    old = base.document("policy@2022-03-01", PUBLIC)
    assert validity(old.header, date(2026, 11, 1)) is Validity.IN_FORCE


def test_corrections_of_the_earlier_edition_stay_with_it(base: KnowledgeBase) -> None:
    base.add([read(FIRST)])
    base.correct("policy", {"audience": "internal", "effective": "2022-04-01"})
    base.add([read(SECOND)])
    both = list(Audience)
    old, new = base.document("policy@2022-04-01", both), base.document("policy", both)
    assert old.header.effective == date(2022, 4, 1)
    assert new.header.effective == date(2025, 7, 1), "last year's day is not this year's"
    assert old.header.audience is new.header.audience is Audience.INTERNAL
    assert base.documents(PUBLIC) == []
    assert base.vectors.keys(Audience.PUBLIC) == set()


def test_removing_the_new_edition_brings_the_old_one_back(base: KnowledgeBase) -> None:
    base.add([read(FIRST)])
    base.add([read(SECOND)])
    base.remove("policy")
    assert answers(base, date(2026, 1, 1)) == ["policy@2022-03-01"]


def test_the_same_folder_again(base: KnowledgeBase, tmp_path: Path) -> None:
    file = tmp_path / "policy.txt"
    file.write_text(FIRST, encoding="utf-8")
    assert [o.result for o in ingest(base, [tmp_path])] == [Result.ADDED]
    first = base.document("policy", PUBLIC).version_id
    assert [o.result for o in ingest(base, [tmp_path])] == [Result.UNCHANGED]
    assert base.document("policy", PUBLIC).version_id == first

    file.write_text(FIRST.replace("百分之五", "百分之六"), encoding="utf-8")  # changed text
    assert [o.result for o in ingest(base, [tmp_path])] == [Result.REPLACED]
    assert "百分之六" in base.text(base.document("policy", PUBLIC))

    facts = f"---\nchains: [苹果]\n---\n{file.read_text(encoding='utf-8')}"  # only facts
    file.write_text(facts, encoding="utf-8")
    assert [o.result for o in ingest(base, [tmp_path])] == [Result.REPLACED]
    assert base.document("policy", PUBLIC).header.chains == ("苹果",)
    assert shown(base) == {"policy"}

    file.write_text(FIRST, encoding="utf-8")
    assert [o.result for o in ingest(base, [tmp_path])] == [Result.REPLACED]
    renamed = file.rename(tmp_path / "奖励办法.txt")
    assert [o.result for o in ingest(base, [tmp_path])] == [Result.UNCHANGED]
    assert shown(base) == {"policy"}

    renamed.write_text(SECOND, encoding="utf-8")  # the new edition under the new name
    assert [o.result for o in ingest(base, [tmp_path])] == [Result.REPLACED]
    assert shown(base) == {"policy", "policy@2022-03-01"}
    assert answers(base, date(2023, 1, 1)) == ["policy@2022-03-01"]
    assert answers(base, date(2026, 1, 1)) == ["policy"]
    assert [o.result for o in ingest(base, [tmp_path])] == [Result.UNCHANGED]


class Counting(HashEncoder):
    """Notes how many passages it was given."""

    encoded = 0

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.encoded += len(texts)
        return super().encode_passages(texts, progress)


def test_what_is_embedded_as_before_is_not_encoded_again(tmp_path: Path) -> None:
    encoder = Counting()
    settings = load_settings().model_copy(update={"data": tmp_path / "data"})
    with KnowledgeBase(settings, encoder=encoder) as base:
        document = read(FIRST)
        narrow = [replace(p, wide=(p.start, p.window_end)) for p in document.passages]
        base.add([replace(document, passages=tuple(narrow))], recipe="before")
        encoded = encoder.encoded
        assert base.add([document], recipe="now") == [Change.REPLACED]
        assert encoder.encoded == encoded
        version = base.document("policy", PUBLIC).version_id
        assert tuple(base.catalog.passages(version)) == document.passages
        assert base.vectors.count() == base.lexical.count() == len(document.passages)
        base.add([read(FIRST.replace("百分之五", "百分之六"))])
        assert encoder.encoded > encoded
