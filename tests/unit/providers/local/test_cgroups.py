"""Trees are found in the texts of real hosts; folders are made in a made-up tree."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paasta_providers.local.cgroups import (
    ControlGroups,
    Limits,
    Tree,
    find_trees,
    limit_files,
    trees_of_this_host,
)

# A host with version 1 (this project's first one): one mount per controller, an empty version 2.
V1_MOUNTS = """\
25 24 0:22 / /sys/fs/cgroup rw,relatime - tmpfs cgroup rw,mode=755
26 25 0:23 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
28 25 0:25 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset
29 25 0:26 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
33 25 0:30 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
35 25 0:32 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
"""
V1_OWN = "8:pids:/\n4:memory:/api/909e\n1:cpu:/\n0::/\n"
# Debian 12 with systemd: version 2 only.
V2_MOUNTS = """\
30 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec shared:9 - cgroup2 cgroup2 rw,nsdelegate
"""
# A Docker container on a host with version 1: a part of each tree is mounted.
DOCKER_MOUNTS = """\
711 709 0:30 /docker/4e1 /sys/fs/cgroup/memory ro,nosuid - cgroup cgroup rw,memory
"""
DOCKER_OWN = "5:memory:/docker/4e1/inner\n"


def test_version_1_begins_below_our_own_group_so_that_its_limits_hold() -> None:
    trees = {tree.folder: tree for tree in find_trees(V1_MOUNTS, V1_OWN, {})}

    assert trees[Path("/sys/fs/cgroup/memory/api/909e")].controllers == {"memory"}
    assert trees[Path("/sys/fs/cgroup/pids")].version == 1
    assert Path("/sys/fs/cgroup/cpuset") not in trees, "it limits nothing of ours"


def test_version_2_begins_at_the_root_with_the_controllers_it_tells() -> None:
    (tree,) = find_trees(V2_MOUNTS, "0::/user.slice\n", {"/sys/fs/cgroup": "cpuset cpu io pids\n"})

    assert (tree.folder, tree.version) == (Path("/sys/fs/cgroup"), 2)
    assert {"cpu", "pids"} <= tree.controllers
    assert "memory" not in tree.controllers


def test_in_a_container_only_the_mounted_part_of_a_tree_is_there() -> None:
    (tree,) = find_trees(DOCKER_MOUNTS, DOCKER_OWN, {})

    assert tree.folder == Path("/sys/fs/cgroup/memory/inner")


def test_a_group_outside_of_the_mounted_part_is_not_looked_for() -> None:
    (tree,) = find_trees(DOCKER_MOUNTS, "5:memory:/elsewhere\n", {})

    assert tree.folder == Path("/sys/fs/cgroup/memory")


@given(st.text(), st.text())
def test_other_texts_are_no_trees_and_no_error(mounts: str, own: str) -> None:
    assert all(tree.version in {1, 2} for tree in find_trees(mounts, own, {}))


LIMITS = Limits(ram_mib=64, cpus=0.5, pids_max=32)


def test_limits_of_version_1() -> None:
    both = Tree(folder=Path("/x"), version=1, controllers=frozenset({"memory", "cpu"}))

    assert limit_files(LIMITS, both) == {
        "memory.limit_in_bytes": "67108864",
        "memory.memsw.limit_in_bytes": "67108864",
        "cpu.cfs_period_us": "100000",
        "cpu.cfs_quota_us": "50000",
    }


def test_limits_of_version_2() -> None:
    everything = Tree(
        folder=Path("/x"), version=2, controllers=frozenset({"memory", "cpu", "pids", "io"})
    )

    assert limit_files(LIMITS, everything) == {
        "memory.max": "67108864",
        "memory.swap.max": "0",
        "pids.max": "32",
        "cpu.max": "50000 100000",
    }


def test_what_is_not_limited_needs_no_controller() -> None:
    assert Limits().controllers == frozenset()
    assert Limits(cpus=1).controllers == {"cpu"}


@pytest.fixture
def groups(tmp_path: Path) -> ControlGroups:
    tree = Tree(folder=tmp_path, version=1, controllers=frozenset({"pids"}))
    return ControlGroups([tree], "paasta-0000")


def test_a_machine_without_limits_has_no_folder(groups: ControlGroups, tmp_path: Path) -> None:
    assert groups.create("vm-a", Limits(ram_mib=64)) == ()
    assert list(tmp_path.iterdir()) == []


def test_a_machine_is_let_in_through_a_door(groups: ControlGroups, tmp_path: Path) -> None:
    doors = groups.create("vm-a", Limits(pids_max=7))

    assert doors == (tmp_path / "paasta-0000/vm-a/cgroup.procs",)
    assert (tmp_path / "paasta-0000/vm-a/pids.max").read_text() == "7"


def test_folders_are_found_and_removed_again(groups: ControlGroups, tmp_path: Path) -> None:
    groups.create("vm-a", Limits(pids_max=7))
    (tmp_path / "paasta-0000/vm-a/pids.max").unlink()  # the kernel's files go with the folder

    assert groups.folders() == (tmp_path / "paasta-0000", tmp_path / "paasta-0000/vm-a")
    groups.remove_all()
    groups.remove("vm-a")
    groups.remove("vm-a")
    groups.remove_all()
    groups.remove_all()
    assert groups.folders() == ()


def test_a_tree_that_may_not_be_written_limits_nothing() -> None:
    tree = Tree(folder=Path("/proc/1"), version=1, controllers=frozenset({"pids"}))

    assert ControlGroups([tree], "paasta-0000").create("vm-a", LIMITS) == ()


def test_a_version_2_tree_without_our_controllers_limits_nothing(tmp_path: Path) -> None:
    tree = Tree(folder=tmp_path, version=2, controllers=frozenset({"io"}))

    assert ControlGroups([tree], "paasta-0000").create("vm-a", LIMITS) == ()


def test_this_host_has_trees_or_none() -> None:
    assert all(tree.folder.is_absolute() for tree in trees_of_this_host())
