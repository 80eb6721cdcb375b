"""Properties: a spec reads back as it was written, unknown keys included."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.model.values import JsonValue
from paasta_deploy.wire.apply_spec import (
    ApplySpec,
    BlobSource,
    JobTemplate,
    PackageSource,
    decode_apply_spec,
    encode_apply_spec,
)
from paasta_deploy.wire.reading import WireError

RECORDED = [
    json.loads(line)
    for line in (Path(__file__).parent / "recorded.jsonl").read_text().splitlines()
]
SOURCES = st.builds(
    BlobSource,
    digest=st.text(min_size=1),
    blobstore_id=st.text(),
    signed_url=st.text(),
    headers=st.dictionaries(st.text(), st.text(), max_size=2),
)
SPECS = st.builds(
    ApplySpec,
    deployment=st.text(),
    group=st.none() | st.text(),
    jobs=st.lists(st.builds(JobTemplate, name=st.text(), version=st.text()), max_size=3).map(
        tuple
    ),
    index=st.none() | st.integers(0, 10_000),
    id=st.text(),
    az=st.text(),
    networks=st.dictionaries(st.text(), st.dictionaries(st.text(), st.text()), max_size=2),
    packages=st.dictionaries(
        st.text(),
        st.builds(PackageSource, name=st.text(), version=st.text(), source=SOURCES),
        max_size=2,
    ),
    dns_domain_name=st.text(),
    persistent_disk=st.integers(0, 10**6),
    template_hashes=st.dictionaries(st.text(), st.text(), max_size=2),
    templates=st.none() | SOURCES,
    configuration_hash=st.text(),
    extra=st.dictionaries(st.sampled_from(["properties", "resource_pool"]), st.integers()),
)


@given(SPECS)
def test_a_spec_is_read_as_it_was_written(spec: ApplySpec) -> None:
    assert decode_apply_spec(encode_apply_spec(spec)) == spec


@given(SPECS)
def test_without_links_nothing_of_a_link_is_left(spec: ApplySpec) -> None:
    bare = spec.without_links()
    sources = [package.source for package in bare.packages.values()]
    sources += [bare.templates] if bare.templates is not None else []
    assert all(not source.signed_url and not source.headers for source in sources)
    assert not LINK_KEYS & set(_keys(encode_apply_spec(bare)["packages"]))


LINK_KEYS = frozenset({"signed_url", "blobstore_headers"})


def _keys(value: JsonValue) -> Iterator[str]:
    """Yield the keys of packages; their names and values may be any text."""
    assert isinstance(value, Mapping)
    for package in value.values():
        assert isinstance(package, Mapping)
        yield from package


def test_the_recorded_spec_is_understood() -> None:
    payload = next(
        one["payload"]
        for one in RECORDED
        if one["subject"].startswith("agent.")
        and one["payload"]["method"] == "apply"
        and "packages" in one["payload"]["arguments"][0]
    )
    spec = decode_apply_spec(payload["arguments"][0])
    assert spec.group == "foobar"
    assert [job.name for job in spec.jobs] == ["foobar"]
    assert sorted(spec.packages) == ["bar", "foo"]
    assert spec.packages["foo"].source.digest.isalnum()
    assert spec.templates is not None
    assert spec.dns_domain_name == "bosh"
    again = encode_apply_spec(spec)
    recorded = dict(payload["arguments"][0])
    recorded["job"]["templates"][0].pop("logs")
    assert again == recorded


def test_a_compilation_vms_spec_has_no_jobs() -> None:
    spec = decode_apply_spec({"deployment": "d", "job": {"name": "compilation-1"}, "index": 0})
    assert spec.jobs == ()
    assert spec.templates is None
    assert spec.group == "compilation-1"


def test_links_are_not_shown() -> None:
    source = BlobSource(digest="d", signed_url="https://x/?signature=s", headers={"a": "b"})
    assert "signature" not in repr(source)


def test_a_package_without_a_digest_is_refused() -> None:
    with pytest.raises(WireError, match=r"packages\.nats: the key 'sha1' is missing"):
        decode_apply_spec({"packages": {"nats": {"version": "1"}}})
