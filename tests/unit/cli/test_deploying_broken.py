"""The ten broken manifests through the real CLI: a precise diagnostic, exit 1, nothing changed."""

from pathlib import Path

import pytest

from paasta_deploy.model.ids import StemcellCid, StemcellName, StemcellVersion
from paasta_deploy.model.recorded import Put, StemcellRecord
from tests.unit.cli.served_world import ServedWorld

Capture = pytest.CaptureFixture[str]
BROKEN = Path(__file__).resolve().parents[2] / "acceptance" / "broken"
CLOUD = BROKEN / "cloud-config.yml"
NAMES = sorted(path.stem for path in BROKEN.glob("*.yml") if path != CLOUD)


@pytest.fixture
def broken(served: ServedWorld, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> ServedWorld:
    """A director with a deployment, and all that the manifests need but what is wrong in them."""
    served.do(served.world.deploy_well)
    jammy = StemcellRecord(
        name=StemcellName("jammy"),
        version=StemcellVersion("1"),
        os="ubuntu-jammy",
        cid=StemcellCid("jammy"),
    )
    served.do(served.world.record, Put(record=jammy))
    assert served.cli("-n", "update-cloud-config", str(CLOUD)) == 0
    capsys.readouterr()
    monkeypatch.chdir(BROKEN)
    return served


def refused(broken: ServedWorld, file: str, capsys: Capture) -> str:
    """Deploy a file and insist that nothing comes of it; return what was said."""
    world = broken.world
    recorded, machines, tasks = world.recorded, world.machines(), world.store.tasks()
    world.calls.clear()
    world.questions.clear()
    assert broken.cli("-n", "deploy", file) == 1
    assert world.recorded == recorded
    assert len(world.store.deployments()) == 1
    assert world.machines() == machines
    assert world.calls + world.questions == []
    assert world.store.tasks() == tasks, "not even a task was started"
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


@pytest.mark.parametrize("name", NAMES)
def test_a_broken_manifest_is_explained_and_changes_nothing(
    broken: ServedWorld, name: str, capsys: Capture
) -> None:
    said = refused(broken, f"{name}.yml", capsys)
    golden = (BROKEN / f"{name}.txt").read_text("utf-8")
    assert said == f"{golden.rstrip()}\n\nExit code 1\n"


def test_a_huge_manifest_is_explained_and_changes_nothing(
    broken: ServedWorld, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(broken.home)
    Path("huge-file.yml").write_bytes((b"# " + b"x" * 997 + b"\n") * 20_000)
    said = refused(broken, "huge-file.yml", capsys)
    golden = (BROKEN / "huge-file.txt").read_text("utf-8")
    assert said == f"{golden.rstrip()}\n\nExit code 1\n"


def test_there_are_nine_of_them_and_the_huge_one() -> None:
    assert len(NAMES) == 9
