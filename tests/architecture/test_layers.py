"""The contracts of `setup.cfg` hold, and each of them can be broken.

import-linter does the checking; here it is run over this repository, and over a small made-up one
in which every contract is broken once.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.contracts import CONTRACT, names, read_contracts
from tests.architecture.source_tree import ROOT

# What a provider may import of ours; everything else must be named in its contract.
PROVIDERS_MAY = frozenset({"cpi", "model", "diagnostics", "testing"})
# Seconds; a run takes one or two, a hanging one should not hold up the rest.
LINT_LIMIT_S = 120

# One import for each contract that breaks it. The made-up tree has these files and one
# `__init__.py` for every package that setup.cfg names.
VIOLATIONS = {
    "layers": ("paasta_deploy/model/vm.py", "import paasta_deploy.planning"),
    "acyclic": ("paasta_deploy/model/disk.py", "import paasta_deploy.model.network"),
    "core-knows-no-provider": ("paasta_deploy/wiring/clouds.py", "import paasta_providers.local"),
    "provider-imports": ("paasta_providers/local/agents.py", "import paasta_deploy.wire"),
    "providers-apart": ("paasta_providers/local/fake.py", "import paasta_providers.simulated"),
    "stemcells-know-no-provider": ("paasta_stemcells/build.py", "import paasta_providers.local"),
    "pure-layers": ("paasta_deploy/planning/ask.py", "import socket"),
    "only-wiring-constructs": ("paasta_deploy/api/store.py", "import paasta_deploy.adapters"),
    "cli-is-a-client": ("paasta_deploy/cli/plan.py", "import paasta_deploy.planning"),
    "agent-travels-light": ("paasta_deploy/agent/settings.py", "import yaml"),
}
# The other half of the cycle, so that the module above is one end of it.
COMPANIONS = {"paasta_deploy/model/network.py": "import paasta_deploy.model.disk"}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run lint-imports over the packages in a folder, with this repository's contracts."""
    program = (
        "import sys; sys.path[:0] = ['.', 'providers', 'stemcells'];"
        "from importlinter.cli import lint_imports;"
        "sys.exit(lint_imports(config_filename=sys.argv[1], no_cache=True))"
    )
    return subprocess.run(
        [sys.executable, "-c", program, str(ROOT / "setup.cfg")],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=LINT_LIMIT_S,
    )


@pytest.fixture(scope="module")
def broken_everywhere(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What lint-imports says about a tree that breaks each contract once."""
    folder = tmp_path_factory.mktemp("broken")
    packages = [f"paasta_deploy/{layer}" for layer in names(read_contracts(), "layers", "layers")]
    packages += ["paasta_deploy", "paasta_providers/local", "paasta_providers/simulated"]
    for package in (*packages, "paasta_stemcells"):
        (folder / package).mkdir(parents=True, exist_ok=True)
        (folder / package / "__init__.py").touch()
    planted = dict(VIOLATIONS.values()) | COMPANIONS
    for path, statement in planted.items():
        (folder / path).write_text(f"{statement}\n", encoding="utf-8")
    return lint(folder).stdout


def test_the_repository_keeps_every_contract() -> None:
    outcome = lint(ROOT)

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_contract_can_be_broken(broken_everywhere: str, contract: str) -> None:
    name = read_contracts()[f"{CONTRACT}{contract}"]["name"]

    assert f"{name} BROKEN" in broken_everywhere.replace("\n", " ")


def test_every_contract_has_a_violation_here() -> None:
    contracts = {
        section.removeprefix(CONTRACT)
        for section in read_contracts().sections()
        if section.startswith(CONTRACT)
    }

    assert contracts == set(VIOLATIONS)


def test_a_package_without_a_layer_breaks_the_contract(tmp_path: Path) -> None:
    packages = [f"paasta_deploy/{layer}" for layer in names(read_contracts(), "layers", "layers")]
    packages += ["paasta_providers/local", "paasta_providers/simulated", "paasta_stemcells"]
    for package in (*packages, "paasta_deploy", "paasta_deploy/newcomer"):
        (tmp_path / package).mkdir(parents=True, exist_ok=True)
        (tmp_path / package / "__init__.py").touch()

    outcome = lint(tmp_path)

    assert outcome.returncode != 0
    assert "newcomer" in outcome.stdout


def test_a_provider_is_forbidden_all_that_it_is_not_allowed() -> None:
    contracts = read_contracts()
    layers = set(names(contracts, "layers", "layers"))

    forbidden = set(names(contracts, "provider-imports", "forbidden_modules"))

    assert forbidden - {"paasta_stemcells"} == {
        f"paasta_deploy.{layer}" for layer in layers - PROVIDERS_MAY
    }


def test_the_pure_layers_are_the_lowest_ones() -> None:
    contracts = read_contracts()
    rows = contracts[f"{CONTRACT}layers"]["layers"].split("\n")
    lowest = {name for row in rows[rows.index("manifest") - 1 :] for name in row.split(" | ")}

    pure = set(names(contracts, "pure-layers", "source_modules"))

    assert pure == {f"paasta_deploy.{layer}" for layer in lowest}
