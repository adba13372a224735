"""Merkle trees as in RFC 6962 and RFC 9162: roots, proofs, and their verification. Hashes are SHA-256."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry."""
    return sha256(b"\0" + data).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


@dataclass
class Tree:
    """A growing tree, of which only the roots of its complete subtrees are kept, the largest first."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def add(self, leaf: bytes) -> list[bytes]:
        """Append a leaf; returns its inclusion path in the tree that ends with it."""
        path, n = self.peaks[::-1], self.size
        while n & 1:
            leaf, n = _node(self.peaks.pop(), leaf), n >> 1
        self.peaks.append(leaf)
        self.size += 1
        return path

    def root(self) -> bytes:
        """The root."""
        root = self.peaks[-1] if self.peaks else sha256().digest()
        for left in self.peaks[-2::-1]:
            root = _node(left, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root of the tree with these leaf hashes."""
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def inclusion_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from the leaf at `index` to the root."""
    if len(leaves) == 1:
        return []
    left, right = _halves(leaves)
    if index < len(left):
        return [*inclusion_path(left, index), root_of(right)]
    return [*inclusion_path(right, index - len(left)), root_of(left)]


def inclusion_paths(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """The inclusion path of every leaf, in the time of one for each level of the tree."""
    if len(leaves) < 2:
        return [[] for _ in leaves]
    left, right = _halves(leaves)
    roots = root_of(left), root_of(right)
    return [
        *([*path, roots[1]] for path in inclusion_paths(left)),
        *([*path, roots[0]] for path in inclusion_paths(right)),
    ]


def consistency_path(leaves: Sequence[bytes], size: int, *, is_known: bool = True) -> list[bytes]:
    """The hashes that show that the tree of the first `size` leaves, at least one, is the beginning of this tree.

    `is_known` is for the recursion: whether the verifier has the root of the first `size` leaves.
    """
    if size == len(leaves):
        return [] if is_known else [root_of(leaves)]
    left, right = _halves(leaves)
    if size <= len(left):
        return [*consistency_path(left, size, is_known=is_known), root_of(right)]
    return [*consistency_path(right, size - len(left), is_known=False), root_of(left)]


def _halves(leaves: Sequence[bytes]) -> tuple[Sequence[bytes], Sequence[bytes]]:
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return leaves[:split], leaves[split:]


def is_included(leaf: bytes, index: int, tree: tuple[int, bytes], path: Sequence[bytes]) -> bool:
    """Whether the path shows that the leaf is at `index` of the `tree` (size and root). RFC 9162, 2.1.3.2."""
    size, root = tree
    at, last = index, size - 1
    if not 0 <= at <= last:
        return False
    for step in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            leaf = _node(step, leaf)
            at, last = _odd(at, last)
        else:
            leaf = _node(leaf, step)
        at, last = at >> 1, last >> 1
    return last == 0 and leaf == root


def is_beginning(earlier: tuple[int, bytes], later: tuple[int, bytes], path: Sequence[bytes]) -> bool:
    """Whether the path shows that the earlier tree is the beginning of the later one. RFC 9162, 2.1.4.2."""
    size, root = earlier
    if not 0 < size < later[0]:
        return not path and earlier == later
    steps = [root, *path] if size & (size - 1) == 0 else list(path)
    at, last = size - 1, later[0] - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    if not steps:
        return False
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = _node(step, first), _node(step, second)
            at, last = _odd(at, last)
        else:
            second = _node(second, step)
        at, last = at >> 1, last >> 1
    return last == 0 and (first, second) == (root, later[1])


def _odd(at: int, last: int) -> tuple[int, int]:
    """Both numbers without as many last bits as `at` has zeros at its end."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last
