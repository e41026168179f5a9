"""The files for running the server elsewhere say what they should, as far as a text can be read."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.access import ALLOWED
from kb.settings import PREFIX, Settings

DEPLOY = Path(__file__).parent.parent / "deploy"
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file())


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_only_settings_that_exist_are_named(file: Path) -> None:
    named = set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", file.read_text(encoding="utf-8")))
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {"KB_CONFIG"}
    assert named <= known


def test_the_server_reaches_nothing_and_writes_where_it_must(compose: dict[str, Any]) -> None:
    bot = compose["services"]["bot"]
    assert bot["read_only"] is True
    assert bot["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in bot["security_opt"]
    assert "ports" not in bot, "only nginx is reached from outside"
    assert bot["networks"] == ["inside"]
    assert compose["networks"]["inside"]["internal"] is True
    assert bot["volumes"] == ["data:/data"]


def test_a_stop_leaves_time_for_answers(compose: dict[str, Any]) -> None:
    drain = Settings().drain_seconds
    assert float(compose["services"]["bot"]["stop_grace_period"].rstrip("s")) > drain
    unit = (DEPLOY / "kb.service").read_text(encoding="utf-8")
    found = re.search(r"TimeoutStopSec=(\d+)", unit)
    assert found
    assert float(found[1]) > drain


def test_the_image_runs_as_nobody_special_and_builds_nothing() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    _, final = text.split("FROM", 2)[1:]
    assert re.search(r"^USER 10001:10001$", final, re.M)
    assert "pip uninstall" in final
    assert not re.search(r"apt-get|curl|wget|pip install|gcc|git ", final)


def test_the_unit_is_one_and_hardened() -> None:
    unit = configparser.RawConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(DEPLOY / "kb.service", encoding="utf-8")
    service = unit["Service"]
    assert service["User"] == "kb"
    for key, value in {
        "NoNewPrivileges": "yes", "ProtectSystem": "strict", "PrivateTmp": "yes",
        "IPAddressDeny": "any", "CapabilityBoundingSet": "",
    }.items():  # fmt: skip
        assert service[key] == value, key


def test_the_proxy_tells_who_asks_and_names_our_addresses() -> None:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for header in ("X-Forwarded-For $remote_addr", "X-Forwarded-Proto $scheme", "X-Forwarded-Host"):
        assert f"proxy_set_header {header}" in text
    assert "$request_uri'" not in text, "what is asked is not logged"
    for path in ("/admin/", "= /api/documents"):  # where files are sent
        assert f"location {path} {{\n            client_max_body_size 210m;" in text
    for path in re.findall(r"location (?:= )?(/\S*) ", text):
        assert path == "/" or "/" + path.split("/")[1] in ALLOWED, path


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate")
def test_nginx_takes_its_settings(tmp_path: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=kb", "-keyout",
         "privkey.pem", "-out", "fullchain.pem"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for old, new in (
        ("bot:7860", "127.0.0.1:7860"),
        ("/etc/nginx/tls", str(tmp_path)),
        ("/run/nginx.pid", str(tmp_path / "pid")),
    ):
        text = text.replace(old, new)
    (tmp_path / "nginx.conf").write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["nginx", "-t", "-c", str(tmp_path / "nginx.conf")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
