"""One module a format, one function each: file contents → ``ingest.draft.Draft``."""
