"""Users, their passwords and sessions, over a real catalog."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import audit, login, passwords, sessions, throttle, users
from bot.login import Throttled
from kb.catalog import Catalog
from kb.errors import AccountError, NotFound
from kb.models import Role
from kb.settings import Settings

GOOD = "一句好记的话也可以当密码"
OTHER = "correct horse battery"
NOW = 1_800_000_000.0
SETTINGS = Settings()


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    made = Catalog(tmp_path / "catalog.sqlite")
    yield made
    made.close()


@pytest.fixture
def wang(catalog: Catalog) -> users.User:
    return users.add(catalog, "Wang.Fang", Role.CADRE, GOOD)


def log_in(
    catalog: Catalog, name: str, password: str, now: float = NOW, address: str = "::1"
) -> str:
    return login.log_in(catalog, name, password, address, now)


def whats(catalog: Catalog) -> list[tuple[str, str]]:
    return [(e.who, e.what) for e in audit.entries(catalog)]


# -- users -----------------------------------------------------------------------------------


def test_a_new_user_must_change_the_password(catalog: Catalog, wang: users.User) -> None:
    assert (wang.name, wang.role, wang.must_change) == ("wang.fang", Role.CADRE, True)
    assert users.every(catalog) == [wang]


def test_the_password_is_kept_as_an_argon2id_hash_only(
    catalog: Catalog, wang: users.User, tmp_path: Path
) -> None:
    kept = users.password_of(catalog, wang.name)
    assert kept is not None
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert all(GOOD.encode() not in file.read_bytes() for file in tmp_path.iterdir())


@pytest.mark.parametrize("typed", ["WANG.FANG", "  wang.fang ", "ｗａｎｇ．ｆａｎｇ"])
def test_names_that_look_the_same_are_the_same(
    catalog: Catalog, wang: users.User, typed: str
) -> None:
    assert users.get(catalog, typed) == wang
    with pytest.raises(AccountError, match="已经存在"):
        users.add(catalog, typed, Role.ADMIN, GOOD)
    assert users.every(catalog) == [wang]


@pytest.mark.parametrize(
    "typed", ["", " ", "a b", "<b>", "-x", "a/b", "长" * 41, "a\u202eb", "[red]"]
)
def test_what_can_be_no_name(catalog: Catalog, typed: str) -> None:
    with pytest.raises(AccountError, match="用户名"):
        users.add(catalog, typed, Role.ADMIN, GOOD)


def test_investors_need_no_login(catalog: Catalog) -> None:
    with pytest.raises(AccountError, match="投资者不用登录"):
        users.add(catalog, "wang", Role.INVESTOR, GOOD)


def test_a_removed_user_leaves_no_hash_in_any_file(catalog: Catalog, tmp_path: Path) -> None:
    users.add(catalog, "li", Role.ADMIN, GOOD)
    kept = users.password_of(catalog, "li")
    assert kept is not None
    session = log_in(catalog, "li", GOOD)
    users.remove(catalog, "li")
    assert sessions.find(catalog, session, SETTINGS, NOW) is None
    assert all(kept.encode() not in file.read_bytes() for file in tmp_path.iterdir())
    with pytest.raises(NotFound, match="kb users list"):
        users.get(catalog, "li")


def test_a_user_of_an_identity_provider_has_no_password(catalog: Catalog) -> None:
    made = users.admit(catalog, "zhao", Role.CADRE, "https://id.example|7")
    with pytest.raises(AccountError):
        log_in(catalog, "zhao", "")
    again = users.admit(catalog, "zhao.renamed", Role.ADMIN, "https://id.example|7")
    assert (again.name, again.role) == (made.name, Role.ADMIN)
    users.set_disabled(catalog, "zhao", True)
    with pytest.raises(AccountError, match="停用"):
        users.admit(catalog, "zhao", Role.ADMIN, "https://id.example|7")


def test_an_identity_provider_cannot_take_over_a_user(catalog: Catalog, wang: users.User) -> None:
    with pytest.raises(AccountError, match="已经存在"):
        users.admit(catalog, "wang.fang", Role.ADMIN, "https://id.example|8")
    assert users.get(catalog, wang.name).role is Role.CADRE


# -- passwords -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    ["123456789", "短", "1234567890", "PassWord123", "aaaaaaaaaaaa", "abababababab",
     "woaini1314520", "wang.fang1987", "wang.fangwang.fang", "ｐａｓｓｗｏｒｄ１２３", "长" * 201],
)  # fmt: skip
def test_passwords_that_are_refused(password: str) -> None:
    with pytest.raises(AccountError):
        passwords.accept(password, "wang.fang")


@pytest.mark.parametrize("password", [GOOD, OTHER, "kf9-Wz2qLm", "        1a2b"])
def test_passwords_that_are_accepted(password: str) -> None:
    passwords.accept(password, "wang.fang")


def test_a_password_may_be_typed_in_any_width(catalog: Catalog) -> None:
    kept = passwords.hashed("Ｂｌａｕ－gelb-7")
    assert passwords.matches(kept, "Blau-gelb-7")
    assert not passwords.matches(kept, "blau-gelb-7")


def test_nobody_is_checked_like_somebody(catalog: Catalog) -> None:
    kept = passwords.hashed(GOOD)
    assert (
        passwords._NOBODY.rpartition("$")[0].rpartition("$")[0]
        == (kept.rpartition("$")[0].rpartition("$")[0])
    )
    assert not passwords.is_dated(passwords._NOBODY)
    assert not passwords.matches(None, GOOD)
    assert not passwords.matches("damaged", GOOD)


# -- logging in ------------------------------------------------------------------------------


def test_a_login_gives_a_session_of_the_user(catalog: Catalog, wang: users.User) -> None:
    token = log_in(catalog, "Wang.Fang", GOOD)
    assert len(token) >= 43
    found = sessions.find(catalog, token, SETTINGS, NOW + 1)
    assert found == sessions.Session("wang.fang", Role.CADRE, must_change=True)
    assert users.get(catalog, "wang.fang").last_login is not None
    assert whats(catalog) == [("wang.fang", "login")]


def test_a_session_holds_on_a_full_disk(catalog: Catalog, wang: users.User) -> None:
    token = log_in(catalog, "wang.fang", GOOD)
    with catalog.begin() as connection:  # fails like a disk without space
        connection.execute(
            text("CREATE TRIGGER t BEFORE UPDATE ON sessions BEGIN SELECT RAISE(ABORT, 'x'); END")
        )
    assert sessions.find(catalog, token, SETTINGS, NOW + 100) is not None


def test_the_secret_of_a_session_is_in_no_file(
    catalog: Catalog, wang: users.User, tmp_path: Path
) -> None:
    token = log_in(catalog, "wang.fang", GOOD)
    assert all(token.encode() not in file.read_bytes() for file in tmp_path.iterdir())


def test_all_failures_look_the_same(catalog: Catalog, wang: users.User) -> None:
    users.add(catalog, "off", Role.ADMIN, OTHER)
    users.set_disabled(catalog, "off", True)
    told = set()
    for name, password in (
        ("wang.fang", "wrong password"), ("nobody", GOOD), ("off", OTHER), ("", ""),
        ("\ud800\x00", "\ud800"), ("x" * 10_000, "y" * 10_000),
    ):  # fmt: skip
        with pytest.raises(AccountError) as error:
            log_in(catalog, name, password)
        told.add((type(error.value), error.value.zh, error.value.en))
    assert len(told) == 1
    # what was typed as a name may be a password: only names of users are written down
    assert whats(catalog).count(("", audit.FAILED)) == 4
    assert {who for who, _ in whats(catalog)} == {"", "wang.fang", "off"}


def test_failures_slow_down_a_name_from_any_address(catalog: Catalog, wang: users.User) -> None:
    for i in range(throttle.FREE_NAME):
        with pytest.raises(AccountError, match="不对"):
            log_in(catalog, "wang.fang", "wrong", address=f"10.0.0.{i}")
    with pytest.raises(Throttled, match="1 秒"):
        log_in(catalog, "wang.fang", GOOD, address="10.0.0.99")
    assert log_in(catalog, "wang.fang", GOOD, NOW + 1.1, "10.0.0.99")
    with pytest.raises(AccountError, match="不对"):  # clean again
        log_in(catalog, "wang.fang", "wrong", NOW + 1.1)


def test_failures_slow_down_an_address_whatever_the_name(
    catalog: Catalog, wang: users.User
) -> None:
    now = NOW
    for i in range(throttle.FREE_ADDRESS):
        assert throttle.begin(catalog, throttle.keys(f"u{i}", "2001:db8::1"), now) == 0
    waits = [throttle.begin(catalog, throttle.keys("x", "2001:db8::ffff"), now)]
    now += 1
    assert throttle.begin(catalog, throttle.keys("y", "2001:db8::2"), now) == 0
    waits.append(throttle.begin(catalog, throttle.keys("z", "2001:db8::3"), now))
    assert waits == [1.0, 2.0]
    assert throttle.begin(catalog, throttle.keys("z", "2001:db8:0:1::3"), now) == 0
    assert (
        throttle.begin(catalog, throttle.keys("z", "2001:db8::3"), now + throttle.FORGET + 1) == 0
    )


def test_waiting_grows_and_ends_somewhere() -> None:
    assert [throttle.wait(0, n) for n in (0, 4, 5, 6, 7, 100)] == [0, 0, 1, 2, 4, 300]
    assert [throttle.wait(1, n) for n in (19, 20, 23, 10_000)] == [0, 1, 8, 900]


def test_names_tried_cannot_be_read_from_the_file(catalog: Catalog, tmp_path: Path) -> None:
    with pytest.raises(AccountError):
        log_in(catalog, "my-secret-password-typed-wrongly", "x")
    files = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"my-secret-password" not in files


# -- sessions --------------------------------------------------------------------------------


def test_an_unused_session_ends_a_used_one_does_not(catalog: Catalog, wang: users.User) -> None:
    token = log_in(catalog, "wang.fang", GOOD)
    idle = SETTINGS.session_idle_minutes * 60
    now = NOW
    for _ in range(4):
        now += idle - 10
        assert sessions.find(catalog, token, SETTINGS, now)
    assert sessions.find(catalog, token, SETTINGS, now + idle + 1) is None


def test_a_session_ends_in_any_case(catalog: Catalog, wang: users.User) -> None:
    token = log_in(catalog, "wang.fang", GOOD)
    for minutes in range(0, SETTINGS.session_hours * 60, 30):
        assert sessions.find(catalog, token, SETTINGS, NOW + minutes * 60)
    assert sessions.find(catalog, token, SETTINGS, NOW + SETTINGS.session_hours * 3600 + 1) is None


def test_what_ends_a_users_sessions(catalog: Catalog, wang: users.User) -> None:
    first, second = (log_in(catalog, "wang.fang", GOOD) for _ in range(2))
    sessions.end(catalog, first)
    assert sessions.find(catalog, first, SETTINGS, NOW) is None
    assert sessions.find(catalog, second, SETTINGS, NOW)
    third = login.change_password(catalog, "wang.fang", GOOD, OTHER, "::1", NOW)
    assert sessions.find(catalog, second, SETTINGS, NOW) is None
    found = sessions.find(catalog, third, SETTINGS, NOW)
    assert found is not None
    assert not found.must_change
    users.set_disabled(catalog, "wang.fang", True)
    users.set_disabled(catalog, "wang.fang", False)
    assert sessions.find(catalog, third, SETTINGS, NOW) is None


@pytest.mark.parametrize("token", ["", "x", "\ud800", "a" * 100_000])
def test_a_made_up_secret_is_no_session(catalog: Catalog, token: str) -> None:
    assert sessions.find(catalog, token, SETTINGS, NOW) is None


def test_sessions_that_are_over_are_forgotten(catalog: Catalog, wang: users.User) -> None:
    token = log_in(catalog, "wang.fang", GOOD)
    sessions.sweep(catalog, SETTINGS, NOW + 10)
    assert sessions.find(catalog, token, SETTINGS, NOW)
    sessions.sweep(catalog, SETTINGS, NOW + 13 * 3600)
    assert sessions.find(catalog, token, SETTINGS, NOW) is None


def test_changing_the_password_takes_the_old_one(catalog: Catalog, wang: users.User) -> None:
    with pytest.raises(AccountError, match="不对"):
        login.change_password(catalog, "wang.fang", "wrong", OTHER, "::1", NOW)
    with pytest.raises(AccountError, match="相同"):
        login.change_password(catalog, "wang.fang", GOOD, GOOD, "::1", NOW)
    with pytest.raises(AccountError, match="至少"):
        login.change_password(catalog, "wang.fang", GOOD, "kurz", "::1", NOW)
    assert users.get(catalog, "wang.fang").must_change


# -- the record ------------------------------------------------------------------------------


def test_old_failures_are_forgotten_and_nothing_else(catalog: Catalog) -> None:
    audit.note(catalog, "", audit.FAILED, now=1e9)
    audit.note(catalog, "li", "login", now=1e9)
    audit.note(catalog, "", audit.FAILED)
    audit.prune(catalog)
    assert whats(catalog) == [("", audit.FAILED), ("li", "login")]
    assert audit.entries(catalog)[1].at == "2001-09-09T01:46:40+00:00"


def test_a_clock_that_was_ahead_locks_nobody_out(catalog: Catalog) -> None:
    """Failures and sessions of a time to come do not outlive the clock's being set back."""
    tomorrow, today = NOW + 86_400, NOW
    counted = throttle.keys("wang", "10.0.0.1")
    for n in range(20):
        throttle.begin(catalog, counted, tomorrow + 1_000 * n)
    assert throttle.begin(catalog, counted, today) == 0


def test_a_clock_set_back_a_little_keeps_the_wait_short(catalog: Catalog) -> None:
    counted = throttle.keys("wang", "10.0.0.1")
    for n in range(7):
        throttle.begin(catalog, counted, NOW + 400.0 * n)
    assert 0 < throttle.begin(catalog, counted, NOW) <= throttle.LONGEST_NAME


def test_a_session_of_a_time_to_come_is_over(catalog: Catalog, wang: users.User) -> None:
    settings = Settings()
    tomorrow = sessions.start(catalog, wang.name, NOW + 86_400)
    soon = sessions.start(catalog, wang.name, NOW + 60)
    assert sessions.find(catalog, tomorrow, settings, NOW) is None
    assert sessions.find(catalog, soon, settings, NOW) is not None
    sessions.sweep(catalog, settings, NOW)
    assert sessions.find(catalog, tomorrow, settings, NOW + 86_400) is None
