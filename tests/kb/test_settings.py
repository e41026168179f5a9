from pathlib import Path

import pytest

from kb.errors import SettingsError
from kb.settings import load_settings


def test_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "kb.toml"
    file.write_text('port = 8000\nlang = "en"\n', encoding="utf-8")
    monkeypatch.setenv("KB_PORT", "9000")
    settings = load_settings(file)
    assert (settings.port, settings.lang) == (9000, "en")


def test_unknown_keys_are_refused_wherever_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "kb.toml"
    file.write_text("prot = 8000\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="prot"):
        load_settings(file)
    monkeypatch.setenv("KB_PROT", "1")
    with pytest.raises(SettingsError, match="prot"):
        load_settings()


def test_bad_values_and_bad_files_name_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="port"):
        load_settings(None, port="many")
    with pytest.raises(SettingsError, match="找不到"):
        load_settings(tmp_path / "nowhere.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("port = = 1", encoding="utf-8")
    with pytest.raises(SettingsError, match="TOML"):
        load_settings(broken)
