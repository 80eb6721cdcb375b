"""Machines of an ordinary user, who can do nothing but start processes."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.providers.local.machines import pack_agent

ROOT = Path(__file__).resolve().parents[4]
NOBODY = 65534
VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
"""Our libraries are built for it."""


def libraries() -> Path:
    spec = importlib.util.find_spec("jsonschema")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parents[1]


def a_python_for(user: int) -> str | None:
    """Return a Python of our version that the user may run, with our libraries."""
    check = f"import sys; sys.path.append({str(libraries())!r}); import jsonschema"
    for python in (sys.executable, f"/usr/bin/{VERSION}", f"/usr/local/bin/{VERSION}"):
        try:
            tried = subprocess.run(
                [python, "-c", check], user=user, capture_output=True, cwd="/", check=False
            )
        except (FileNotFoundError, PermissionError):
            continue
        if tried.returncode == 0:
            return python
    return None


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder of the ordinary user's; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp())
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    yield folder
    shutil.rmtree(folder)


def test_an_ordinary_user_has_machines_with_disks_and_leaves_nothing(open_folder: Path) -> None:
    is_root = os.geteuid() == 0
    user = NOBODY if is_root else os.geteuid()
    python = a_python_for(user) if is_root else sys.executable
    if python is None:
        pytest.skip(f"user nobody may run no {VERSION} here, such as /usr/bin/{VERSION}")
    image = pack_agent(open_folder / "agent.pyz")
    image.chmod(0o644)
    paths = os.pathsep.join(map(str, (ROOT, ROOT / "providers", libraries())))
    arguments = [python, "-B", str(Path(__file__).with_name("ordinary_user.py")), paths]

    done = subprocess.run(
        [*arguments, str(open_folder / "state"), str(image)],
        user=user if is_root else None,
        group=user if is_root else None,
        extra_groups=[] if is_root else None,
        capture_output=True,
        text=True,
        cwd="/",
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "user": user,
        "isolation": "processes",
        "job runs": False,
        "count": "42",
        "left": [],
    }
