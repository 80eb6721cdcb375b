"""Properties: digests read back from their text; the strongest algorithm decides in any order."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.wire.digest import ALGORITHMS, Digest, parse_digests, strongest
from paasta_deploy.wire.reading import WireError

DIGESTS = st.builds(
    lambda algorithm, content: Digest(
        algorithm=algorithm, hexdigest=hashlib.new(algorithm, content).hexdigest()
    ),
    st.sampled_from(ALGORITHMS),
    st.binary(),
)


@given(st.lists(DIGESTS, min_size=1))
def test_digests_are_read_as_they_were_written(digests: list[Digest]) -> None:
    assert parse_digests(";".join(digest.text() for digest in digests)) == tuple(digests)


@given(st.lists(DIGESTS, min_size=1, unique_by=lambda digest: digest.algorithm), st.randoms())
def test_the_strongest_decides_wherever_it_stands(
    digests: list[Digest], random: st.DataObject
) -> None:
    best = max(digests, key=lambda digest: len(digest.hexdigest))
    random.shuffle(digests)  # type: ignore[attr-defined] # st.randoms() draws a random.Random
    assert strongest(";".join(digest.text() for digest in digests)) == best


def test_sha1_is_bare() -> None:
    empty = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
    assert strongest(empty) == Digest(algorithm="sha1", hexdigest=empty)
    assert strongest(f"sha1:{empty}").text() == empty


def test_letters_may_be_upper_case() -> None:
    assert strongest("DA39A3EE5E6B4B0D3255BFEF95601890AFD80709").algorithm == "sha1"


@pytest.mark.parametrize(
    "text",
    ["", ";", "abc", "sha256:abc", "md5:" + "0" * 32, "0" * 41, "sha256:" + "g" * 64, "a;b"],
)
def test_what_is_no_digest_is_refused(text: str) -> None:
    with pytest.raises(WireError, match="is no digest"):
        strongest(text)
