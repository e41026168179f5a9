"""Configured sentence-transformers models: their own prompts, and errors that name the remedy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kb.encoder import load_encoder
from kb.encoder_st import SentenceTransformersEncoder
from kb.errors import EncoderError

TEXTS = [
    "对新引进的先进制造业项目，按其对地方经济的贡献给予奖励。",
    "企业申请兑现奖补资金的，应当在每年3月31日前向市商务局提交申请表。",
    "数字经济、氢能、装备制造、文旅融合",
]


def _tiny_model(folder: Path, prompts: dict[str, str] | None, seed: int = 0) -> Path:
    """A random two-layer BERT with a character vocabulary, saved as sentence-transformers does."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    raw = folder.with_name(folder.name + "-raw")
    raw.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "query", "passage", "ask", "find", ":"]
    words += sorted({character for text in TEXTS for character in text if character.strip()})
    (raw / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(raw)
    BertTokenizerFast(str(raw / "vocab.txt")).save_pretrained(raw)
    modules = [Transformer(str(raw)), Pooling(16)]
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(str(folder))
    return folder


def _plain_vectors(folder: Path, texts: list[str]) -> np.ndarray:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu")
    return np.asarray(model.encode(texts, prompt="", normalize_embeddings=True))


def test_a_configured_model_is_used_with_its_own_prompts(tmp_path: Path) -> None:
    prompts = {"query": "ask: ", "document": "find: "}
    folder = _tiny_model(tmp_path / "tiny", prompts)
    encoder = load_encoder(str(folder), tmp_path / "unused")
    assert isinstance(encoder, SentenceTransformersEncoder)
    assert not (tmp_path / "unused").exists()
    for encode, prompt in ((encoder.encode_queries, "ask: "), (encoder.encode_passages, "find: ")):
        vectors = encode(TEXTS)
        assert vectors.dtype == np.float32
        expected = _plain_vectors(folder, [prompt + text for text in TEXTS])
        assert np.allclose(vectors, expected, atol=1e-5)
    assert encoder.encode_queries([]).shape == (0, 16)
    assert encoder.fingerprint.model == "tiny"
    assert encoder.fingerprint.dimension == 16


def test_an_e5_model_without_prompts_gets_those_of_e5(tmp_path: Path) -> None:
    folder = _tiny_model(tmp_path / "some-e5-model", None)
    encoder = load_encoder(str(folder), tmp_path / "unused")
    expected = _plain_vectors(folder, ["passage: " + text for text in TEXTS])
    assert np.allclose(encoder.encode_passages(TEXTS), expected, atol=1e-5)


def test_fingerprints_tell_models_apart(tmp_path: Path) -> None:
    prints = []
    for place, prompts, seed in (
        ("same-a", None, 0),
        ("same-b", None, 0),
        ("weights", None, 1),
        ("prompts", {"query": "ask: ", "document": ""}, 0),
    ):
        (tmp_path / place).mkdir()
        model = _tiny_model(tmp_path / place / "m", prompts, seed)
        prints.append(SentenceTransformersEncoder(str(model)).fingerprint)
    same_a, same_b, other_weights, other_prompts = prints
    assert same_a == same_b
    assert len({same_a, other_weights, other_prompts}) == 3


@pytest.mark.parametrize("name", ["./no/such/folder", "/no/such", "~/none", "a/b/c"])
def test_a_missing_folder_says_so(name: str, tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="KB_ENCODER"):
        load_encoder(name, tmp_path)


def test_a_hub_model_that_is_not_here_says_how_to_bring_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(EncoderError, match="hf download nobody/no-such-model"):
        load_encoder("nobody/no-such-model", tmp_path)


def test_a_folder_that_is_no_model_says_so(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    with pytest.raises(EncoderError, match="无法加载"):
        load_encoder(str(tmp_path / "model"), tmp_path)
