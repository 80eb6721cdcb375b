"""Properties: the standard folders keep their order; what a provider adds comes first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.agent.environment import (
    MACHINE_MARK,
    PROGRAM_PATH,
    SCRIPT_PATH,
    marks,
    search_path,
)

FOLDERS = st.sampled_from(["/usr/bin", "/bin", "/opt/python/bin", "relative", "", "/x"])


@given(st.lists(FOLDERS).map(":".join))
def test_the_standard_folders_are_all_there_in_order(own: str) -> None:
    words = search_path(SCRIPT_PATH, own).split(":")
    assert words[-len(SCRIPT_PATH) :] == list(SCRIPT_PATH)
    assert all(word.startswith("/") for word in words)
    assert len(set(words)) == len(words)


def test_boshs_path_is_untouched_where_the_provider_adds_nothing() -> None:
    own = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    assert search_path(SCRIPT_PATH, own) == "/usr/sbin:/usr/bin:/sbin:/bin"
    assert search_path(PROGRAM_PATH, own) == own


def test_the_right_python_comes_first() -> None:
    assert search_path(SCRIPT_PATH, "/opt/py/bin:/usr/bin").startswith("/opt/py/bin:/usr/sbin")


def test_the_machines_mark_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(MACHINE_MARK, raising=False)
    assert marks() == {}
    monkeypatch.setenv(MACHINE_MARK, "vm-1")
    assert marks() == {MACHINE_MARK: "vm-1"}
