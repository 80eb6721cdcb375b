"""Signed links.

Property: no change of method, blob or expiry survives the signature.
"""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.adapters.blobs.links import GET, PUT, BlobLinks, LinkProblem
from paasta_deploy.model.ids import BlobId
from paasta_deploy.testing.clock import FakeClock

BLOB = BlobId("0123456789abcdef")


def make_links(clock: FakeClock | None = None) -> BlobLinks:
    return BlobLinks("https://10.0.0.1:4433", key=b"k" * 32, clock=clock or FakeClock())


def target(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def test_a_fresh_link_names_its_blob() -> None:
    links = make_links()
    assert links.check(GET, target(links.link(GET, BLOB, valid_s=60))) == BLOB


def test_a_link_for_reading_does_not_write() -> None:
    links = make_links()
    found = links.check(PUT, target(links.link(GET, BLOB, valid_s=60)))
    assert isinstance(found, LinkProblem)
    assert found.status == 403


def test_a_link_expires() -> None:
    clock = FakeClock()
    links = make_links(clock)
    link = target(links.link(GET, BLOB, valid_s=60))
    clock.advance(62)
    found = links.check(GET, link)
    assert isinstance(found, LinkProblem)
    assert found.status == 410


@pytest.mark.parametrize("path", ["/", "/blobs", "/other/x", "/blobs/x", "/blobs/x?expires=1"])
def test_an_unsigned_link_is_refused(path: str) -> None:
    assert isinstance(make_links().check(GET, path), LinkProblem)


@given(st.integers(min_value=0, max_value=400), st.characters(codec="ascii"))
def test_no_changed_character_survives_the_signature(position: int, character: str) -> None:
    links = make_links()
    link = target(links.link(GET, BLOB, valid_s=60))
    position %= len(link)
    changed = link[:position] + character + link[position + 1 :]
    if changed != link:
        assert links.check(GET, changed) != BLOB or "#" in changed
