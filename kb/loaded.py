"""The models of a base: encoder and reranker, each built or loaded at first use."""

from __future__ import annotations

import threading
from pathlib import Path

from kb.encoder import OFFLINE_FINGERPRINT, Encoder, load_encoder
from kb.reranker import Reranker, load_reranker
from kb.settings import Settings
from kb.stores import Progress, as_stage


class Loaded:
    """What the settings name, loaded once, whichever thread asks first."""

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        encoder: Encoder | None = None,
        progress: Progress | None = None,
    ) -> None:
        """``encoder`` shares one that is already loaded."""
        self._settings, self._folder = settings, folder
        self._progress = as_stage(progress, "encoder")
        self._encoder = encoder
        self._reranker: Reranker | None = None
        self._reranker_known = False
        self._loading = threading.Lock()

    @property
    def fingerprint(self) -> str:
        """The encoder's fingerprint; our own is known without loading it."""
        if self._encoder is None and self._settings.encoder == "offline":
            return OFFLINE_FINGERPRINT.text
        return self.encoder.fingerprint.text

    @property
    def encoder_is_loaded(self) -> bool:
        """Whether a question would find the encoder at hand."""
        return self._encoder is not None

    @property
    def encoder(self) -> Encoder:
        """The encoder. Raises EncoderError with the remedy."""
        if self._encoder is None:
            with self._loading:
                if self._encoder is None:
                    self._encoder = load_encoder(
                        self._settings.encoder,
                        self._folder / "encoder",
                        threads=self._settings.threads or None,
                        progress=self._progress,
                    )
        return self._encoder

    @property
    def reranker(self) -> Reranker | None:
        """The reranker; None when the settings want none. Raises EncoderError with the remedy."""
        if not self._reranker_known:
            with self._loading:
                if not self._reranker_known:
                    self._reranker = load_reranker(
                        self._settings.reranker,
                        self._folder / "reranker",
                        threads=self._settings.threads or None,
                        progress=self._progress,
                    )
                    self._reranker_known = True
        return self._reranker
