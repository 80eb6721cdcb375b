"""Properties: compile and log requests read back as they were written."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.wire.agent_work import (
    CompileRequest,
    CompileResult,
    LogsRequest,
    decode_bundle_logs,
    decode_compile,
    decode_compile_result,
    decode_compile_with_links,
    decode_logs,
    decode_logs_with_links,
    encode_compile_result,
    encode_compile_with_links,
    encode_logs_with_links,
)
from paasta_deploy.wire.apply_spec import BlobSource, PackageSource
from paasta_deploy.wire.reading import WireError

RECORDED = [
    json.loads(line)
    for line in (Path(__file__).parent / "recorded.jsonl").read_text().splitlines()
]
HEADERS = st.dictionaries(st.text(), st.text(), max_size=2)


def package(name: str, source: BlobSource) -> PackageSource:
    return PackageSource(name=name, version="1", source=source)


@given(names=st.lists(st.text(), unique=True, max_size=3), headers=HEADERS)
def test_a_compile_request_is_read_as_it_was_written(
    names: list[str], headers: dict[str, str]
) -> None:
    request = CompileRequest(
        package=package("nats", BlobSource(digest="d", signed_url="https://get", headers=headers)),
        dependencies=tuple(
            package(name, BlobSource(digest="e", signed_url="https://dep", headers=headers))
            for name in names
        ),
        upload_url="https://put",
        upload_headers=headers,
    )
    assert decode_compile_with_links(encode_compile_with_links(request)) == request


@given(digest=st.text(), blobstore_id=st.text())
def test_a_compile_result_is_read_as_it_was_written(digest: str, blobstore_id: str) -> None:
    result = CompileResult(digest=digest, blobstore_id=blobstore_id)
    assert decode_compile_result(encode_compile_result(result)) == result


@given(filters=st.lists(st.text()), headers=HEADERS)
def test_a_logs_request_is_read_as_it_was_written(
    filters: list[str], headers: dict[str, str]
) -> None:
    request = LogsRequest(
        kind="job", filters=tuple(filters), upload_url="https://put", upload_headers=headers
    )
    assert decode_logs_with_links(encode_logs_with_links(request)) == request


def recorded_arguments(method: str) -> list[list[str]]:
    return [
        one["payload"]["arguments"]
        for one in RECORDED
        if one["subject"].startswith("agent.") and one["payload"]["method"] == method
    ]


def test_the_recorded_compile_request_is_understood() -> None:
    request = decode_compile(recorded_arguments("compile_package")[0])
    assert request.package.name == "errand1"
    assert request.package.version.endswith(".1")
    assert request.package.source.digest.startswith("sha256:")
    assert request.upload_url == ""


def test_the_recorded_logs_request_is_understood() -> None:
    assert decode_logs(recorded_arguments("fetch_logs")[0]) == LogsRequest(kind="job")


def test_bundled_logs_may_have_an_owner() -> None:
    request = decode_bundle_logs({"log_type": "system", "owning_user": "u", "filters": ["*"]})
    assert request == LogsRequest(kind="system", owning_user="u", filters=("*",))


def test_a_dependency_that_is_nowhere_is_refused() -> None:
    with pytest.raises(WireError, match="neither a blob id nor a signed link"):
        decode_compile(["b", "d", "nats", "1", {"golang": {"sha1": "x"}}])


def test_links_are_not_shown() -> None:
    request = LogsRequest(kind="job", upload_url="https://x?signature=s")
    assert "signature" not in repr(request)
