"""Agents of other kinds than ours, and broken ones."""

import zipfile
from pathlib import Path

import pytest

from paasta_deploy.cpi.errors import CloudError
from paasta_deploy.cpi.requests import CreateStemcell
from tests.integration.providers.local.machines import Host

LITTLE_AGENT = Path(__file__).with_name("little_agent.py")


def with_image(host: Host, tmp_path: Path, files: dict[str, str]) -> Host:
    """Return the host with a stemcell made of these files."""
    image = tmp_path / "other.pyz"
    with zipfile.ZipFile(image, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    stemcell = host.provider.create_stemcell(
        CreateStemcell(name="other", version="1", image=image, cloud_properties={})
    )
    return Host(
        provider=host.provider, state=host.state, isolation=host.isolation, stemcell=stemcell
    )


def test_an_agent_that_is_a_program_is_run_as_one(host: Host, tmp_path: Path) -> None:
    program = (
        "import argparse, pathlib\n"
        "parser = argparse.ArgumentParser()\n"
        "parser.add_argument('--settings', type=pathlib.Path)\n"
        "parser.add_argument('--root', type=pathlib.Path)\n"
        "given = parser.parse_args()\n"
        "run(given.settings, given.root)\n"
    )
    text = LITTLE_AGENT.read_text(encoding="utf-8") + program
    other = with_image(host, tmp_path, {"__main__.py": text})

    cid = other.create(0)

    assert other.ask(0, "sh", "echo $PAASTA_MACHINE") == f"{cid}\n"
    assert "is run as a program" in (host.state / "launchers" / other.stemcell / "log").read_text(
        encoding="utf-8"
    )


def test_an_agent_that_does_not_load_is_told_with_its_last_words(
    host: Host, tmp_path: Path
) -> None:
    files = {
        "paasta_deploy/__init__.py": "",
        "paasta_deploy/agent/__init__.py": "",
        "paasta_deploy/agent/main.py": "raise RuntimeError('no good today')\n",
    }
    other = with_image(host, tmp_path, files)

    with pytest.raises(CloudError, match=r"its launcher does not start.*no good today") as caught:
        other.create(0)

    assert not caught.value.retryable
    assert "the whole log is in" in caught.value.hint
    assert host.provider.list_vms() == []


def test_a_stemcell_in_use_is_not_deleted(host: Host) -> None:
    cid = host.create(0)

    with pytest.raises(CloudError, match=f"is in use by {cid}"):
        host.provider.delete_stemcell(host.stemcell)

    host.provider.delete_vm(cid)
    host.provider.delete_stemcell(host.stemcell)
