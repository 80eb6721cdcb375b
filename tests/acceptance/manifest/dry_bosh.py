"""What stands in for ``bosh`` when an operator's script runs dry: our CLI, which changes nothing.

``deploy`` and ``create-env`` become ``validate`` with the same files and the configs that lie in a
folder; ``interpolate`` stays what it is; questions about running things get an answer that lets
scripts go on. What was asked and what was told is appended to a file, one JSON object a line.

    dry_bosh.py SOCKET     answer calls there, each in a fork that has loaded everything already
    bosh ARGUMENTS...      (see ``CLIENT``) one call, with DRY_BOSH_SOCKET and DRY_BOSH_FOLDER set
"""

import contextlib
import importlib
import io
import json
import os
import socketserver
import sys
from pathlib import Path
from typing import Any

from typing_extensions import override

from paasta_deploy.cli.main import run

CLIENT = """\
import json, os, socket, sys
line = socket.socket(socket.AF_UNIX)
line.connect(os.environ["DRY_BOSH_SOCKET"])
call = {"arguments": sys.argv[1:], "folder": os.getcwd(), "environment": dict(os.environ)}
line.sendall(json.dumps(call).encode() + b"\\n")
answer = json.loads(line.makefile().read())
sys.stdout.write(answer["out"])
sys.exit(answer["code"])
"""
"""The program that scripts call; it imports little, so that a hundred calls cost little."""

_GLOBAL_WITH_VALUE = ("-e", "-d", "--environment", "--deployment", "--client", "--ca-cert")
_INPUTS = ("-o", "--ops-file", "-l", "--vars-file", "-v", "--var", "--var-file", "--vars-env",
           "--vars-store")  # fmt: skip
_DEPLOYING = ("deploy", "d", "create-env")
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


class Answering(socketserver.StreamRequestHandler):
    """Answers one call, in a process of its own, as if it had been started by the caller."""

    @override
    def handle(self) -> None:
        call = json.loads(self.rfile.readline())
        os.chdir(call["folder"])
        os.environ.clear()
        os.environ.update(call["environment"])
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = main(call["arguments"])
        self.wfile.write(json.dumps({"code": code, "out": out.getvalue()}).encode())


class Server(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    """Forks for each call."""


if __name__ == "__main__":
    for name in ("validating", "manifests"):
        importlib.import_module(f"paasta_deploy.cli.{name}")
    importlib.import_module("paasta_deploy.manifest.loading")
    with Server(sys.argv[1], Answering) as server:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        server.serve_forever()
