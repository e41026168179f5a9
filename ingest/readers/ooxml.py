"""Parts of an office file that is a zip of XML (docx, xlsx, pptx): opened once, parsed safely."""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass
from typing import Any

from ingest.containers import damaged, open_zip
from ingest.limits import Limits
from ingest.readers.metadata import metadata_title
from kb.errors import ReadError

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MOST_XML = 200_000_000  # bytes of one part parsed into a tree, which takes some ten times as much
_PROLOGUE = 4096
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/main")
_DOCTYPE = re.compile(rb"<\x00?!\x00?D\x00?O\x00?C\x00?T\x00?Y\x00?P\x00?E", re.I)
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_POINT = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}pt"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"


@dataclass(frozen=True, slots=True)
class Relation:
    """One relationship of a part: its kind (``footnotes``, ``image`` …) and the part it names."""

    kind: str
    target: str
    external: bool


@dataclass(frozen=True, slots=True)
class Package:
    """The members of an office file by their lower-case names."""

    archive: zipfile.ZipFile
    names: dict[str, str]

    def read(self, name: str) -> bytes | None:
        """The bytes of a part; None if there is no such part."""
        real = self.names.get(name.lower())
        return None if real is None else self.archive.read(real)

    def xml(self, name: str) -> Any:
        """The root element of a part; None if there is no such part. Raises ReadError."""
        blob = self.read(name)
        return None if blob is None else parse(blob)

    def relations(self, name: str) -> dict[str, Relation]:
        """What a part refers to, by id. An external target is told, never followed."""
        folder, base = posixpath.split(name)
        root = self.xml(posixpath.join(folder, "_rels", base + ".rels"))
        if root is None:
            return {}
        return {
            item.get("Id", ""): Relation(
                item.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, item.get("Target", ""))).lstrip("/"),
                item.get("TargetMode") == "External",
            )
            for item in root.iter(_RELATION)
        }

    def main(self) -> str:
        """The name of the part the file is about. Raises ReadError if there is none."""
        for relation in self.relations("").values():
            if relation.kind == "officeDocument" and relation.target.lower() in self.names:
                return relation.target
        raise damaged()

    def title(self) -> str:
        """The title in the core properties, where it is one."""
        try:
            root = self.xml("docProps/core.xml")
        except ReadError:
            return ""
        return "" if root is None else metadata_title(root.findtext(f".//{_TITLE}") or "")

    @property
    def macros(self) -> bool:
        """Whether the file has macros."""
        return any(name.endswith("vbaproject.bin") for name in self.names)


def open_package(data: bytes, limits: Limits) -> Package:
    """The package of an office file.

    Raises:
        ReadError: see ``open_zip``; or a part declares a document type: office files have none,
            entity bombs need one.
    """
    archive = open_zip(data, limits)
    for info in archive.infolist():
        if info.filename.lower().endswith((".xml", ".rels")):
            with archive.open(info) as part:
                if _DOCTYPE.search(part.read(_PROLOGUE)):
                    raise damaged()
    return Package(archive, {name.lower(): name for name in archive.namelist()})


def parse(blob: bytes) -> Any:
    """The root of an XML part: no entities, no document type, nothing fetched.

    Raises:
        ReadError: it is not well-formed, nests too deep, is too large, or declares a document type.
    """
    from lxml import etree

    if len(blob) > MOST_XML:
        raise damaged()
    # ISO "strict" files use other names for the same elements.
    blob = _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/main", blob)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(blob, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise damaged() from error
    if root.getroottree().docinfo.doctype:
        raise damaged()
    return root


def diagram_lines(root: Any) -> list[str]:
    """The texts of a diagram (SmartArt), one for each of its shapes."""
    lines = ("".join(t.text or "" for t in point.iter(A + "t")) for point in root.iter(_POINT))
    return [line for line in lines if line.strip()]
