"""Names of the data files in a ZIP archive."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

_UTF8 = 0x800
# Names that operating systems add to a folder.
NO_DATA = ("__MACOSX", "Thumbs.db", "desktop.ini")


def member_names(path: Path) -> list[str] | None:
    """Names of the files in a ZIP archive, without folders; None if it cannot be read as a ZIP archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            return [base_name(info) for info in archive.infolist() if is_data(info)]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None


def is_data(info: zipfile.ZipInfo) -> bool:
    """Whether a member is a data file: not a folder, a hidden file or a file that operating systems add."""
    parts = PurePosixPath(_full_name(info)).parts
    is_hidden = any(part.startswith((".", "~$")) and part not in (".", "..") for part in parts)
    return not info.is_dir() and not is_hidden and not {*NO_DATA} & {*parts}


def base_name(info: zipfile.ZipInfo) -> str:
    """The name of a member without its folders."""
    return PurePosixPath(_full_name(info)).name


def _full_name(info: zipfile.ZipInfo) -> str:
    """The original name. Without the UTF-8 flag it may be UTF-8 (macOS) or GBK (Chinese Windows)."""
    if info.flag_bits & _UTF8:
        return info.filename.replace("\\", "/")
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename.replace("\\", "/")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return info.filename.replace("\\", "/")
