"""Keep every library from calling home. Called once by ``kb/__init__`` before anything heavy.

Each switch was measured to be needed: ONNX Runtime connects as soon as a session exists, Gradio
looks up six hosts at launch, and a hub look-up without a network retries for a minute.
``HF_HUB_OFFLINE`` is set by ``kb.encoder`` alone, because a configured hub model needs the hub.
"""

import os

SWITCHES = {
    "ORT_DISABLE_TELEMETRY": "1",
    "ORT_TELEMETRY_DISABLED": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "ANONYMIZED_TELEMETRY": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


def go_offline() -> None:
    """Set the switches that are not set yet; a user's own choice stands."""
    for name, value in SWITCHES.items():
        os.environ.setdefault(name, value)
