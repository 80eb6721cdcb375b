"""Digest texts. Property: bytes match their own digest and no other bytes' digest."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.model.digests import Digester, bytes_mismatch, digest_mismatch, parse_digest


def multi(content: bytes) -> str:
    sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    return f"{sha1};sha256:{hashlib.sha256(content).hexdigest()}"


@given(st.binary(), st.binary())
def test_bytes_match_exactly_their_own_digest(content: bytes, other: bytes) -> None:
    assert (bytes_mismatch(multi(content), other) is None) == (content == other)


@given(st.lists(st.binary()))
def test_hashing_in_pieces_is_hashing_at_once(chunks: list[bytes]) -> None:
    digester = Digester(("sha1", "sha256"))
    for chunk in chunks:
        digester.update(chunk)
    assert digest_mismatch(multi(b"".join(chunks)), digester.hexdigests()) is None


def test_a_bare_text_is_sha1() -> None:
    assert parse_digest("A" * 40) == {"sha1": "a" * 40}


def test_the_strongest_digest_decides() -> None:
    wrong_sha1 = "0" * 40
    assert bytes_mismatch(f"{wrong_sha1};sha256:{hashlib.sha256(b'x').hexdigest()}", b"x") is None


def test_unknown_algorithms_beside_a_known_one_are_skipped() -> None:
    assert parse_digest(f"blake9:ff;sha256:{'1' * 64}") == {"sha256": "1" * 64}


@pytest.mark.parametrize("text", ["", "blake9:ff", "sha256:12", "xyz", "sha1:" + "g" * 40])
def test_texts_that_prove_nothing_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="digest"):
        parse_digest(text)


def test_a_mismatch_names_both_digests() -> None:
    message = bytes_mismatch("sha256:" + "0" * 64, b"x")
    assert message == f"sha256 is {hashlib.sha256(b'x').hexdigest()}, expected {'0' * 64}"
