"""Spreadsheets of OpenDocument, as LibreOffice writes them."""

from __future__ import annotations

import io
import zipfile

NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in zip(
        ("office", "table", "text", "style", "draw"), ("office", "table", "text", "style", "drawing"), strict=True
    )
)  # fmt: skip
MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"


def cell(text: str | None = None, kind: str | None = None, value: str | None = None, **more: object) -> str:
    """A cell as LibreOffice writes it; `kind` is its value type, `text` what the sheet shows."""
    name = {"date": "date-value", "boolean": "boolean-value", "string": "string-value"}.get(
        kind or "", "value"
    )
    attributes = {"office:value-type": kind, f"office:{name}": value}
    attributes |= {f"table:{key.replace('_', '-')}": told for key, told in more.items()}
    said = "".join(f' {key}="{told}"' for key, told in attributes.items() if told is not None)
    return f"<table:table-cell{said}>{'' if text is None else f'<text:p>{text}</text:p>'}</table:table-cell>"


def row(*cells: str, n: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{n}">{"".join(cells)}</table:table-row>'


def words(*texts: str) -> str:
    return row(*(cell(text, "string") for text in texts))


def ods(*sheets: str, settings: str = "", mimetype: str = MIMETYPE, **parts: str) -> bytes:
    tables = "".join(
        f'<table:table table:name="s{number}" table:style-name="{"hidden" if "<hide/>" in rows else "ta1"}">'
        f'<table:table-column table:number-columns-repeated="16384"/>{rows.replace("<hide/>", "")}</table:table>'
        for number, rows in enumerate(sheets)
    )
    styles = "".join(
        f'<style:style style:name="{name}" style:family="table">'
        f'<style:table-properties table:display="{is_shown}"/></style:style>'
        for name, is_shown in (("hidden", "false"), ("ta1", "true"))
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMES}><office:automatic-styles>{styles}'
        f"</office:automatic-styles><office:body><office:spreadsheet>{settings}{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("mimetype", mimetype)
        made.writestr("content.xml", content)
        for name, part in parts.items():
            made.writestr(f"{name}.xml", part)
    return stream.getvalue()
