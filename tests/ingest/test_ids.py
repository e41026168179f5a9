"""Which document a file is, decided from names and bytes alone."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ingest.files import File, Seen, Source
from ingest.ids import Held, Step, names, new_id, new_name, plan


def file(path: str, content: str, name: str = "") -> File:
    source = Source(Path(path), name or Path(path).name)
    return File(Seen(source, content, 1), None, None, "1")


def held(document_id: str, source_name: str, content: str) -> Held:
    return Held(document_id, source_name, f"{content}:1")


def test_a_file_is_the_document_of_its_name() -> None:
    known = [held("a", "a.md", "old"), held("R20", "b.md", "b")]
    assert plan([file("x/a.md", "new"), file("x/b.md", "b"), file("x/c.md", "c")], known) == [
        Step("a"), Step("R20", same=True), Step(),
    ]  # fmt: skip


def test_the_longest_name_wins_whoever_comes_first() -> None:
    known = [held("a", "a.md", "1"), held("a-y", "y/a.md", "2")]
    for order in (1, -1):
        files = [file("in/x/a.md", "3"), file("in/y/a.md", "4")][::order]
        steps = plan(files, known)
        told = {f.path.parent.name: s.own for f, s in zip(files, steps, strict=True)}
        assert told == {"x": "a", "y": "a-y"}
    (alone,) = plan([file("in/y/a.md", "5")], known)
    assert alone == Step("a-y")


def test_an_unchanged_file_keeps_its_document_from_a_new_one_of_its_name() -> None:
    known = [held("a", "a.md", "1")]
    assert plan([file("new/a.md", "2"), file("old/a.md", "1")], known) == [
        Step(), Step("a", same=True),
    ]  # fmt: skip


def test_a_renamed_file_is_the_same_document() -> None:
    known = [held("a", "a.md", "1")]
    assert plan([file("b.md", "1")], known) == [Step("a", same=True, renamed=True)]
    # a copy beside the original is not a new name
    assert plan([file("b.md", "1"), file("a.md", "1")], known) == [
        Step("a", same=True), Step("a", same=True),
    ]  # fmt: skip
    # where another file took the old name, that one is the document's next version
    assert plan([file("b.md", "1"), file("a.md", "2")], known) == [Step(), Step("a")]


def test_copies_are_read_once() -> None:
    steps = plan([file("a.md", "1"), file("b.md", "1"), file("c.md", "1")], [])
    assert steps == [Step(), Step(copy_of=0), Step(copy_of=0)]
    moved = plan([file("a.md", "2"), file("b.md", "2")], [held("a", "a.md", "1")])
    assert moved == [Step("a"), Step(copy_of=0)]


def test_a_member_goes_by_its_archives_name() -> None:
    member = file("in/包.zip/政策/a.md", "1", "包.zip/政策/a.md")
    assert list(names(member)) == ["in/包.zip/政策/a.md", "包.zip/政策/a.md"]
    assert plan([member], [held("a", "a.md", "2")]) == [Step()]
    assert plan([member], [held("a", "包.zip/政策/a.md", "2")]) == [Step("a")]


def test_new_ids_and_names_are_extended_until_they_are_free() -> None:
    taken: set[str] = set()
    made = []
    for path in (
        "in/x/通知.pdf",
        "in/x/通知.docx",
        "in/y/通知.docx",
        "in/z/y/通知.docx",
        "通知.docx",
    ):
        made.append(new_id(file(path, "1"), taken.__contains__))
        taken.add(made[-1])
    assert made == ["通知", "通知-docx", "通知-y", "通知-z", "通知-2"]
    one = file("in/x/a.md", "1")
    assert new_name(one, lambda _: False) == "a.md"
    assert new_name(one, {"a.md"}.__contains__) == "x/a.md"
    assert len(new_id(file("长" * 200 + ".md", "1"), {"长" * 80}.__contains__)) == 80


CONTENTS = st.sampled_from("123")
PATHS = st.sampled_from(["a.md", "b.md", "x/a.md", "x/b.md", "y/x/a.md", "y/c.md"])


@given(
    files=st.dictionaries(PATHS, CONTENTS, max_size=6),
    known=st.dictionaries(PATHS, CONTENTS, max_size=6),
)
def test_no_document_is_given_to_two_files(files: dict[str, str], known: dict[str, str]) -> None:
    run = [file(path, content) for path, content in files.items()]
    base = [held(f"d{n}", name, content) for n, (name, content) in enumerate(known.items())]
    steps = plan(run, base)
    replaced = [s.own for s in steps if s.own and not s.same]
    assert len(set(replaced)) == len(replaced)
    kept = {s.own for s in steps if s.same}
    assert not kept & set(replaced)
    versions = {h.document_id: h.version for h in base}
    for at, (one, step) in enumerate(zip(run, steps, strict=True)):
        if step.same:
            assert versions[step.own] == one.version
        if step.copy_of is not None:
            assert step.copy_of < at
            assert run[step.copy_of].version == one.version
            assert steps[step.copy_of].copy_of is None
    # doing it again changes nothing: every file finds what it was given
    again = [held(s.own or f"n{at}", f.path.as_posix(), f.content_hash)
             for at, (f, s) in enumerate(zip(run, steps, strict=True))
             if s.copy_of is None and not (s.same and s.own in replaced)]  # fmt: skip
    assert all(s.same for s in plan(run, again))
