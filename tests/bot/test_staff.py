"""What admins do to users: noted, with one-time passwords, and never without an admin left."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import audit, login, sessions, staff, throttle, users
from kb.catalog import Catalog
from kb.errors import AccountError, NotFound
from kb.models import Role
from kb.settings import Settings

ME = "boss"
SETTINGS = Settings()


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    made = Catalog(tmp_path / "catalog.sqlite")
    users.admit(made, ME, Role.ADMIN, "boss@id")
    yield made
    made.close()


def record(catalog: Catalog) -> list[tuple[str, str, str]]:
    return [(e.who, e.what, e.target) for e in audit.entries(catalog)]


def test_a_new_user_logs_in_with_the_password_told_once(catalog: Catalog, tmp_path: Path) -> None:
    user, password = staff.add(catalog, ME, "Wang", Role.CADRE)
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", password)
    assert (user.name, user.must_change) == ("wang", True)
    session = sessions.find(
        catalog, login.log_in(catalog, "wang", password, "::1"), SETTINGS, time.time()
    )
    assert session is not None
    assert session.must_change
    assert ("boss", "user.add", "wang cadre") in record(catalog)
    assert all(password.encode() not in file.read_bytes() for file in tmp_path.iterdir())


def test_one_time_passwords_are_all_different() -> None:
    assert len({staff.one_time_password() for _ in range(200)}) == 200


def test_a_new_password_logs_out_and_ends_the_waiting(catalog: Catalog) -> None:
    _, first = staff.add(catalog, ME, "wang", Role.CADRE)
    token = login.log_in(catalog, "wang", first, "::1")
    key = throttle.keys("wang", "::1")[:1]
    for minutes in range(throttle.FREE_NAME + 5, -1, -1):
        throttle.begin(catalog, key, time.time() - minutes * 60)
    second = staff.renew_password(catalog, ME, "wang")
    assert second != first
    assert sessions.find(catalog, token, SETTINGS, time.time()) is None
    assert login.log_in(catalog, "wang", second, "::1")
    assert ("boss", "user.passwd", "wang") in record(catalog)


def test_a_role_holds_at_once(catalog: Catalog) -> None:
    _, password = staff.add(catalog, ME, "wang", Role.CADRE)
    token = login.log_in(catalog, "wang", password, "::1")
    staff.set_role(catalog, ME, "wang", Role.ADMIN)
    session = sessions.find(catalog, token, SETTINGS, time.time())
    assert session is not None
    assert session.role is Role.ADMIN
    with pytest.raises(AccountError, match="投资者不用登录"):
        staff.set_role(catalog, ME, "wang", Role.INVESTOR)


def test_all_logins_of_somebody_end(catalog: Catalog) -> None:
    _, password = staff.add(catalog, ME, "wang", Role.CADRE)
    tokens = [login.log_in(catalog, "wang", password, "::1") for _ in range(2)]
    assert users.logins(catalog) == {"wang": 2}
    assert staff.end_sessions(catalog, ME, "wang") == 2
    assert [sessions.find(catalog, t, SETTINGS, time.time()) for t in tokens] == [None, None]
    assert users.logins(catalog) == {}


ON_SELF: list[Callable[[Catalog], Any]] = [
    lambda c: staff.set_disabled(c, "li", "li", True),
    lambda c: staff.remove(c, "li", "li"),
    lambda c: staff.set_role(c, "li", "li", Role.CADRE),
    lambda c: staff.renew_password(c, "li", "li"),
]


@pytest.mark.parametrize("action", ON_SELF)
def test_nobody_does_it_to_themselves(catalog: Catalog, action: Callable[[Catalog], Any]) -> None:
    staff.add(catalog, ME, "li", Role.ADMIN)
    before = users.get(catalog, "li"), record(catalog)
    with pytest.raises(AccountError, match="自己的账号"):
        action(catalog)
    assert (users.get(catalog, "li"), record(catalog)) == before


LAST: list[Callable[[Catalog], Any]] = [
    lambda c: staff.set_disabled(c, "gone", "li", True),
    lambda c: staff.remove(c, "gone", "li"),
    lambda c: staff.set_role(c, "gone", "li", Role.CADRE),
]


@pytest.mark.parametrize("action", LAST)
def test_the_last_admin_stays(catalog: Catalog, action: Callable[[Catalog], Any]) -> None:
    """As when two admins, each in a browser, disable one another."""
    staff.add(catalog, ME, "li", Role.ADMIN)
    staff.add(catalog, ME, "cadre", Role.CADRE)
    users.set_disabled(catalog, ME, True)
    before = users.get(catalog, "li"), record(catalog)
    with pytest.raises(AccountError, match="最后一个"):
        action(catalog)
    assert (users.get(catalog, "li"), record(catalog)) == before
    staff.remove(catalog, "li", "cadre")
    staff.set_disabled(catalog, "li", ME, False)
    action(catalog)


def test_the_organisation_decides_about_its_own(catalog: Catalog) -> None:
    users.admit(catalog, "zhao", Role.CADRE, "zhao@id")
    for action in (
        lambda: staff.renew_password(catalog, ME, "zhao"),
        lambda: staff.set_role(catalog, ME, "zhao", Role.ADMIN),
    ):
        with pytest.raises(AccountError, match="单位账号"):
            action()
    staff.set_disabled(catalog, ME, "zhao", True)
    assert users.get(catalog, "zhao").disabled


def test_who_is_not_there(catalog: Catalog) -> None:
    for action in (
        lambda: staff.remove(catalog, ME, "<b>"),
        lambda: staff.end_sessions(catalog, ME, "nobody"),
    ):
        with pytest.raises(NotFound, match="没有用户"):
            action()
    assert record(catalog) == []
