"""Properties: every record that is read is one line of the hosts file."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.agent.dns_records import (
    DnsRecordsError,
    hosts_text,
    known_version,
    read_records,
    write_records,
)
from paasta_deploy.agent.layout import Layout
from paasta_deploy.wire.reading import WireError


@given(
    st.lists(
        st.tuples(
            st.ip_addresses().map(str),
            st.text(st.sampled_from("abz019.-"), min_size=1).map(lambda name: f"{name}.bosh"),
        )
    )
)
def test_records_come_through(records: list[tuple[str, str]]) -> None:
    content = json.dumps({"version": 3, "records": records}).encode()
    assert list(read_records(content, 3)) == records
    lines = hosts_text(records, "web").splitlines()
    assert lines[len(lines) - len(records) :] == [f"{ip} {name}" for ip, name in records]
    assert lines[0] == "127.0.0.1 localhost"


@pytest.mark.parametrize(
    "record", [["10.0.0.1"], ["10.0.0.1", "a b"], ["10.0.0.1", "a\nevil"], "x", [1, 2], None]
)
def test_a_record_that_would_break_the_file_is_refused(record: object) -> None:
    content = json.dumps({"Version": 1, "records": [record]}).encode()
    with pytest.raises(WireError, match="record 0"):
        read_records(content, 1)


def test_another_version_is_refused() -> None:
    with pytest.raises(DnsRecordsError, match=r"version 1 .* does not match version 2"):
        read_records(b'{"Version":1,"records":[]}', 2)


def test_the_version_that_was_written_is_known(tmp_path: Path) -> None:
    layout = Layout(root=tmp_path)
    layout.instance.mkdir()
    assert known_version(layout) == -1
    write_records(b'{"version":7,"records":[]}', 7, layout, "web")
    assert known_version(layout) == 7
    (tmp_path / "instance/dns/records.json").write_text("broken")
    assert known_version(layout) == -1
