"""Properties: with the root `/var/vcap`, and for binary files, nothing changes."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.agent.layout import VCAP_ROOT
from paasta_deploy.agent.relocation import relocate

HOME = Path("/home/me/.paasta/vm/1")


@given(st.binary())
def test_on_its_own_machine_nothing_is_rewritten(content: bytes) -> None:
    assert relocate(content, VCAP_ROOT) == content


@given(st.binary())
def test_binary_files_are_not_rewritten(content: bytes) -> None:
    binary = b"/var/vcap/jobs\0" + content
    assert relocate(binary, HOME) == binary


@given(st.lists(st.sampled_from(["/var/vcap", "/x", " ", "=", "\n", ":", "bin"])))
def test_no_path_below_var_vcap_is_left(parts: list[str]) -> None:
    text = "".join(part + "/" if part == "/var/vcap" else part for part in parts)
    assert b"/var/vcap/" not in relocate(text.encode(), HOME)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"/var/vcap", b"/home/me/.paasta/vm/1"),
        (b"path: /var/vcap/jobs/x\n", b"path: /home/me/.paasta/vm/1/jobs/x\n"),
        (b"-I/var/vcap/include", b"-I/home/me/.paasta/vm/1/include"),
        (b"a:/var/vcap:b", b"a:/home/me/.paasta/vm/1:b"),
        (b"/var/vcapital", b"/var/vcapital"),
        (b"/var/vcap-old/x", b"/var/vcap-old/x"),
    ],
)
def test_only_the_whole_name_is_rewritten(before: bytes, after: bytes) -> None:
    assert relocate(before, HOME) == after


def test_a_root_below_var_vcap_is_not_rewritten_twice() -> None:
    inner = Path("/var/vcap/vms/1")
    assert relocate(b"/var/vcap/jobs", inner) == b"/var/vcap/vms/1/jobs"


def test_backslashes_in_the_root_mean_nothing() -> None:
    assert relocate(b"/var/vcap", Path(r"/odd\1name")) == rb"/odd\1name"
