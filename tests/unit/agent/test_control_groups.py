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


def tree(place: Path, text: str) -> ControlGroups:
    (place / "own").write_text(text)
    return ControlGroups(is_ours=True, mount=place, own_groups=place / "own")


LIMITS = Limits(memory_bytes=1024, processes=7)


def test_limits_are_written_before_the_process_is_put_under_them(tmp_path: Path) -> None:
    for controller in ("memory", "pids"):
        (tmp_path / controller / "me").mkdir(parents=True)
    tree(tmp_path, "9:memory:/me\n7:pids:/me\n").limit("web.web", 42, LIMITS)
    memory, pids = tmp_path / "memory/me/paasta.web.web", tmp_path / "pids/me/paasta.web.web"
    assert (memory / "memory.limit_in_bytes").read_text() == "1024"
    assert (pids / "pids.max").read_text() == "7"
    assert (memory / "cgroup.procs").read_text() == (pids / "cgroup.procs").read_text() == "42"


def test_of_the_second_generation_only_what_is_delegated_is_used(tmp_path: Path) -> None:
    (tmp_path / "me").mkdir()
    (tmp_path / "me/cgroup.subtree_control").write_text("cpu memory")
    tree(tmp_path, "0::/me\n").limit("web.web", 42, LIMITS)
    group = tmp_path / "me/paasta.web.web"
    assert {path.name for path in group.iterdir()} == {"memory.max", "cgroup.procs"}


def test_what_cannot_be_limited_runs_without_a_limit(tmp_path: Path) -> None:
    (tmp_path / "memory/me").mkdir(parents=True)
    (tmp_path / "memory/me/paasta.web.web").write_text("in the way")
    groups = tree(tmp_path, "9:memory:/me\n")
    groups.limit("web.web", 42, LIMITS)
    groups.limit("web.web", 42, Limits())
    tree(tmp_path / "memory", "").limit("web.web", 42, LIMITS)
    absent = ControlGroups(is_ours=True, mount=tmp_path, own_groups=tmp_path / "absent")
    absent.limit("web.web", 42, LIMITS)


def test_on_a_shared_host_no_group_is_made() -> None:
    ControlGroups(is_ours=False).limit("web.web", 1, Limits(memory_bytes=1, processes=1))
