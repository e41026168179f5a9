"""Ranking weights and where each came from."""

from __future__ import annotations

from kb.ranking import Weights

PASSAGE = Weights(bias=0.0, of={"dense": 8.0, "bm25": 4.0, "cover": 2.0, "title": 0.5})
