"""The entry point: ``paasta-deploy`` and ``python -m paasta_deploy``.

``serve`` is not a command for people: the CLI starts it in the background as the director.
"""

import gc
import sys

from paasta_deploy.cli.main import run
from paasta_deploy.model.errors import PaastaError

_COLLECTED_FROM = 100_000
"""New objects from which on cycles are looked for. A command is short and makes none to speak of;
with Python's own number, 700, a tenth of reading a large manifest is looking in vain."""


def main() -> None:
    """Run the command line and end the process with its exit code."""
    if sys.argv[1:] == ["serve"]:
        _serve()
    gc.set_threshold(_COLLECTED_FROM)
    sys.exit(run())


def _serve() -> None:
    # The web framework costs half a second to import; only the director itself needs it.
    from paasta_deploy.api.server import serve  # noqa: PLC0415 - see above

    try:
        serve()
    except PaastaError as error:
        sys.stderr.write(f"error: {error}\n" + (f"  help: {error.hint}\n" if error.hint else ""))
        sys.exit(getattr(error, "exit_code", 1))
    sys.exit(0)


if __name__ == "__main__":
    main()
