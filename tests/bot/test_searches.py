"""Saved searches: whose they are, how many, and what a look remembers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import searches, users
from bot.searches import MOST, MOST_TITLE
from kb.catalog import Catalog
from kb.errors import NotFound, QuestionError
from kb.models import Role


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    store = Catalog(tmp_path / "catalog.sqlite")
    for name in ("li", "wang"):
        users.admit(store, name, Role.CADRE, subject=name)
    yield store
    store.close()


def test_a_search_is_its_users_alone(catalog: Catalog) -> None:
    searches.save(catalog, "li", "  产业链 \n 昆山 ", "/lessons?q=x", 7)
    searches.save(catalog, "wang", "产业链 昆山", "/lessons?q=y", 7)
    (mine,) = searches.every(catalog, "li")
    assert (mine.title, mine.address) == ("产业链 昆山", "/lessons?q=x")
    with pytest.raises(NotFound):
        searches.look(catalog, "wang", mine.search_id, 9)
    searches.forget(catalog, "wang", mine.search_id)
    assert searches.every(catalog, "li") == [mine]
    searches.forget(catalog, "li", mine.search_id)
    assert searches.every(catalog, "li") == []
    assert len(searches.every(catalog, "wang")) == 1


def test_a_look_tells_the_one_before_and_is_remembered(catalog: Catalog) -> None:
    searches.save(catalog, "li", "a", "/lessons?q=x", 7)
    number = searches.every(catalog, "li")[0].search_id
    assert searches.look(catalog, "li", number, 9).seen == 7
    assert searches.look(catalog, "li", number, 12).seen == 9


def test_the_same_title_replaces_and_there_is_a_bound(catalog: Catalog) -> None:
    for n in range(MOST):
        searches.save(catalog, "li", f"s{n}", "/lessons?q=x", 1)
    searches.save(catalog, "li", "s3", "/lessons?q=z", 1)
    assert [s.address for s in searches.every(catalog, "li") if s.title == "s3"] == ["/lessons?q=z"]
    with pytest.raises(QuestionError, match="先删除"):
        searches.save(catalog, "li", "one more", "/lessons?q=x", 1)
    assert len(searches.every(catalog, "li")) == MOST
    searches.save(catalog, "wang", "one more", "/lessons?q=x", 1)


@pytest.mark.parametrize(
    ("title", "address"),
    [("", "/lessons?q=x"), ("  ", "/lessons?q=x"), ("长" * (MOST_TITLE + 1), "/lessons?q=x"),
     ("a", "/lessons?q=" + "x" * 5000)],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_with_a_remedy(
    catalog: Catalog, title: str, address: str
) -> None:
    with pytest.raises(QuestionError, match="名称"):
        searches.save(catalog, "li", title, address, 1)
    assert searches.every(catalog, "li") == []


def test_a_removed_users_searches_go_with_them(catalog: Catalog) -> None:
    searches.save(catalog, "li", "a", "/lessons?q=x", 1)
    users.remove(catalog, "li")
    users.admit(catalog, "li", Role.CADRE, subject="another li")
    assert searches.every(catalog, "li") == []
