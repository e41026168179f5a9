"""Every golden document is read as it is written down (see ``tests/ingest/golden``)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingest import golden


@pytest.mark.parametrize("source", golden.sources(), ids=lambda source: source.stem)
def test_golden(source: Path) -> None:
    assert golden.shown(source) == golden.expected(source).read_text(encoding="utf-8"), (
        f"run: python -m tests.ingest.golden {source.stem}"
    )


def test_every_golden_file_has_its_document() -> None:
    named = {golden.expected(source) for source in golden.sources()}
    assert named == set(golden.FOLDER.glob("*.expected"))
