"""The reranker's graph computes what was trained; settings choose which reranker is used."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from kb import reranker_build
from kb.encoder_source import Source, find_source, read_verified
from kb.errors import EncoderError
from kb.pairs import join, side_of
from kb.reranker import OnnxReranker, Reranker, load_reranker
from kb.reranker_build import build_reranker

QUESTION = "企业所得税按多少征收？"
PASSAGES = [
    "西部大开发\n一、税率\n减按15%的税率征收企业所得税。",
    "西部大开发\n三、材料\n企业自行判断，资料留存备查。",
    "苹果产业概况\n2024年产量114万吨。",
]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint nobody trained: two layers, a head of random weights, exported."""
    import torch

    from evals.export_reranker import exported
    from evals.reranker_model import Reranker

    torch.manual_seed(3)
    model = Reranker(Source.parse(read_verified(find_source())), range(2))
    file = tmp_path_factory.mktemp("weights") / "reranker.npz"
    torch.save(model.state_dict(), file.with_suffix(".pt"))
    arrays: dict[str, np.ndarray] = exported(model.state_dict(), 2)
    np.savez(file, **arrays)  # type: ignore[arg-type]
    return file


@pytest.fixture(scope="module")
def built(trained: Path) -> Path:
    folder = trained.parent / "reranker"
    assert build_reranker(folder, trained=trained)
    return folder


def test_the_graph_computes_what_was_trained(trained: Path, built: Path) -> None:
    import torch

    from evals.reranker_model import Reranker

    model = Reranker(Source.parse(read_verified(find_source())), range(2)).eval()
    model.load_state_dict(torch.load(trained.with_suffix(".pt"), weights_only=True))
    reranker = OnnxReranker(built, threads=1)
    tokenizer = reranker.tokenizer
    expected = []
    for passage in PASSAGES:
        ids, marks = join(tokenizer, side_of(tokenizer, QUESTION), side_of(tokenizer, passage))
        rows = torch.tensor([ids]), torch.tensor([marks]), torch.tensor([len(ids)])
        with torch.no_grad():
            expected.append(float(model(*rows)[0]))
    assert np.abs(reranker.score(QUESTION, PASSAGES) - expected).max() < 0.02


def test_scores_come_in_order_and_do_not_depend_on_neighbours(built: Path) -> None:
    reranker = OnnxReranker(built, threads=2)
    scores = reranker.score(QUESTION, PASSAGES)
    assert scores.dtype == np.float32
    assert np.array_equal(reranker.score(QUESTION, PASSAGES[::-1]), scores[::-1])
    assert np.array_equal(reranker.score(QUESTION, PASSAGES[1:2]), scores[1:2])
    assert reranker.score(QUESTION, []).shape == (0,)
    with ThreadPoolExecutor(4) as pool:
        for again in pool.map(lambda _: reranker.score(QUESTION, PASSAGES), range(8)):
            assert np.array_equal(again, scores)


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "很" * 50_000])
def test_odd_texts_have_a_score(built: Path, text: str) -> None:
    reranker = OnnxReranker(built, threads=1)
    assert np.isfinite(reranker.score(text, [text, "正文"])).all()


def test_the_second_build_does_nothing_and_other_weights_build_anew(
    trained: Path, built: Path, tmp_path: Path
) -> None:
    assert not build_reranker(built, trained=trained)
    other = tmp_path / "other.npz"
    with np.load(trained) as held:
        arrays = {name: held[name] for name in held.files}
    arrays["outer.b"] = arrays["outer.b"] + 1
    np.savez(other, **arrays)
    folder = tmp_path / "reranker"
    assert build_reranker(folder, trained=trained)
    before = OnnxReranker(folder, 1).score(QUESTION, PASSAGES)
    assert build_reranker(folder, trained=other)
    assert np.allclose(OnnxReranker(folder, 1).score(QUESTION, PASSAGES), before + 1, atol=1e-4)


def test_damaged_weights_are_named_with_the_remedy(tmp_path: Path) -> None:
    bad = tmp_path / "bad.npz"
    bad.write_bytes(b"no weights")
    with pytest.raises(EncoderError, match="KB_RERANKER=none"):
        build_reranker(tmp_path / "reranker", trained=bad)
    assert not list(tmp_path.glob(".reranker*"))
    with pytest.raises(EncoderError, match="删除该文件夹"):
        OnnxReranker(tmp_path)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Reranker:
    """The shipped weights."""
    found = load_reranker("offline", tmp_path_factory.mktemp("ours") / "reranker")
    assert found is not None
    return found


def test_the_shipped_weights_know_what_answers(ours: Reranker) -> None:
    rate, material, apples = ours.score(QUESTION, PASSAGES)
    assert rate > max(material, apples) + 2


@pytest.mark.parametrize(
    ("asked", "missed"),
    [
        ("2024年苹果产了多少？", "2019年苹果产了多少？"),
        ("苹果产量是多少吨？", "苹果一斤卖多少钱？"),
    ],
)
def test_the_shipped_weights_tell_a_near_miss(ours: Reranker, asked: str, missed: str) -> None:
    (right,), (wrong,) = (ours.score(q, PASSAGES[2:]) for q in (asked, missed))
    assert right > wrong + 1


def test_none_is_none(tmp_path: Path) -> None:
    assert load_reranker("none", tmp_path / "reranker") is None
    assert not (tmp_path / "reranker").exists()


def test_offline_without_weights_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reranker_build, "TRAINED", tmp_path / "absent.npz")
    assert load_reranker("offline", tmp_path / "reranker") is None


def test_offline_is_built_at_first_use(
    trained: Path, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reranker_build, "TRAINED", trained)
    seen: list[str] = []
    reranker = load_reranker("offline", tmp_path / "r", 1, lambda d, t, what: seen.append(what))
    assert reranker is not None
    assert len(seen) == 2
    expected = OnnxReranker(built, 1).score(QUESTION, PASSAGES)
    assert np.array_equal(reranker.score(QUESTION, PASSAGES), expected)


def _cross_encoder(folder: Path) -> Path:
    """A random cross-encoder with a character vocabulary, saved as sentence-transformers does."""
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    raw = folder.with_name("raw")
    raw.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set(QUESTION + PASSAGES[0]))]
    (raw / "vocab.txt").write_text("\n".join(w for w in words if w.strip()), encoding="utf-8")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        num_labels=1,
    )
    BertForSequenceClassification(config).save_pretrained(raw)
    BertTokenizerFast(str(raw / "vocab.txt")).save_pretrained(raw)
    CrossEncoder(str(raw), device="cpu").save_pretrained(str(folder))
    return folder


def test_a_configured_cross_encoder_gives_its_logits(tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder
    from torch.nn import Identity

    folder = _cross_encoder(tmp_path / "tiny")
    reranker = load_reranker(str(folder), tmp_path / "unused")
    assert reranker is not None
    scores = reranker.score(QUESTION, PASSAGES)
    plain = CrossEncoder(str(folder), device="cpu")
    expected = plain.predict([(QUESTION, p) for p in PASSAGES], activation_fn=Identity())
    assert scores.dtype == np.float32
    assert np.allclose(scores, expected, atol=1e-5)
    assert reranker.score(QUESTION, []).shape == (0,)
    assert not (tmp_path / "unused").exists()


def test_a_missing_cross_encoder_is_named_with_the_setting(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="KB_RERANKER"):
        load_reranker(str(tmp_path / "nothing here"), tmp_path / "unused")
