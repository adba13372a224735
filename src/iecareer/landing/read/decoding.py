"""Decoding: text of any known encoding becomes UTF-8 with plain line ends, whole or piece by piece."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from iecareer.errors import IecareerError
from iecareer.landing.content import Content
from iecareer.landing.read.chunk import Request

# Large enough for few queries, small enough that several pieces fit in memory.
PIECE = 128 << 20
_HEAD = 1 << 20
# Four consecutive Chinese characters in UTF-8; about one in a hundred million texts in GB18030 matches.
_LIKE_UTF8 = re.compile(rb"[\xe4-\xe9][\x80-\xbf]{2}" * 4)
_UTF8_WITHIN = re.compile(rb"(?:^|[\x00-\x7f])((?:[\xe4-\xe9][\x80-\xbf]{2}){4,})(?![\x80-\xff])")
_ASCII = bytes(range(128))
_LINE_END = ord("\n")
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def utf8(data: bytes, request: Request) -> bytes:
    """The text as UTF-8 without a byte-order mark.

    The encoding comes from the mark or the contract; otherwise it is UTF-8 or GB18030.

    Raises
    ------
    IecareerError
        When the text has none of these encodings. The message names the place of the first invalid byte.
    """
    return b"".join(_as_utf8(iter([data]), *_encoding(iter([data]), request), request))


def pieces(content: Content, request: Request) -> Iterator[list[bytes]]:
    r"""The text as UTF-8 with ``\n`` as line end, cut into pieces at line ends; each piece is a list of parts.

    A piece ends at a line end with an even number of quotation marks before it; a short text is one piece.

    Raises
    ------
    IecareerError
        As :func:`utf8` does.
    """
    encoding, mark = _encoding(_with_head(content.chunks()), request)
    waiting: list[bytes] = []
    for text in _plain_ends(_as_utf8(_with_head(content.chunks()), encoding, mark, request)):
        waiting.append(text)
        if sum(map(len, waiting)) >= PIECE and (cut := _cut(waiting)):
            part, end = cut
            yield [*(before for before in waiting[:part] if before), waiting[part][:end]]
            waiting = [waiting[part][end:], *waiting[part + 1 :]]
    if left := [part for part in waiting if part]:
        yield left


def utf16_without_mark(head: bytes) -> str | None:
    """The byte order of UTF-16 without a mark, from the zero bytes next to digits, delimiters and line ends."""
    if b"\n\0" not in head and b"\0\n" not in head:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 5 < len(head) // 2 or min(even, odd) * 20 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _with_head(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The bytes, with a first chunk that is long enough to detect the encoding."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= _HEAD:
            break
    yield head
    yield from chunks


def _encoding(chunks: Iterator[bytes], request: Request) -> tuple[str, int]:
    """The encoding, and the number of bytes of its byte-order mark.

    Any text fits a single-byte encoding, so UTF-8 has precedence even if the contract names one.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    declared = (request.encoding or "utf-8").lower()
    is_utf8 = declared.replace("-", "") == "utf8"
    is_first = True
    try:
        for chunk in chunks:
            if is_first:
                is_first = False
                for mark, encoding in _MARKS:
                    if chunk.startswith(mark) and encoding != "utf-8":
                        return encoding, len(mark)
                if marked := utf16_without_mark(chunk[:_HEAD]):
                    return marked, 0
                if not chunk.startswith(_MARKS[0][0]) and not (is_utf8 or _takes_any_byte(declared)):
                    return declared, 0
                length = len(_MARKS[0][0]) if chunk.startswith(_MARKS[0][0]) else 0
            if decoder.getstate()[0] or not chunk.isascii():
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "gb18030" if is_utf8 else declared, length
    return "utf-8", 0 if is_first else length


def _takes_any_byte(encoding: str) -> bool:
    """Whether every byte is valid in this encoding, so that text in another encoding would be misread silently."""
    try:
        return len("中".encode().decode(encoding, errors="replace")) == len("中".encode())
    except LookupError:
        return False


