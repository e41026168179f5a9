"""Ranking weights and where each came from."""

from __future__ import annotations

from kb.ranking import Weights

PASSAGE = Weights(
    bias=-90.0, of={"dense": 90.0, "bm25": 6.0, "cover": 9.0, "glossary": -0.5, "article": 8.0}
)
