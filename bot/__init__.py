"""From a question to an answer, and the ways in: command line, page, API."""

import kb as _kb  # noqa: F401  (sets the offline switches before anything heavy is imported)
