"""The package's public names: all are found, and interpolating does not load what judges."""

import subprocess
import sys

import pytest

from paasta_deploy import manifest


@pytest.mark.parametrize("name", manifest.__all__)
def test_every_public_name_is_found(name: str) -> None:
    assert getattr(manifest, name) is not None


def test_there_are_no_other_names() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = manifest.nothing  # type: ignore[attr-defined]  # a name that there is not


def test_interpolating_loads_neither_parsers_nor_the_model_of_deployments() -> None:
    program = (
        "import sys, paasta_deploy.cli.manifests\n"
        "print([name for name in sys.modules if name.startswith("
        "('paasta_deploy.manifest.parsing', 'paasta_deploy.manifest.validation',"
        " 'paasta_deploy.manifest.variables', 'paasta_deploy.model.deployment'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True
    )

    assert done.stdout.strip() == "[]"
