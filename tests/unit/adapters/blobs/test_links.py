"""Links that carry their permission.

Property: a link allows exactly what it was signed for: this method, this blob, until this time.
"""

import stat
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.adapters.blobs import BlobLinks
from paasta_deploy.adapters.blobs.links import LinkError
from paasta_deploy.model.errors import BlobError
from paasta_deploy.model.ids import BlobId
from paasta_deploy.testing.clock import FakeClock

KEY = bytes(range(32))
Target = tuple[str, BlobId]
BLOBS = st.text(min_size=1, max_size=10).map(BlobId)
TARGETS = st.tuples(st.sampled_from(["GET", "PUT"]), BLOBS)


def split(link: str) -> tuple[BlobId, str]:
    """Return the blob and the query of a link, as the listener sees them."""
    url = urlsplit(link)
    return BlobId(unquote(url.path.removeprefix("/blobs/"))), url.query


def is_allowed(links: BlobLinks, method: str, blob_id: BlobId, query: str) -> bool:
    """Check a link."""
    try:
        links.check(method, blob_id, query)
    except LinkError:
        return False
    return True


@given(TARGETS, TARGETS, st.floats(1, 1e6), st.floats(0, 2e6))
def test_a_link_allows_exactly_what_it_was_signed_for(
    signed: Target, used: Target, valid_s: float, after_s: float
) -> None:
    method, blob_id = signed
    clock = FakeClock()
    links = BlobLinks("https://10.0.0.1:25251", KEY, clock=clock)
    signed_for, query = split(links.sign(method, blob_id, valid_s))
    clock.advance(after_s)

    assert signed_for == blob_id
    if after_s <= valid_s:
        assert is_allowed(links, *used, query) == (used == signed)
    if after_s > valid_s + 1:
        assert not is_allowed(links, *used, query)


@given(st.text())
def test_made_up_queries_are_refused(query: str) -> None:
    assert not is_allowed(BlobLinks("", KEY, clock=FakeClock()), "GET", BlobId("b"), query)


def test_another_directors_link_is_refused() -> None:
    theirs = BlobLinks("https://x", bytes(32), clock=FakeClock()).sign("GET", BlobId("b"), 60)
    ours = BlobLinks("https://x", KEY, clock=FakeClock())

    assert not is_allowed(ours, "GET", *split(theirs))


def test_a_longer_life_cannot_be_written_into_a_link() -> None:
    links = BlobLinks("https://x", KEY, clock=FakeClock())
    blob_id, query = split(links.sign("GET", BlobId("b"), 60))
    expires = query.split("&")[0].removeprefix("expires=")

    assert not is_allowed(links, "GET", blob_id, query.replace(expires, str(int(expires) + 1)))


def test_links_begin_with_where_agents_find_the_listener() -> None:
    links = BlobLinks("https://10.0.0.1:25251/", KEY, clock=FakeClock())

    assert links.sign("GET", BlobId("b1"), 60).startswith(
        "https://10.0.0.1:25251/blobs/b1?expires="
    )


def test_the_key_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "blobs.key"
    first = BlobLinks.open("https://x", path, clock=FakeClock())
    second = BlobLinks.open("https://x", path, clock=FakeClock())

    assert first.sign("GET", BlobId("b"), 60) == second.sign("GET", BlobId("b"), 60)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_damaged_key_is_told(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"short")

    with pytest.raises(BlobError, match="damaged"):
        BlobLinks.open("https://x", tmp_path / "key", clock=FakeClock())
    with pytest.raises(BlobError, match="cannot be used"):
        BlobLinks.open("https://x", tmp_path, clock=FakeClock())
