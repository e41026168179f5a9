"""The line that tells how far an ingest is."""

from __future__ import annotations

from bot.taking import told
from ingest.progress import Event, Pace


def test_one_line_tells_how_far_a_run_is() -> None:
    event = Event(files_done=12, files=50, passages_done=1234)
    going = Pace(0.0, 1234, rate=61.2, left=118.0)
    assert told(event, going, "zh") == "已读 12/50 份 · 1,234 条 · 61 条/秒 · 剩约 2 分"
    assert told(event, going, "en") == "12/50 files · 1,234 passages · 61/s · about 2 min left"


def test_pages_are_told_of_a_long_file() -> None:
    event = Event(files=3, file="扫描件.pdf", page=7, pages=120)
    assert told(event, Pace(0.0), "zh") == "已读 0/3 份 · 扫描件.pdf 第 7/120 页"


def test_remaining_time_is_told_in_fitting_units() -> None:
    event = Event(files_done=1, files=2)
    for seconds, words in ((9.4, "剩约 9 秒"), (3000.0, "剩约 50 分"), (9000.0, "剩约 2.5 小时")):
        assert told(event, Pace(0.0, left=seconds), "zh").endswith(words)
