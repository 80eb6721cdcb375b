"""Starts a launcher: ``python -I -S launcher_main.py ...``.

The provider's package is entered without running its ``__init__``, which would import the
director's ``paasta_deploy`` and so hide the one in the agent's zipapp.
"""

import importlib
import sys
import types
from pathlib import Path

_HERE = Path(__file__).resolve().parent


def _enter_package() -> None:
    for name, folder in (("paasta_providers", _HERE.parent), ("paasta_providers.local", _HERE)):
        package = types.ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package


if __name__ == "__main__":
    _enter_package()
    sys.exit(importlib.import_module("paasta_providers.local.launcher").main(sys.argv[1:]))
