"""Where limits can be written, told from what the kernel says about our own groups."""

from pathlib import Path

from paasta_deploy.agent.control_groups import ControlGroups, find_folders
from paasta_deploy.agent.definitions import Limits


def test_the_first_generation_has_a_tree_per_controller() -> None:
    found = find_folders("9:memory:/machines/a\n8:cpu,cpuacct:/x\n7:pids:/machines/a\n0::/\n")
    assert found == {
        "memory": (Path("/sys/fs/cgroup/memory/machines/a"), 0),
        "pids": (Path("/sys/fs/cgroup/pids/machines/a"), 0),
    }


def test_the_second_generation_has_one_tree() -> None:
    assert find_folders("0::/machines/a\n") == {
        "memory": (Path("/sys/fs/cgroup/machines/a"), 1),
        "pids": (Path("/sys/fs/cgroup/machines/a"), 1),
    }


def test_without_groups_there_is_nothing_to_write() -> None:
    assert find_folders("") == {}


def test_on_a_shared_host_no_group_is_made() -> None:
    ControlGroups(is_ours=False).limit("web.web", 1, Limits(memory_bytes=1, processes=1))
