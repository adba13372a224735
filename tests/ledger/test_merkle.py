"""Merkle trees: the published vectors of RFC 6962, and every pair of sizes up to a limit."""

from __future__ import annotations

import pytest

from iecareer.ledger.merkle import (
    Tree,
    consistency_path,
    inclusion_path,
    is_beginning,
    is_included,
    leaf_hash,
    root_of,
)

# Leaves, roots and paths as published with the reference implementation of Certificate Transparency.
LEAVES = [
    leaf_hash(bytes.fromhex(text))
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
H1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
H23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
H4567 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
H4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
H45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
H67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
H6 = "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size: int) -> None:
    assert root_of(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        (0, 1, []),
        (0, 8, [H1, H23, H4567]),
        (5, 8, [H4, H67, ROOTS[4]]),
        (2, 3, [ROOTS[2]]),
        (1, 5, [ROOTS[1], H23, H4]),
    ],
)
def test_inclusion_paths_are_the_published_ones(index: int, size: int, path: list[str]) -> None:
    assert [step.hex() for step in inclusion_path(LEAVES[:size], index)] == path


@pytest.mark.parametrize(
    ("earlier", "later", "path"),
    [
        (1, 8, [H1, H23, H4567]),
        (2, 5, [H23, H4]),
        (6, 7, [H45, H6, ROOTS[4]]),
        (6, 8, [H45, H67, ROOTS[4]]),
        (8, 8, []),
    ],
)
def test_consistency_paths_are_the_published_ones(earlier: int, later: int, path: list[str]) -> None:
    assert [step.hex() for step in consistency_path(LEAVES[:later], earlier)] == path


def test_every_proof_holds_for_its_own_place_and_no_other() -> None:
    leaves = [leaf_hash(bytes([n])) for n in range(33)]
    for size in range(1, 34):
        tree = (size, root_of(leaves[:size]))
        for index in range(size):
            path = inclusion_path(leaves[:size], index)
            assert is_included(leaves[index], index, tree, path)
            assert not any(is_included(leaves[index], other, tree, path) for other in {*range(34)} - {index})
            assert not is_included(leaves[index], index, tree, path[:-1] if path else [leaves[0]])
            assert not is_included(leaves[index], index, tree, [*path, leaves[0]])
            earlier = (index + 1, root_of(leaves[: index + 1]))
            path = consistency_path(leaves[:size], index + 1)
            assert is_beginning(earlier, tree, path)
            assert not is_beginning((index + 1, root_of(leaves[1 : index + 2])), tree, path) or size == 33
            assert not is_beginning(earlier, (size, leaves[0]), path) or size == 1
            assert not is_beginning(earlier, tree, [*path, leaves[0]])


def test_a_growing_tree_gives_the_path_of_its_last_leaf() -> None:
    tree = Tree()
    leaves = [leaf_hash(bytes([n])) for n in range(70)]
    for index, leaf in enumerate(leaves):
        assert tree.add(leaf) == inclusion_path(leaves[: index + 1], index)
        assert tree.root() == root_of(leaves[: index + 1])
