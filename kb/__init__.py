"""What is stored and how it is found. Imports nothing of ``ingest`` and ``bot``."""

from kb.offline import go_offline

go_offline()
