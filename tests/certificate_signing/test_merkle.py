"""The Merkle tree against the definitions of RFC 9162, written down a second time as they stand there, and known roots."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificate_signing import merkle
from certificate_signing.errors import LogWrong

# The eight leaves of the Certificate Transparency project, and the roots of their trees as every implementation knows them.
LEAVES = [bytes.fromhex(digits) for digits in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# index, size → the path; size before, size after → the proof.
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


class Stored:
    """Complete nodes as storage keeps them: with the leaf that completes them; counts what is read."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.rows: list[list[bytes]] = []
        self.read = 0
        for entry in leaves:
            self.rows.append(merkle.completed(len(self.rows), merkle.leaf_hash(entry), self))

    def __call__(self, level: int, index: int) -> bytes:
        self.read += 1
        return self.rows[merkle.rightmost((level, index))][level]


def entries(count: int) -> list[bytes]:
    return [str(number).encode() for number in range(count)]


# The definitions of sections 2.1.1, 2.1.3.1 and 2.1.4.1, word for word.
def mth(leaves: list[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = largest_power_below(len(leaves))
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = largest_power_below(len(leaves))
    return [*path(m, leaves[:k]), mth(leaves[k:])] if m < k else [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: list[bytes], *, whole: bool) -> list[bytes]:
    n = len(leaves)
    if m == n:
        return [] if whole else [mth(leaves)]
    k = largest_power_below(n)
    if m <= k:
        return [*subproof(m, leaves[:k], whole=whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], whole=False), mth(leaves[:k])]


def largest_power_below(number: int) -> int:
    power = 1
    while power * 2 < number:
        power *= 2
    return power


@pytest.mark.parametrize("size", range(9))
def test_known_roots(size: int) -> None:
    assert merkle.root(size, Stored(LEAVES)).hex() == (ROOTS[size - 1] if size else hashlib.sha256(b"").hexdigest())


@pytest.mark.parametrize(("asked", "expected"), INCLUSION.items())
def test_known_inclusion_proofs(asked: tuple[int, int], expected: list[str]) -> None:
    assert [step.hex() for step in merkle.inclusion_proof(*asked, Stored(LEAVES))] == expected


@pytest.mark.parametrize(("asked", "expected"), CONSISTENCY.items())
def test_known_consistency_proofs(asked: tuple[int, int], expected: list[str]) -> None:
    assert [step.hex() for step in merkle.consistency_proof(*asked, Stored(LEAVES))] == expected


@pytest.mark.parametrize("size", [*range(1, 36), 64, 65, 70])
def test_every_proof_is_the_one_of_the_definition(size: int) -> None:
    leaves, nodes = entries(size), Stored(entries(size))
    root = mth(leaves)
    assert merkle.root(size, nodes) == root
    for index in range(size):
        proof = merkle.inclusion_proof(index, size, nodes)
        assert proof == path(index, leaves)
        merkle.check_inclusion(index, size, merkle.leaf_hash(leaves[index]), proof, root)
    for first in range(1, size):
        proof = merkle.consistency_proof(first, size, nodes)
        assert proof == subproof(first, leaves, whole=True)
        merkle.check_consistency(first, size, mth(leaves[:first]), root, proof)


@cache
def large() -> Stored:
    return Stored(entries(5000))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_changed_inclusion_proof_proves_nothing(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 5000))
    index = data.draw(st.integers(0, size - 1))
    leaf, root, proof = merkle.leaf_hash(str(index).encode()), merkle.root(size, large()), merkle.inclusion_proof(index, size, large())
    merkle.check_inclusion(index, size, leaf, proof, root)
    for spoilt in spoilings(data, proof):
        with pytest.raises(LogWrong):
            merkle.check_inclusion(index, size, leaf, spoilt, root)
    elsewhere = data.draw(st.integers(0, size - 1).filter(lambda other: other != index))
    for wrong in ((elsewhere, size, leaf, root), (index, size, merkle.leaf_hash(b"another"), root), (index, size, leaf, merkle.leaf_hash(b"r"))):
        with pytest.raises(LogWrong):
            merkle.check_inclusion(wrong[0], wrong[1], wrong[2], proof, wrong[3])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_changed_consistency_proof_proves_nothing(data: st.DataObject) -> None:
    second = data.draw(st.integers(2, 5000))
    first = data.draw(st.integers(1, second - 1))
    roots = merkle.root(first, large()), merkle.root(second, large())
    proof = merkle.consistency_proof(first, second, large())
    merkle.check_consistency(first, second, *roots, proof)
    for spoilt in spoilings(data, proof):
        with pytest.raises(LogWrong):
            merkle.check_consistency(first, second, *roots, spoilt)
    with pytest.raises(LogWrong):
        merkle.check_consistency(first, second, merkle.leaf_hash(b"another history"), roots[1], proof)
    with pytest.raises(LogWrong):
        merkle.check_consistency(second, first, roots[1], roots[0], proof)


