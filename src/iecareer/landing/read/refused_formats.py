"""Unsupported file formats, recognised by first bytes or ending, and what to do about each."""

from __future__ import annotations

from pathlib import PurePath

from iecareer.errors import IecareerError

_UNPACK = "Unpack it and land the files inside. Only .zip and .gz need not be unpacked."
_EXPORT = "Export it from its program as CSV in UTF-8, .xlsx or Parquet, and land the export."
_ASK = "Ask for the data as CSV or .xlsx; it may be packed as .zip."
_SIGNATURES = {
    b"%PDF": ("a PDF document", _ASK),
    b"Rar!": ("a RAR archive", _UNPACK),
    b"7z\xbc\xaf\x27\x1c": ("a 7-Zip archive", _UNPACK),
    b"\xfd7zXZ": ("an xz archive", _UNPACK),
    b"BZh": ("a bzip2 archive", _UNPACK),
    b"\x28\xb5\x2f\xfd": ("a Zstandard archive", _UNPACK),
    b"\x89PNG": ("a picture", _ASK),
    b"\xff\xd8\xff": ("a picture", _ASK),
    b"{\\rtf": ("an RTF document", _ASK),
    b"MIME-Version:": ("a web archive (MHTML)", _ASK),
    b"PARE": ("an encrypted Parquet file", _ASK),
    b"<stata_dta>": ("a file of Stata", _EXPORT),
    b"$FL2": ("a file of SPSS", _EXPORT),
    b"$FL3": ("a file of SPSS", _EXPORT),
    b"RDX2\n": ("a file of R", _EXPORT),
    b"RDX3\n": ("a file of R", _EXPORT),
    b"X\n\0\0\0": ("a file of R", _EXPORT),
    b"\0" * 12 + b"\xc2\xea\x81\x60": ("a file of SAS", _EXPORT),
    b"\0\1\0\0Standard ": ("a database of Access", _EXPORT),
    b"ARROW1\0\0": ("an Arrow file", _EXPORT),
    b"Obj\1": ("an Avro file", _EXPORT),
}
_TAR = slice(257, 262)
_ENDINGS = {
    "a packed file": (_UNPACK, (".bz2", ".xz", ".lzma", ".7z", ".rar", ".zst", ".z", ".tar", ".tgz", ".tbz", ".txz")),
    "a file of Stata": (_EXPORT, (".dta",)),
    "a file of SPSS": (_EXPORT, (".sav", ".zsav", ".por")),
    "a file of R": (_EXPORT, (".rds", ".rda", ".rdata")),
    "a file of SAS": (_EXPORT, (".sas7bdat", ".xpt")),
    "a workbook in an unsupported format": (_EXPORT, (".xlsb", ".numbers")),
    "a database in an unsupported format": (_EXPORT, (".mdb", ".accdb", ".dbf")),
    "a table in an unsupported format": (_EXPORT, (".feather", ".arrow", ".orc", ".avro")),
    "a document": (_ASK, (".pdf", ".doc", ".docx", ".wps", ".ppt", ".pptx", ".rtf", ".png", ".jpg", ".jpeg")),
}  # fmt: skip


def refuse_by_content(head: bytes, place: str) -> None:
    """Refuse a file whose first bytes are those of an unsupported format.

    Raises
    ------
    IecareerError
        When the answer does so.
    """
    found = next((refusal for signature, refusal in _SIGNATURES.items() if head.startswith(signature)), None)
    if head[_TAR] == b"ustar":
        found = "a tar archive", _UNPACK
    if found:
        what, next_step = found
        raise IecareerError(
            f"{place}: is {what} by its content, whatever its name says.", next_step=next_step
        )


def refused_by_name(name: str) -> IecareerError:
    """The error for a file whose ending means no supported format."""
    ending = PurePath(name).suffix.lower()
    for what, (next_step, endings) in _ENDINGS.items():
        if ending in endings:
            return IecareerError(
                f"{name}: is {what} ({ending}), which is not supported.", next_step=next_step
            )
    return IecareerError(
        f"{name}: its ending means no known format.",
        next_step="Give it the ending of its content: .csv for any delimited text, .xlsx, .jsonl, .parquet, .sqlite …",
    )
