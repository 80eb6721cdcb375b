"""Plan files: what ``plan --out`` saves and ``deploy --plan`` deploys, and nothing else.

A plan file names the files that the plan was made from with their digests, the options, the basis
by which the director finds out whether anything has moved, and the plan as it was shown. The
director has sealed the basis with a digest of the plan, so that nobody is shown another one. It
holds no manifest and no value of a variable. It is readable by its owner only all the same, since
a plan tells how a deployment is built.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from paasta_deploy.cli.failure import CliError
from paasta_deploy.cli.sources import Inputs, MistakesError, read_file
from paasta_deploy.diagnostics import codes, error
from paasta_deploy.model.values import digest_of

FORMAT = "paasta-deploy plan file"
VERSION = 1

_SECRET_FIELD = "pairs"  # noqa: S105 - the field whose values are not kept

GUARDS = frozenset({"max_destroy"})
"""Options that make no other plan, but say when not to go on with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFile:
    """A saved plan. ``files`` has the digests of the manifest and of the ops files, by path.

    ``inputs`` are the options as typed, ``pairs`` by name only. ``folder`` is where the paths
    start from.
    """

    folder: Path
    manifest: str
    inputs: Mapping[str, Any]
    files: Mapping[str, str]
    options: Mapping[str, Any]
    basis: Mapping[str, Any]
    plan: Mapping[str, Any]

    @property
    def manifest_path(self) -> Path:
        """Where the manifest is."""
        return self.folder / self.manifest


def planned(
    manifest: Path, inputs: Inputs, options: Mapping[str, Any], answer: Mapping[str, Any]
) -> PlanFile:
    """Return the plan file for a plan that the director has answered."""
    plain = [manifest, *inputs.ops_files]
    return PlanFile(
        folder=Path.cwd(),
        manifest=str(manifest),
        inputs=_inputs_json(inputs),
        files={str(path): _digest(read_file(path)) for path in plain},
        options={key: value for key, value in options.items() if value},
        basis=answer["basis"],
        plan={key: value for key, value in answer.items() if key != "basis"},
    )


def save(path: Path, saved: PlanFile) -> None:
    """Write a plan file, whole or not at all, for its owner only. Raises OSError, CliError."""
    if path.is_dir():
        raise CliError(f"{path} is a folder.", hint="name a file in it")
    document = {
        "format": FORMAT,
        "version": VERSION,
        "folder": str(saved.folder),
        "manifest": saved.manifest,
        "inputs": saved.inputs,
        "files": saved.files,
        "options": saved.options,
        "basis": saved.basis,
        "plan": saved.plan,
    }
    part = path.with_name(f".{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        # The operator has named the plan, and knows nothing of its parts.
        raise OSError(error.errno, error.strerror, str(path)) from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def load(path: Path) -> PlanFile:
    """Read a plan file. Raises CliError, MistakesError (PD0707) when it is none."""
    try:
        document = json.loads(read_file(path))
    except ValueError:
        document = None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _no_plan_file(path, "it is not what `plan --out` writes")
    if document.get("version") != VERSION:
        version = document.get("version")
        raise _no_plan_file(
            path, f"its format has version {version}, this paasta-deploy reads {VERSION}"
        )
    try:
        if document["basis"].get("shown") != digest_of(document["plan"]):
            raise _no_plan_file(path, "the plan in it is not the one that was saved")
        folder = Path(document["folder"])
        return PlanFile(
            # Elsewhere (another machine, a moved checkout) the paths begin where one is now.
            folder=folder if folder.is_dir() else Path.cwd(),
            manifest=document["manifest"],
            inputs=document["inputs"],
            files=document["files"],
            options=document["options"],
            basis=document["basis"],
            plan=document["plan"],
        )
    except (KeyError, TypeError, AttributeError) as problem:
        raise _no_plan_file(path, f"it is damaged: {problem}") from problem


def inputs_of(saved: PlanFile, pairs: Sequence[str]) -> Inputs:
    """Return the inputs of a saved plan, with values given anew. Raises MistakesError (PD0708)."""
    names = {pair.partition("=")[0] for pair in pairs}
    missing = [name for name in saved.inputs.get(_SECRET_FIELD, ()) if name not in names]
    if missing:
        given = " ".join(f"-v {name}=..." for name in missing)
        raise MistakesError(
            [
                error(
                    codes.PLAN_NEEDS_VALUES,
                    f"the plan was made with values that its file does not hold: "
                    f"{', '.join(f'`{name}`' for name in missing)}",
                    hint=f"give them again: {given}",
                )
            ]
        )
    known = {entry.name: entry for entry in fields(Inputs)}
    values: dict[str, Any] = {}
    for name, value in saved.inputs.items():
        if name not in known or name == _SECRET_FIELD:
            continue
        values[name] = _from_json(name, value, saved.folder)
    return Inputs(**values, pairs=tuple(pairs))


def check_files(saved: PlanFile) -> None:
    """Name the files that are not what they were. Raises MistakesError (PD0701), CliError."""
    changed = [
        error(
            codes.PLAN_INPUT_MOVED,
            f"{name} was changed since the plan was made",
            hint="look at it with `plan`, and save it anew with `plan --out`",
        )
        for name, digest in saved.files.items()
        if _digest(read_file(saved.folder / name)) != digest
    ]
    if changed:
        raise MistakesError(changed)


def refuse_options(given: Mapping[str, Any]) -> None:
    """Refuse options beside ``--plan`` that would make another plan of it. Raises CliError."""
    names = [
        f"--{name.replace('_', '-')}"
        for name, value in given.items()
        if value and name not in GUARDS
    ]
    if names:
        raise CliError(
            f"{', '.join(names)} and --plan contradict each other: the plan has its own.",
            hint="leave them out, or make another plan with them",
        )


def _inputs_json(inputs: Inputs) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for entry in fields(inputs):
        value = getattr(inputs, entry.name)
        if entry.name == _SECRET_FIELD:
            found[entry.name] = [pair.partition("=")[0] for pair in value]
        elif isinstance(value, tuple):
            found[entry.name] = [str(item) for item in value]
        elif value is not None:
            found[entry.name] = str(value) if isinstance(value, Path) else value
    return found


def _from_json(name: str, value: Any, folder: Path) -> Any:  # noqa: ANN401 - JSON of many shapes
    match name:
        case "ops_files" | "vars_files":
            return tuple(folder / item for item in value)
        case "var_files":
            pairs = (item.partition("=") for item in value)
            return tuple(f"{key}={folder / path}" for key, _, path in pairs)
        case "vars_store":
            return folder / value
        case _:
            return tuple(value) if isinstance(value, list) else value


def _digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def _no_plan_file(path: Path, why: str) -> MistakesError:
    return MistakesError(
        [
            error(
                codes.NO_PLAN_FILE,
                f"{path} cannot be deployed as a plan: {why}",
                hint="make one with `paasta-deploy plan MANIFEST --out FILE`",
            )
        ]
    )
