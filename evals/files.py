"""Real files of every family against other readings of them: ``python -m evals.files FOLDER``.

Office files: see ``evals.files_office``. PDFs with a truth beside them: see ``evals.files_pdf``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from evals import files_office, files_pdf


def main() -> None:
    """Print the figures of a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--part", choices=("office", "pdf"), help="only this family")
    parser.add_argument("--missing", action="store_true", help="list what other readings have")
    given = parser.parse_args()
    console = Console()
    if given.part != "pdf":
        readings = files_office.compare(given.folder)
        console.print(files_office.table(readings))
        for reading in readings if given.missing else ():
            console.print(reading.name, style="bold")
            for unit in reading.missing:
                console.print("  ", unit.strip()[:160], markup=False, highlight=False)
    if given.part != "office":
        files_pdf.main([str(given.folder)])


if __name__ == "__main__":
    main()
