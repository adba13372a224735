"""An append-only log: one signed JSON line per entry, each with the hash of the line before it, in a Merkle tree.

Beside the log stands its head: size and root of the tree, signed. It also has what the next entry needs, so that an
append reads neither the earlier entries nor their hashes. The head is written after the entry. If it is missing or
behind, the next append catches up from the lines; a line that a crash cut short is overwritten.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from iecareer.clock import now
from iecareer.documents import sync_folder
from iecareer.errors import IecareerError
from iecareer.ledger.merkle import Tree, leaf_hash, root_of
from iecareer.ledger.signing import Document, canonical, fingerprint_of, is_signed, public_key_of, signed


@dataclass(frozen=True)
class Placed:
    """An entry, its inclusion path in the tree that ends with it, and the signed head of that tree."""

    entry: Document
    path: list[bytes]
    head: Document


@dataclass
class _End:
    """The end of a log up to some entry: all that the next entry depends on."""

    tree: Tree = field(default_factory=Tree)
    n_bytes: int = 0
    last_sha256: str | None = None
    # Entries of an older form come before all others.
    is_older: bool = True

    def add(self, line: bytes) -> list[bytes]:
        self.n_bytes += len(line) + 1
        self.last_sha256 = sha256(line).hexdigest()
        return self.tree.add(leaf_hash(line))

    def document(self, head: Document) -> Document:
        """The head with what the next entry needs."""
        peaks = [peak.hex() for peak in self.tree.peaks]
        return {"head": head, "peaks": peaks, "n_bytes": self.n_bytes, "last_sha256": self.last_sha256}


@dataclass(frozen=True)
class Log:
    """The log with this name at this path. The caller holds a lock while it appends.

    `is_older_entry` says whether an entry without a fingerprint was written by an earlier version; by default none was.
    """

    path: Path
    name: str
    is_older_entry: Callable[[Document], bool] = lambda _: False

    @property
    def head_path(self) -> Path:
        """Path of the head."""
        return self.path.with_name(f"{self.path.stem}-head.json")

    def lines(self) -> list[bytes]:
        """The whole lines, one per entry; a line without its end is left out."""
        return self._bytes().split(b"\n")[:-1]

    def entries(self) -> list[Document]:
        """The entries, oldest first.

        Raises
        ------
        IecareerError
            When a line is not an entry.
        """
        found = [_parsed(line) for line in self.lines()]
        for number, entry in enumerate(found, start=1):
            if entry is None:
                raise self._damage(f"line {number} cannot be read")
        return [entry for entry in found if entry is not None]

    def open(self, key: bytes) -> OpenLog:
        """The log, ready to append entries.

        Raises
        ------
        IecareerError
            When the log does not continue what its head says.
        """
        public_key = public_key_of(key)
        end = self._known_end(public_key)
        if end.n_bytes > (self.path.stat().st_size if self.path.exists() else 0):
            raise self._damage(f"it is shorter than {self.head_path.name} says")
        for line in self._bytes(end.n_bytes).split(b"\n")[:-1]:
            if fault := self._fault(line, end, public_key):
                raise self._damage(f"entry {end.tree.size + 1} {fault}")
            end.add(line)
        return OpenLog(self, key, end)

    def placed(self, numbers: Container[int], key: bytes) -> Iterator[Placed]:
        """The entries with these numbers, each as it was when it was the last one."""
        tree = Tree()
        for number, line in enumerate(self.lines(), start=1):
            path = tree.add(leaf_hash(line))
            if number in numbers:
                yield Placed(json.loads(line), path, self.head(tree, key))

    def head(self, tree: Tree, key: bytes) -> Document:
        """The signed head of a tree of this log."""
        facts = {"log": self.name, "size": tree.size, "root": tree.root().hex(), "signed_at": now()}
        return signed("head", facts, key)

    def problems(self, public_key: str, earlier: Iterable[Document] = ()) -> list[str]:
        """What is wrong with the log, in the order of its lines.

        `earlier` are signed heads of the log from any time before: the log must still begin with their entries.
        """
        *lines, rest = self._bytes().split(b"\n")
        end, found, own, fits = _End(), [], self._head_document(), False
        for number, line in enumerate(lines, start=1):
            if fault := self._fault(line, end, public_key):
                found.append(f"{self.path.name}: entry {number} {fault}")
            end.add(line)
            if own and own["head"].get("size") == number:
                fits = own == end.document(own["head"]) and own["head"].get("root") == end.tree.root().hex()
        if rest:
            found.append(f"{self.path.name}: ends in the middle of an entry")
        if own is None:
            if not end.is_older or self.head_path.exists():
                found.append(f"{self.head_path.name}: is missing or cannot be read")
        elif not fits or not is_signed("head", own["head"], public_key):
            found.append(f"{self.head_path.name}: does not fit {self.path.name}")
        return found + [problem for head in earlier for problem in self._changes_since(head, public_key)]

    def _changes_since(self, head: Document, public_key: str) -> list[str]:
        if not is_signed("head", head, public_key) or head["log"] != self.name:
            return ["The earlier head is not a head of this log."]
        lines = self.lines()
        if len(lines) < head["size"]:
            return [
                f"{self.path.name}: had {head['size']:,} entries on {head['signed_at'][:10]}, now {len(lines):,}"
            ]
        if root_of(map(leaf_hash, lines[: head["size"]])).hex() != head["root"]:
            return [
                f"{self.path.name}: its first {head['size']:,} entries were changed after {head['signed_at'][:10]}"
            ]
        return []

    def _fault(self, line: bytes, end: _End, public_key: str) -> str | None:
        entry = _parsed(line)
        if entry is None:
            return "cannot be read"
        if entry.get("number") != end.tree.size + 1 or entry.get("previous_entry_sha256") != end.last_sha256:
            return "does not follow the one before it"
        if "fingerprint" not in entry and end.is_older:
            return None if self.is_older_entry(entry) else "is not signed by this warehouse"
        end.is_older = False
        return None if is_signed(f"entry of {self.name}", entry, public_key) else "is not signed by this key"

    def _known_end(self, public_key: str) -> _End:
        """The end of the log as its head says; the beginning if there is no readable head."""
        own = self._head_document()
        if own is None:
            return _End()
        head = own["head"]
        try:
            end = _End(
                Tree(head["size"], [bytes.fromhex(peak) for peak in own["peaks"]]),
                own["n_bytes"],
                own["last_sha256"],
                is_older=False,
            )
            if (
                is_signed("head", head, public_key)
                and end.tree.root().hex() == head["root"]
                and end.n_bytes > 0
            ):
                return end
        except (KeyError, TypeError, ValueError):
            pass
        raise self._damage(f"{self.head_path.name} is not signed by this home")

    def _head_document(self) -> Document | None:
        """The document of the head; None if there is none, or a power cut left none that can be read."""
        try:
            text = self.head_path.read_bytes()
        except FileNotFoundError:
            return None
        found = _parsed(text)
        if found is None or found.keys() != {"head", "peaks", "n_bytes", "last_sha256"}:
            return None
        return found if isinstance(found["head"], dict) else None

    def _bytes(self, start: int = 0) -> bytes:
        if not self.path.exists():
            return b""
        with self.path.open("rb") as file:
            file.seek(start)
            return file.read()

    def _damage(self, what: str) -> IecareerError:
        return IecareerError(
            f"The log {self.path} is damaged: {what}.",
            next_step="Restore it and its head from a backup; see docs/receipts-and-releases.md.",
        )


@dataclass
class OpenLog:
    """A log whose end is known."""

    log: Log
    key: bytes
    end: _End

    def append(self, facts: Iterable[Document]) -> list[Placed]:
        """Append one entry for each of these facts, durably."""
        log, end, start = self.log, self.end, self.end.n_bytes
        fingerprint = fingerprint_of(public_key_of(self.key))
        lines, placed = [], []
        for own in facts:
            place = {"number": end.tree.size + 1, "previous_entry_sha256": end.last_sha256}
            entry = signed(f"entry of {log.name}", own | place | {"fingerprint": fingerprint}, self.key)
            lines.append(canonical(entry))
            path = end.add(lines[-1])
            placed.append(Placed(entry, path, log.head(end.tree, self.key)))
        is_new = not log.path.exists()
        log.path.parent.mkdir(parents=True, exist_ok=True)
        with log.path.open("wb" if is_new else "r+b") as file:
            # A line that a crash cut short is overwritten.
            file.truncate(start)
            file.seek(start)
            file.write(b"".join(line + b"\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync_folder(log.path.parent)
        if placed:
            # The head can be made again from the lines, so it need not be durable.
            draft = log.head_path.with_name(f".{log.head_path.name}.{os.getpid()}.{secrets.token_hex(4)}")
            draft.write_bytes(canonical(end.document(placed[-1].head)))
            draft.replace(log.head_path)
        return placed


def _parsed(line: bytes) -> Document | None:
    """The object in canonical bytes; None for anything else."""
    try:
        found = json.loads(line)
        return found if isinstance(found, dict) and canonical(found) == line else None
    except (ValueError, RecursionError):
        return None
