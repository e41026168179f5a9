"""How two texts differ."""

from __future__ import annotations

import time

from bot.differences import MOST_LINES, Difference, differences

OLD = "办法\n第一条 每亩补贴一百元。\n第二条 自发布之日起施行。\n附则\n"
NEW = "办法\n\n第一条 每亩补贴两百元。\n第三条 苹果以外的不补贴。\n附则"


def test_what_was_changed_taken_out_and_put_in() -> None:
    found = differences(OLD, NEW)
    assert found[0] == Difference(("办法",), ("办法",))
    changed = found[1]
    assert changed.old == ("第一条 每亩补贴一百元。",)
    (start, end), (begin, finish) = changed.old_spans[0], changed.new_spans[0]
    assert (changed.old[0][start:end], changed.new[0][begin:finish]) == ("一", "两")
    assert Difference(("第二条 自发布之日起施行。",), ()) in found
    assert Difference((), ("第三条 苹果以外的不补贴。",)) in found
    assert found[-1].same
    old = [line for part in found for line in part.old]
    assert old == [line for line in OLD.splitlines() if line]


def test_the_same_text_does_not_differ() -> None:
    assert all(part.same for part in differences(OLD, OLD + "\n\n"))
    assert differences("", "") == []
    assert differences("", "甲") == [Difference((), ("甲",))]


def test_long_and_odd_texts_are_compared_in_time() -> None:
    began = time.monotonic()
    many = "\n".join(f"第{i}条 内容{i}" for i in range(MOST_LINES + 5))
    differences(many, many.replace("内容", "正文"))
    differences("a" * 200_000, "a" * 199_999 + "b")
    differences("同\n" * 900, "同\n异\n" * 450)
    assert time.monotonic() - began < 5
