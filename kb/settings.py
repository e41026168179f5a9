"""Every setting in one place: ``kb.toml`` in the working folder, then ``KB_*`` in the environment.

Unknown keys are refused, so a misspelt setting never silently does nothing. The environment wins
over the file. Ranking weights carry the measurement that chose them.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from kb.errors import SettingsError

PREFIX = "KB_"
NO_SETTINGS = frozenset({"KB_CONFIG", "KB_FACTS", "KB_EVALS", "KB_API_KEY"})
"""Names of the environment that are something else."""


class Settings(BaseModel):
    """All settings with their defaults. Frozen: a running base never changes under its users."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path = Field(Path("data"), description="the data folder")
    corpus: Path = Field(Path("corpus"), description="what `kb serve` takes in at the first start")
    lang: Literal["zh", "en"] = Field("zh", description="language of messages and of the page")

    encoder: str = Field("offline", description="offline, a hub name, or a model folder")
    reranker: str = Field("offline", description="offline, none, a cross-encoder's name or folder")
    threads: int = Field(0, ge=0, description="threads of encoder and reranker; 0 = all cores")

    host: str = Field("127.0.0.1", description="address the web page listens on")
    port: int = Field(7860, ge=0, le=65535, description="port of the web page")

    log: Literal["text", "json"] = Field("text", description="form of the server's log lines")
    metrics_port: int = Field(0, ge=0, le=65535, description="port of the metrics; 0 = none")
    metrics_host: str = Field("127.0.0.1", description="address the metrics are served on")
    drain_seconds: float = Field(20, ge=0, description="how long a stop waits for answers")

    behind_proxy: bool = Field(False, description="trust X-Forwarded-* of the proxy in front")
    session_idle_minutes: int = Field(60, ge=1, description="a login ends after so long unused")
    session_hours: int = Field(12, ge=1, description="a login ends after so long in any case")

    limit_address: int = Field(120, ge=0, description="API requests a minute; 0 = no limit")
    limit_key: int = Field(600, ge=0, description="the same with a key or a login")

    oidc_issuer: str = Field("", description="address of an identity provider; empty = none")
    oidc_client_id: str = Field("", description="our name there")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="our secret there")
    oidc_scope: str = Field("openid profile email", description="what is asked for there")
    oidc_role_claim: str = Field("groups", description="the claim that tells the role")
    oidc_admin: str = Field("kb-admin", description="its value for admins")
    oidc_cadre: str = Field("kb-cadre", description="its value for cadres")

    llm_base_url: str = Field("", description="an OpenAI-compatible LLM's address; empty = none")
    llm_model: str = Field("", validate_default=True, description="the model's name there")
    llm_api_key: SecretStr = Field(SecretStr(""), description="our key there, if it wants one")
    llm_seconds: int = Field(60, ge=5, le=600, description="an answer that takes longer is left")
    llm_wait_seconds: int = Field(20, ge=1, le=600, description="so long for its first word")
    llm_retries: int = Field(1, ge=0, le=5, description="further tries before its first word")
    llm_context: int = Field(8192, ge=2048, description="tokens that question and reply may take")

    candidates: int = Field(60, ge=10, le=1000, description="taken from each index per question")
    max_question_chars: int = Field(2000, ge=50, description="a longer question is refused")
    max_file_mb: int = Field(200, ge=1, description="a larger file is refused")

    refuse_below: float = Field(0.62, ge=0, le=1, description="answer only above this confidence")
    nearest_from: float = Field(
        0.33, ge=0, le=1, description="from here on show the nearest, marked as no direct answer"
    )

    keep_unanswered: bool = Field(True, description="keep the text of questions not answered")

    @field_validator("llm_base_url")
    @classmethod
    def _address(cls, value: str) -> str:
        """An address of a server and nothing else: a key inside it would come out in errors."""
        if not value:
            return ""
        try:
            url = urlsplit(value)
            plain = url.scheme in ("http", "https") and url.hostname and url.port != 0
        except ValueError:
            plain = False
        if not plain or url.username or url.password or url.query or url.fragment:
            raise ValueError("an address like http://127.0.0.1:11434/v1, the key in KB_LLM_API_KEY")
        return value.rstrip("/")

    @field_validator("llm_model")
    @classmethod
    def _model_named(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("llm_base_url") and not value.strip():
            raise ValueError("KB_LLM_BASE_URL needs the name of a model in KB_LLM_MODEL")
        return value.strip()


def load_settings(path: Path | None = None, **overrides: Any) -> Settings:
    """Read ``kb.toml`` (or ``path``), the environment and explicit overrides, last wins.

    Raises SettingsError naming the key and the remedy for unknown keys and bad values.
    """
    file = path or Path(os.environ.get("KB_CONFIG", "kb.toml"))
    values: dict[str, Any] = {}
    if file.is_file():
        try:
            values.update(tomllib.loads(file.read_text(encoding="utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"设置文件 {file} 不是有效的 TOML（{error}）。请改正该行后重试。",
                f"The settings file {file} is not valid TOML ({error}). Mend that line and retry.",
            ) from error
    elif path is not None:
        raise SettingsError(
            f"找不到设置文件 {file}。请检查路径。",
            f"There is no settings file {file}. Check the path.",
        )
    for name, value in os.environ.items():
        if name.startswith(PREFIX) and name not in NO_SETTINGS:
            values[name.removeprefix(PREFIX).lower()] = value
    values.update({key: value for key, value in overrides.items() if value is not None})
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        known = "、".join(Settings.model_fields)
        raise SettingsError(
            f"设置项 {key} 有误：{first['msg']}。可用的设置项：{known}。",
            f"The setting {key} is wrong: {first['msg']}. Known settings: {known}.",
        ) from error
