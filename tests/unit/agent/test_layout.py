"""Properties: whatever name passes stays inside its folder."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.agent.layout import VCAP_ROOT, Layout, UnsafeNameError, safe_name


@given(st.text())
def test_a_name_that_passes_stays_in_its_folder(name: str) -> None:
    folder = Path("/var/vcap/jobs")
    try:
        path = folder / safe_name(name, "job")
    except UnsafeNameError:
        return
    assert path.parent == folder
    assert path.name == name


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/etc", "a b", "a\n", "a\0", "é"])
def test_a_name_that_could_lead_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(UnsafeNameError, match="is no name of a job"):
        safe_name(name, "job")


def test_only_var_vcap_is_a_machine_of_our_own() -> None:
    assert Layout(root=VCAP_ROOT).owns_machine
    assert not Layout(root=Path("/home/me/vm")).owns_machine


def test_every_folder_stands_below_the_root_and_behind_its_parent() -> None:
    root = Path("/r")
    seen = {root.parent}
    for folder, _ in Layout(root=root).folders():
        assert folder.is_relative_to(root)
        assert folder.parent in seen
        seen.add(folder)


def test_keys_are_in_folders_that_only_the_agent_reads() -> None:
    layout = Layout(root=Path("/r"))
    modes = dict(layout.folders())
    assert modes[layout.own] == modes[layout.mbus] == 0o700
    assert layout.update_file.parent == layout.own
