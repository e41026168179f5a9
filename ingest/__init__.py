"""From a file to passages in the base. See ``ingest.pipeline`` for the order of it all."""

import kb as _kb  # noqa: F401  (sets the offline switches before anything heavy is imported)
