"""What stands in for ``bosh`` when an operator's script runs dry: our CLI, which changes nothing.

``deploy`` and ``create-env`` become ``validate`` with the same files and the configs that were
saved before; ``interpolate`` stays what it is; configs are kept in a folder; uploads and questions
about running things get an answer that lets scripts go on. What was asked and what was told is
appended to a file, one JSON object a line.

    DRY_BOSH_FOLDER=... dry_bosh.py ARGUMENTS...
"""

import contextlib
import io
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from paasta_deploy.cli.main import run

_GLOBAL_WITH_VALUE = ("-e", "-d", "--environment", "--deployment", "--client", "--ca-cert")
_INPUTS = ("-o", "--ops-file", "-l", "--vars-file", "-v", "--var", "--var-file", "--vars-env",
           "--vars-store")  # fmt: skip
_DEPLOYING = ("deploy", "d", "create-env")
_SAVING = {"update-cloud-config": "cloud", "ucc": "cloud", "update-runtime-config": "runtime"}
_ANSWERS = {
    "env": "Name\tdry\t",
    "vms": "database/0\trunning\tz1\t10.0.0.9\tcid\tsmall\ttrue\tubuntu/1\t\n"
    "infra/0\trunning\tz1\t10.0.0.8\tcid\tsmall\ttrue\tubuntu/1\t",
    "instances": "database/0\trunning\tz1\t10.0.0.9\n~\tpostgres\trunning",
}


class Call:
    """One call: the command, and its arguments in the parts that matter here."""

    def __init__(self, arguments: list[str]) -> None:
        self.deployment = ""
        self.inputs: list[str] = []
        self.rest: list[str] = []
        words = iter(arguments)
        for word in words:
            name, sign, value = word.partition("=")
            if word in _GLOBAL_WITH_VALUE:
                value = next(words)
                self.deployment = value if word in ("-d", "--deployment") else self.deployment
            elif word in _INPUTS:
                self.inputs += [word, next(words)]
            elif sign and name in _INPUTS:
                self.inputs.append(word)
            elif word == "--state":
                next(words)
            elif not word.startswith("-") or word == "-" or name == "--path":
                self.rest += [word, next(words)] if word == "--path" else [word]
        self.command = self.rest.pop(0) if self.rest else "help"


def told(arguments: list[str]) -> tuple[int, list[dict[str, Any]]]:
    """Return the exit code of one of our commands and its diagnostics."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([*arguments, "--json"])
    answer = json.loads(out.getvalue())
    if isinstance(answer, list):
        return code, answer
    # A file cannot be read at all: that is no diagnostic but the end of the command.
    summary = answer["Lines"][0].removeprefix("error: ")
    return code, [{"severity": "error", "code": "-", "span": None, "summary": summary}]


def main(arguments: list[str]) -> int:
    """Answer one call."""
    folder = Path(os.environ["DRY_BOSH_FOLDER"])
    call = Call(arguments)
    code = 0
    diagnostics: list[dict[str, Any]] = []
    if call.command in _DEPLOYING:
        configs = []
        for kind in ("cloud", "runtime"):
            for path in sorted(folder.glob(f"{kind}-config*.yml")):
                configs += [f"--{kind}-config", str(path)]
        code, diagnostics = told(["validate", *call.rest, *call.inputs, *configs])
    elif call.command in ("int", "interpolate"):
        return run(["interpolate", *call.rest, *call.inputs])
    elif call.command in _SAVING:
        shutil.copy(call.rest[0], folder / f"{_SAVING[call.command]}-config.yml")
    else:
        asked = {"is": "instances"}.get(call.command, call.command)
        sys.stdout.write(_ANSWERS.get(asked, "") + "\n")
    entry = {
        "command": call.command,
        "deployment": call.deployment,
        "files": call.rest,
        "code": code,
        "told": [
            {
                "severity": item["severity"],
                "code": item["code"],
                "place": item["span"] and f"{item['span']['file']}:{item['span']['line']}",
                "summary": item["summary"],
            }
            for item in diagnostics
        ],
    }
    with (folder / "calls.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
