"""``python -m tests.ingest.golden [--write] [NAME…]``: what differs, or write it down anew.

Without ``--write`` the difference to the golden file is printed, for all documents or those named.
Read it before you write.
"""

from __future__ import annotations

import difflib
import sys

from tests.ingest import golden


def main(arguments: list[str]) -> int:
    """Print or renew; 1 if something differs and is not written."""
    write = "--write" in arguments
    names = {argument for argument in arguments if not argument.startswith("-")}
    known = {source.stem: source for source in golden.sources()}
    unknown = names - set(known)
    if unknown or (write and not names):
        sys.stderr.write(f"name one or more of: {', '.join(known)}\n")
        return 2
    differ = False
    for name, source in known.items():
        if names and name not in names:
            continue
        file = golden.expected(source)
        old = file.read_text(encoding="utf-8") if file.exists() else ""
        new = golden.shown(source)
        if old == new:
            continue
        differ = True
        sys.stdout.writelines(
            difflib.unified_diff(
                old.splitlines(keepends=True), new.splitlines(keepends=True), file.name, "read now"
            )
        )
        if write:
            file.write_text(new, encoding="utf-8")
    return int(differ and not write)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
