"""Text to token ids: the Unigram tokenizer of multilingual-e5 in plain Python.

The same algorithm as SentencePiece and the ``tokenizers`` library (the test compares the two id
by id). It is written out here for the time it takes to start: reading 250,002 pieces into a
``dict`` takes about a tenth of a second, the library's trie takes about one, and every call of
the command line would pay it. A passage of 260 characters costs less than a millisecond.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

PIECES, SCORES, RULES = "pieces.txt", "scores.bin", "tokenizer.json"

_SPACE = "\u2581"  # SentencePiece writes a space as this mark
_SPACES = re.compile(" {2,}")
UNENCODABLE = dict.fromkeys((0, *range(0x80, 0xA0), *range(0xD800, 0xE000)), "")
"""For ``str.translate``: what no tokenizer should see: NUL, the C1 controls, halves of surrogate
pairs. The model's own map knows the other control characters (line ends become spaces)."""

_UNKNOWN_PENALTY = 10.0  # below the worst piece; SentencePiece's kUnkPenalty


class Unigram:
    """Pieces with log-probabilities; the best-scoring segmentation of a text wins (Viterbi)."""

    def __init__(
        self,
        pieces: Sequence[str],
        scores: Sequence[float],
        reach: Mapping[str, int],
        normalization: Mapping[int, str],
        *,
        bos: int,
        eos: int,
        unknown: int,
    ) -> None:
        """``reach`` maps a first character to the length of the longest piece beginning with it;
        ``normalization`` maps code points to their replacement (``""`` removes them).
        """
        self._ids = dict(zip(pieces, range(len(pieces)), strict=True))
        self._scores = scores
        self._reach = reach
        self._longest = max(reach.values())
        self._map = UNENCODABLE | dict(normalization)
        self._pieces = pieces
        self.bos, self.eos, self._unknown = bos, eos, unknown
        self._unknown_score = min(scores) - _UNKNOWN_PENALTY

    def encode(self, text: str, limit: int) -> list[int]:
        """Ids of ``<s> text </s>``, at most ``limit`` of them; what is beyond is left out."""
        clean = _SPACES.sub(" ", text.translate(self._map))
        marked = clean if clean.startswith(" ") else " " + clean
        # A token covers at most ``_longest`` characters, so what is cut off here is out of reach.
        marked = marked[: limit * self._longest].replace(" ", _SPACE)
        return [self.bos, *self._segment(marked)[: limit - 2], self.eos]

    def letters(self, token: int) -> str:
        """What a token stands for, without the mark of a space."""
        return self._pieces[token].replace(_SPACE, "")

    def _segment(self, text: str) -> list[int]:
        """The Viterbi path. Runs of unknown characters become one unknown token."""
        size = len(text)
        best = [-np.inf] * (size + 1)
        best[0] = 0.0
        token, origin = [0] * (size + 1), [0] * (size + 1)
        look_up, scores = self._ids.get, self._scores
        for start, character in enumerate(text):
            here = best[start]
            for end in range(start + 1, min(size, start + self._reach.get(character, 0)) + 1):
                piece = look_up(text[start:end])
                if piece is not None and here + scores[piece] > best[end]:
                    best[end], token[end], origin[end] = here + scores[piece], piece, start
            if here + self._unknown_score > best[start + 1]:
                best[start + 1] = here + self._unknown_score
                token[start + 1], origin[start + 1] = self._unknown, start
        ids: list[int] = []
        end = size
        while end:
            if not (token[end] == self._unknown and ids and ids[-1] == self._unknown):
                ids.append(token[end])
            end = origin[end]
        ids.reverse()
        return ids


def save(
    folder: Path,
    pieces: Sequence[str],
    scores: np.ndarray,
    normalization: Mapping[int, str],
    **special: int,
) -> None:
    """Write the tokenizer. ``scores``: (pieces,) float32; ``special``: bos, eos, unknown."""
    reach: dict[str, int] = {}
    for piece in pieces:
        reach[piece[0]] = max(len(piece), reach.get(piece[0], 0))
    rules = {
        "special": special,
        "normalization": {f"{code:x}": text for code, text in normalization.items()},
        "reach": reach,
    }
    (folder / PIECES).write_bytes("\n".join(pieces).encode())
    (folder / SCORES).write_bytes(scores.astype("<f4").tobytes())
    (folder / RULES).write_text(json.dumps(rules, ensure_ascii=False), encoding="utf-8")


def load(folder: Path) -> Unigram:
    """Read what ``save`` wrote. Raises OSError or ValueError when the files are damaged."""
    rules = json.loads((folder / RULES).read_text(encoding="utf-8"))
    return Unigram(
        # Bytes are decoded here: text mode would turn a carriage return into a line end.
        (folder / PIECES).read_bytes().decode().split("\n"),
        np.fromfile(folder / SCORES, "<f4").tolist(),
        rules["reach"],
        {int(code, 16): text for code, text in rules["normalization"].items()},
        **rules["special"],
    )
