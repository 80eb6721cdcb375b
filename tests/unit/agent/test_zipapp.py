"""The zipapp: complete, the same every time, and nothing in it that the agent does not need."""

import zipfile
from pathlib import Path

from paasta_deploy.agent.zipapp import build_zipapp, contents_digest, zipapp_contents


def test_equal_sources_make_equal_bytes(tmp_path: Path) -> None:
    one, other = build_zipapp(tmp_path / "one"), build_zipapp(tmp_path / "other")
    assert one.name == other.name
    assert one.read_bytes() == other.read_bytes()


def test_a_zipapp_is_built_once(tmp_path: Path) -> None:
    path = build_zipapp(tmp_path)
    before = path.stat()
    assert build_zipapp(tmp_path) == path
    assert path.stat() == before
    assert list(tmp_path.iterdir()) == [path]


def test_another_source_makes_another_name() -> None:
    contents = zipapp_contents()
    changed = {**contents, "paasta_deploy/agent/main.py": b""}
    assert contents_digest(changed) != contents_digest(contents)


def test_the_zipapp_holds_the_agent_and_the_client_and_nothing_of_the_director(
    tmp_path: Path,
) -> None:
    with zipfile.ZipFile(build_zipapp(tmp_path)) as archive:
        names = set(archive.namelist())
    packages = {"/".join(name.split("/")[:2]) for name in names if name.startswith("paasta")}
    assert packages == {
        "paasta_deploy/__init__.py",
        "paasta_deploy/agent",
        "paasta_deploy/model",
        "paasta_deploy/wire",
    }
    assert {"__main__.py", "nats/aio/client.py", "LICENSE-nats-py"} <= names
    assert "paasta_deploy/agent/zipapp.py" not in names