def spoilings(data: st.DataObject, proof: list[bytes]) -> list[list[bytes]]:
    place = data.draw(st.integers(0, len(proof) - 1))
    bit = data.draw(st.integers(0, 255))
    flipped = bytearray(proof[place])
    flipped[bit // 8] ^= 1 << bit % 8
    spoilt = [
        [*proof[:place], bytes(flipped), *proof[place + 1 :]],
        [*proof[:place], *proof[place + 1 :]],
        [*proof, proof[-1]],
        [proof[0][:31], *proof[1:]],
        [],
    ]
    if len(proof) > 1:
        spoilt.append([*proof[1:], proof[0]])
    return spoilt


REWRITTEN: list[Callable[[list[bytes]], list[bytes]]] = [
    lambda leaves: [b"changed", *leaves[1:]],
    lambda leaves: leaves[1:],
    lambda leaves: [leaves[1], leaves[0], *leaves[2:]],
    lambda leaves: [*leaves[:3], b"put in", *leaves[3:]],
    lambda leaves: leaves[:4] + leaves[5:],
]


@pytest.mark.parametrize("rewrite", REWRITTEN)
def test_no_rewritten_log_continues_the_old_one(rewrite: Callable[[list[bytes]], list[bytes]]) -> None:
    before = entries(6)
    after = rewrite(before) + entries(10)
    old, new = merkle.root(6, Stored(before)), merkle.root(len(after), Stored(after))
    with pytest.raises(LogWrong):
        merkle.check_consistency(6, len(after), old, new, merkle.consistency_proof(6, len(after), Stored(after)))


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0), (7, 3)])
def test_outside_the_tree_there_is_no_proof(index: int, size: int) -> None:
    with pytest.raises(LogWrong):
        merkle.inclusion_proof(index, size, large())
    with pytest.raises(LogWrong):
        merkle.check_inclusion(index, size, merkle.EMPTY_ROOT, [], merkle.EMPTY_ROOT)


@pytest.mark.parametrize(("first", "second"), [(-1, 3), (4, 3)])
def test_a_log_does_not_shrink(first: int, second: int) -> None:
    with pytest.raises(LogWrong):
        merkle.consistency_proof(first, second, large())


def test_two_logs_of_one_size_are_the_same_or_forked() -> None:
    one, other = merkle.leaf_hash(b"a"), merkle.leaf_hash(b"b")
    merkle.check_consistency(1, 1, one, one, [])
    merkle.check_consistency(0, 1, merkle.EMPTY_ROOT, one, [])
    for first, second, roots, proof in [(1, 1, (one, other), []), (1, 1, (one, one), [one]), (0, 1, (one, one), []), (1, 2, (one, other), [])]:
        with pytest.raises(LogWrong):
            merkle.check_consistency(first, second, *roots, proof)


@pytest.mark.parametrize("size", [1000, 4096, 5000])
def test_adding_and_proving_read_few_hashes(size: int) -> None:
    nodes, most = large(), size.bit_length() ** 2 // 2 + size.bit_length()
    for work in (
        lambda: merkle.completed(size - 1, merkle.leaf_hash(b"x"), nodes),
        lambda: merkle.root(size, nodes),
        lambda: merkle.inclusion_proof(size // 3, size, nodes),
        lambda: merkle.consistency_proof(size // 3, size, nodes),
    ):
        nodes.read = 0
        work()
        assert nodes.read <= most


@pytest.mark.parametrize(("index", "size"), [(0, 1), (3, 7), (6, 7), (999, 1000), (4095, 4096)])
def test_what_will_be_read_is_known_before(index: int, size: int) -> None:
    nodes = large()
    known = {place: nodes(*place) for place in (*merkle.inclusion_places(index, size), *merkle.consistency_places(index, size))}
    given_nodes: merkle.Nodes = lambda level, at: known[level, at]  # noqa: E731 - a table as a function
    assert merkle.inclusion_proof(index, size, given_nodes) == merkle.inclusion_proof(index, size, nodes)
    assert merkle.consistency_proof(index, size, given_nodes) == merkle.consistency_proof(index, size, nodes)


def test_a_copy_of_all_leaves_is_a_tree() -> None:
    hashes = [merkle.leaf_hash(entry) for entry in entries(37)]
    held = merkle.stored(hashes)
    for size in range(38):
        assert merkle.root(size, held) == mth(entries(size))
