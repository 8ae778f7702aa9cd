"""Write a notice as a Word document (OOXML, ECMA-376), and read the words of one.

A notice is paragraphs of four styles: a few lines of markup, for which no library is needed.
Type sizes follow the usual layout of official documents (GB/T 9704-2012), a size smaller because
notices are long: headings in 黑体 and 楷体, text in 仿宋, page numbers between dashes.
"""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from planner.errors import InputError, Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from planner.notices.wording import Paragraph
    from planner.terms import Language

__all__ = ["read_docx", "write_docx"]

_MADE: Final = (1980, 1, 1, 0, 0, 0)
_MOST_BYTES: Final = 50_000_000
"""Unpacked, a notice of ten thousand areas takes a fiftieth of this."""
_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DECLARED: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_CONTENT_TYPES: Final = (
    f'{_DECLARED}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_TYPES}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_TYPES}.styles+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{_TYPES}.footer+xml"/>'
    "</Types>"
)
_RELATIONS: Final = (
    f'{_DECLARED}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)
_DOCUMENT_RELATIONS: Final = (
    f'{_DECLARED}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/footer" Target="footer1.xml"/>'
    "</Relationships>"
)
_FOOTER: Final = (
    f'{_DECLARED}<w:ftr xmlns:w="{_W}"><w:p><w:pPr><w:jc w:val="center"/></w:pPr>'
    '<w:r><w:t xml:space="preserve">— </w:t></w:r>'
    '<w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    '<w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>'
)
# A4 with the margins of an official document, in twentieths of a point.
_PAGE: Final = (
    f'<w:sectPr><w:footerReference xmlns:r="{_OFFICE}" w:type="default" r:id="rId2"/>'
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1701" w:right="1474" w:bottom="1531" w:left="1587" '
    'w:header="851" w:footer="992" w:gutter="0"/></w:sectPr>'
)


def write_docx(paragraphs: Sequence[Paragraph], path: Path, lang: Language) -> None:
    """Write paragraphs as a document; the same paragraphs give the same bytes."""
    lines = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
        f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
        for style, text in paragraphs
    )
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": (
            f'{_DECLARED}<w:document xmlns:w="{_W}"><w:body>{lines}{_PAGE}</w:body></w:document>'
        ),
        "word/_rels/document.xml.rels": _DOCUMENT_RELATIONS,
        "word/styles.xml": _styles(lang),
        "word/footer1.xml": _FOOTER,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _MADE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            book.writestr(entry, content.encode("utf-8"))


def read_docx(path: Path) -> list[str]:
    """Return the paragraphs of a document in order, those of tables too; empty ones included.

    Raises:
        InputError: The file is no Word document, or is damaged.
    """
    try:
        with zipfile.ZipFile(path) as book:
            if book.getinfo("word/document.xml").file_size > _MOST_BYTES:
                raise _unreadable(path)
            content = book.read("word/document.xml")
        root = ET.fromstring(content)  # noqa: S314 no entities: expat refuses to blow them up
    except (OSError, KeyError, zipfile.BadZipFile, ET.ParseError, NotImplementedError) as error:
        raise _unreadable(path) from error
    return [line for paragraph in root.iter(f"{{{_W}}}p") for line in _lines(paragraph)]


def _lines(paragraph: ET.Element) -> Iterator[str]:
    """Yield the lines of one paragraph; what was deleted while changes were tracked is gone."""
    text = ""
    for part in paragraph.iter():
        if part.tag == f"{{{_W}}}t":
            text += part.text or ""
        elif part.tag == f"{{{_W}}}tab":
            text += " "
        elif part.tag in (f"{{{_W}}}br", f"{{{_W}}}cr"):
            text += "\n"
    yield from text.split("\n")


def _unreadable(path: Path) -> InputError:
    """Return the error for a file that is no document."""
    return InputError(
        Sentence(
            f"{path}: this is no Word document that can be read. Open it in Word or WPS and save "
            "it as .docx, or as plain text.",
            f"{path}：不是可读的Word文档。请用Word或WPS打开后另存为.docx，或存为纯文本。",
        )
    )


def _styles(lang: Language) -> str:
    """Return the four styles of a notice."""
    chinese = lang == "zh"
    indent = '<w:ind w:firstLineChars="200" w:firstLine="560"/>' if chinese else ""
    unindented = '<w:ind w:firstLineChars="0" w:firstLine="0"/>'
    even = '<w:spacing w:after="80" w:line="360" w:lineRule="auto"/>'
    keep, level = "<w:keepNext/>", '<w:outlineLvl w:val="{}"/>'
    latin = "Times New Roman"
    styles = (
        ("title", "Title", f"{keep}{_space(240, 360)}{unindented}<w:jc w:val=\"center\"/>",
         _font("宋体", latin, 40, bold=True)),
        ("stage", "heading 1", f"{keep}{_space(360, 120)}{indent}{level.format(0)}",
         _font("黑体", "Arial", 30, bold=not chinese)),
        ("zone", "heading 2", f"{keep}{_space(160, 60)}{indent}{level.format(1)}",
         _font("楷体", latin, 28, bold=True)),
        ("body", "Normal", f"{even}{indent}", ""),
    )  # fmt: skip
    return (
        f'{_DECLARED}<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr>'
        f"{_font('仿宋', latin, 28)}"
        '<w:lang w:val="en-GB" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>'
        + "".join(_style(*style) for style in styles)
        + "</w:styles>"
    )


def _style(key: str, name: str, paragraph: str, letters: str) -> str:
    """Return one style of paragraphs, by the name under which Word knows it."""
    default = ' w:default="1"' if key == "body" else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{key}"{default}><w:name w:val="{name}"/>'
        f"<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{letters}</w:rPr></w:style>"
    )


def _space(before: int, after: int) -> str:
    """Return the space above and below a paragraph, in twentieths of a point."""
    return f'<w:spacing w:before="{before}" w:after="{after}"/>'


def _font(chinese: str, latin: str, half_points: int, *, bold: bool = False) -> str:
    """Return a font for Chinese and one for Latin letters, in half points."""
    return (
        f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{chinese}"/>'
        f"{'<w:b/>' if bold else ''}"
        f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'
    )
