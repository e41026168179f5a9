"""OFD files for the tests of this folder, with the element names of GB/T 33190-2016."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
SIZE = 5.6  # millimetres
LEFT, TOP, PITCH = 25.0, 40.0, 9.0


def text(line: str, x: float, y: float, *, size: float = SIZE, extra: str = "") -> str:
    """A text object whose base line begins at (x, y); full-width spaces before it indent."""
    bare = line.lstrip("\u3000")
    x += size * (len(line) - len(bare))
    delta = f'DeltaX="g {len(bare) - 1} {size}"' if len(bare) > 1 else ""
    return (
        f'<ofd:TextObject ID="1" Boundary="{x} {y - size} 150 {size}" Size="{size}" {extra}>'
        f'<ofd:TextCode X="0" Y="{size}" {delta}>{escape(bare)}</ofd:TextCode></ofd:TextObject>'
    )


def rule(x0: float, y0: float, x1: float, y1: float) -> str:
    """A stroked line."""
    return (
        f'<ofd:PathObject ID="9" Boundary="{x0} {y0} {x1 - x0} {y1 - y0}" LineWidth="0.2">'
        f"<ofd:AbbreviatedData>M 0 0 L {x1 - x0} {y1 - y0}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def page(lines: Sequence[str]) -> str:
    """The units of a page of lines from the top."""
    return "".join(text(line, LEFT, TOP + PITCH * at) for at, line in enumerate(lines))


def picture(box: str = "0 0 210 297", resource: int = 20) -> str:
    return f'<ofd:ImageObject ID="8" Boundary="{box}" ResourceID="{resource}"/>'


def ofd(
    pages: Sequence[str],
    *,
    title: str = "",
    template: str = "",
    media: bytes = b"",
    annotated: bool = False,
    extra: dict[str, bytes] | None = None,
) -> bytes:
    """A file whose pages hold the given units; ``template`` stands behind each of them."""
    template_place = (
        '<ofd:TemplatePage ID="2" BaseLoc="Tpls/Tpl_0/Content.xml"/>' if template else ""
    )
    places = "".join(
        f'<ofd:Page ID="{100 + n}" BaseLoc="Pages/Page_{n}/Content.xml"/>'
        for n in range(len(pages))
    )
    annotations = "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>" if annotated else ""
    used = '<ofd:Template TemplateID="2" ZOrder="Background"/>' if template else ""
    files = {
        "OFD.xml": f'<ofd:OFD {NAMESPACE} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo>'
        f"<ofd:DocID>1</ofd:DocID><ofd:Title>{escape(title)}</ofd:Title></ofd:DocInfo>"
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:MaxUnitID>999"
        "</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
        "</ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
        f"{template_place}</ofd:CommonData><ofd:Pages>{places}</ofd:Pages>{annotations}"
        "</ofd:Document>",
        "Doc_0/PublicRes.xml": f'<ofd:Res {NAMESPACE} BaseLoc="Res"><ofd:MultiMedias>'
        '<ofd:MultiMedia ID="20" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile>'
        "</ofd:MultiMedia></ofd:MultiMedias><ofd:CompositeGraphicUnits>"
        '<ofd:CompositeGraphicUnit ID="30" Width="50" Height="10"><ofd:Content>'
        f"{text('复合对象里的字', 0, SIZE)}</ofd:Content></ofd:CompositeGraphicUnit>"
        "</ofd:CompositeGraphicUnits></ofd:Res>",
    }
    for number, units in enumerate(pages):
        files[f"Doc_0/Pages/Page_{number}/Content.xml"] = (
            f"<ofd:Page {NAMESPACE}>{used}<ofd:Content>"
            f'<ofd:Layer ID="5" Type="Body">{units}</ofd:Layer></ofd:Content></ofd:Page>'
        )
    if template:
        files["Doc_0/Tpls/Tpl_0/Content.xml"] = (
            f"<ofd:Page {NAMESPACE}><ofd:Content>"
            f'<ofd:Layer ID="6">{template}</ofd:Layer></ofd:Content></ofd:Page>'
        )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + content)
        if media:
            archive.writestr("Doc_0/Res/a.png", media)
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    return buffer.getvalue()
