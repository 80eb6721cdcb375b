"""The entry point: ``paasta-deploy`` and ``python -m paasta_deploy``."""

import sys

from paasta_deploy.cli.main import run


def main() -> None:
    """Run the command line and end the process with its exit code."""
    sys.exit(run())


if __name__ == "__main__":
    main()
