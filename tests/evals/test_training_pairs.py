"""Samples and groups for training the reranker: right is right, and what is wrong is not right."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np

import evals.training_pairs as pairs
from evals.hash_encoder import HashEncoder
from evals.shelf import Shelf, remembering, windows_of
from evals.training_groups import Groups, another_year, draw, elsewhere
from evals.training_pairs import (
    Maker,
    Sample,
    cmrc_samples,
    dev_documents,
    policy_samples,
)
from ingest.parse import parse_text
from kb.places import within

RIGHT = "补贴办法\n一、补贴\n延安市2024年对新建厂房补贴五十万元。"
SAMPLE = Sample(
    source="policies",
    question="延安2024年新建厂房补贴多少钱？",
    right=(RIGHT,),
    right_short=(RIGHT,),
    wrong=tuple(f"补贴办法\n二、其他\n第{n}项事务由县里办理。" for n in range(9)),
    wrong_short=tuple(f"补贴办法\n二、其他\n第{n}项。" for n in range(9)),
    misses=("补贴几天到账？",),
)


def maker() -> Maker:
    encoder = HashEncoder()
    return Maker(encoder.encode_queries, encoder.encode_passages, random.Random(1))


def test_a_group_has_one_right_text_wrong_ones_and_spoilt_questions() -> None:
    for seed in range(40):
        group = draw(SAMPLE, random.Random(seed))
        assert group.pairs[0][1] == RIGHT
        wrong = group.pairs[1 : 1 + group.wrong]
        assert len({text for _, text in wrong}) == group.wrong > 0
        assert all(question == group.pairs[0][0] and text != RIGHT for question, text in wrong)
        spoilt = group.pairs[1 + group.wrong :]
        assert spoilt
        assert all(text == RIGHT and question != group.pairs[0][0] for question, text in spoilt)


def test_the_same_seed_draws_the_same_groups() -> None:
    samples = [SAMPLE] * 3
    first, second = (Groups(samples, random.Random(5)) for _ in range(2))
    assert first.take(10) == second.take(10)
    assert first.epoch == second.epoch == 3


def test_a_question_is_moved_only_where_the_text_does_not_speak_for() -> None:
    moved = [elsewhere(SAMPLE.question, RIGHT, "policies", random.Random(n)) for n in range(60)]
    places = [m for m in moved if m]
    assert places
    spoken = set(within("延安"))
    assert all("延安" not in m and not any(m.startswith(p) for p in spoken) for m in places)


def test_national_law_holds_at_home_and_not_abroad() -> None:
    law = "公司法 第二十条\n股东不得滥用权利。"
    moved = [elsewhere("股东滥用权利怎么办？", law, "laws", random.Random(n)) for n in range(200)]
    assert any(moved)
    assert not any("延安" in m or "陕西" in m for m in moved if m)


def test_another_year_is_one_that_the_text_does_not_name() -> None:
    moved = [another_year(SAMPLE.question, RIGHT, random.Random(n)) for n in range(40)]
    years = [m for m in moved if m]
    assert years
    assert not any("2024" in m for m in years)
    assert another_year("2023年补贴多少？", RIGHT, random.Random(1)) is None


def test_wrong_windows_neither_answer_nor_repeat(tmp_path: Path) -> None:
    texts = {
        "a": "新建厂房按投资额的百分之五补贴，最高五十万元。",
        "b": "新建厂房按投资额的百分之五补贴，最高五十万元。另有说明。",
        "c": "新建厂房应当在两年内竣工，逾期收回土地。",
    }
    documents = [parse_text(t, title="办法", document_id=i) for i, t in texts.items()]
    encoder = HashEncoder()
    shelf = Shelf(windows_of(documents), encoder.encode_passages)
    sample = maker().sample("laws", "新建厂房补贴多少？", shelf, shelf.at["a"])
    assert sample.right == (f"办法\n{texts['a']}",)
    assert sample.wrong == (f"办法\n{texts['c']}",)


def test_the_answer_tells_the_right_window_and_sentence(tmp_path: Path) -> None:
    record = {"id": "d", "title": "某球队", "text": "球队成立于1990年。主场在南京。" + "无关。" * 3}
    asked = {"id": "q", "question": "主场在哪？", "relevant": ["d"], "answers": ["南京"]}
    (tmp_path / "corpus.jsonl").write_text(json.dumps(record), encoding="utf-8")
    (tmp_path / "queries.jsonl").write_text(json.dumps(asked), encoding="utf-8")
    (sample,) = cmrc_samples(maker(), tmp_path)
    assert all("南京" in text for text in (*sample.right, *sample.right_short))
    assert "某球队\n主场在南京。" in sample.right_short


def test_clauses_of_one_title_are_each_others_wrong_ones() -> None:
    samples = list(policy_samples(maker()))
    assert samples
    for sample in samples[:20]:
        assert sample.misses
        clause = sample.right[0].split("\n")[-1]
        assert not any(clause in text for text in sample.wrong)
    titles = [{text.split("\n")[0] for text in (s.right[0], *s.wrong)} for s in samples[:20]]
    assert any(len(found) > 1 for found in titles)


def test_no_document_of_the_test_split_is_read() -> None:
    test = pairs.test_documents()
    assert {"B03", "E01", "G01"} <= test
    documents = dev_documents()
    assert documents
    assert not test & {d.document_id for d in documents}


def test_vectors_are_kept_between_runs(tmp_path: Path) -> None:
    calls: list[int] = []
    encoder = HashEncoder()

    def encode(texts: list[str]) -> np.ndarray:
        calls.append(len(texts))
        return encoder.encode_passages(texts)

    texts = [f"第{n}条" for n in range(300)]
    first = remembering(encode, tmp_path / "kept.npz")(texts)  # type: ignore[arg-type]
    second = remembering(encode, tmp_path / "kept.npz")([*texts[::-1], texts[0]])  # type: ignore[arg-type]
    assert calls == [300]
    assert np.array_equal(second, np.concatenate([first[::-1], first[:1]]))