def _as_utf8(chunks: Iterator[bytes], encoding: str, mark: int, request: Request) -> Iterator[bytes]:
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
    except LookupError:
        raise IecareerError(f"{request.place}: there is no encoding '{encoding}'.") from None
    n_bytes = n_lines = 0
    for number, chunk in enumerate(chunks):
        body = chunk if number else chunk[mark:]
        if encoding == "utf-8":
            yield body
            continue
        before = decoder.getstate()[0]
        try:
            if encoding == "gb18030" and _LIKE_UTF8.search(body.translate(None, _ASCII)):
                _refuse_mixture(body)
            yield decoder.decode(body).encode("utf-8")
        except UnicodeError as error:
            at = getattr(error, "start", 0) or _first_misfit(before + body, encoding) - len(before)
            _refuse(request, encoding, body, at, (n_bytes, n_lines))
        n_bytes += len(body)
        n_lines += body.count(b"\n")
    try:
        yield decoder.decode(b"", final=True).encode("utf-8")
    except UnicodeError:
        _refuse(request, encoding, b"", 0, (n_bytes, n_lines))


def _first_misfit(data: bytes, encoding: str) -> int:
    """Position of the first invalid byte, which incremental decoders do not give; 0 if all bytes are valid."""
    try:
        data.decode(encoding)
    except UnicodeError as error:
        return int(getattr(error, "start", 0))
    return 0


def _refuse_mixture(body: bytes) -> None:
    """Raise if a cell of a GB18030 text is UTF-8: it would be read as wrong characters."""
    if found := _UTF8_WITHIN.search(body):
        raise UnicodeDecodeError("gb18030", b"", found.start(1), found.end(1), "is UTF-8")


def _refuse(request: Request, encoding: str, body: bytes, at: int, before: tuple[int, int]) -> None:
    n_bytes, n_lines = before
    line, place = n_lines + body.count(b"\n", 0, at) + 1, n_bytes + at
    raise IecareerError(
        f"{request.place}: neither UTF-8 nor {encoding}; line {line} (byte {place}) does not fit.",
        next_step="Ask the office for the encoding and name it in the contract, or ask for the file again.",
    ) from None


def _plain_ends(texts: Iterator[bytes]) -> Iterator[bytes]:
    r"""The text with ``\n`` for every ``\r\n`` and ``\r``."""
    held = b""
    for text in texts:
        joined = held + text
        held = b"\r" if joined.endswith(b"\r") else b""
        joined = joined[: len(joined) - len(held)]
        if b"\r" in joined:
            joined = joined.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        yield joined
    if held:
        yield b"\n"


def _cut(text: list[bytes]) -> tuple[int, int] | None:
    """Part and position after the last line end with an even number of quotation marks before it, or None."""
    marks = [_n_marks(part, len(part)) for part in text]
    for number in reversed(range(len(text))):
        if end := _even_end(text[number], sum(marks[:number])):
            return number, end
    if sum(map(len, text)) >= 4 * PIECE:  # An unclosed quotation mark must not fill the memory.
        ends = [part.rfind(b"\n") + 1 for part in text]
        return next(((number, ends[number]) for number in reversed(range(len(text))) if ends[number]), None)
    return None


def _even_end(part: bytes, n_marks_before: int) -> int:
    """Position after the last line end with an even number of quotation marks before it, 0 if there is none."""
    end = part.rfind(b"\n") + 1
    marks = n_marks_before + _n_marks(part, end)
    while end and marks % 2:
        earlier = part.rfind(b"\n", 0, end - 1) + 1
        marks -= part.count(b'"', earlier, end)
        end = earlier
    return end


def _n_marks(part: bytes, end: int) -> int:
    # Most texts have no quotation mark, and searching is faster than counting.
    return part.count(b'"', 0, end) if b'"' in part else 0
