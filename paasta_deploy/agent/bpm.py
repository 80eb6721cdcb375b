"""Reads `config/bpm.yml`, the file by which releases describe their processes to bpm.

The agent runs these processes itself, so the bpm release is not needed. What bpm does with
containers is left to the machine: volumes are visible anyway, capabilities are accepted and not
narrowed, and the memory and process limits are applied where a control group can be had.

Source: the configuration reference of cloudfoundry/bpm-release. Keys we do not know are passed
over, as bpm does. Pure.
"""

import re

from paasta_deploy.agent.definitions import JobDefinitionError, Limits, Program
from paasta_deploy.agent.layout import VCAP_USER, Layout, UnsafeNameError, safe_name
from paasta_deploy.agent.plain_yaml import YamlError, read_yaml
from paasta_deploy.agent.yaml_nodes import YamlMapping, YamlNode, YamlScalar, YamlSequence

_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([KMGT]?)(?:i?B)?", re.IGNORECASE)
_SIZE_FACTORS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}
_STOP_SIGNALS = frozenset({"TERM", "INT"})


def read_bpm(text: str, job: str, layout: Layout) -> dict[str, Program]:
    """Return the processes of one job by name. Raises JobDefinitionError."""
    where = f"job {job}: config/bpm.yml"
    try:
        root = _Table(read_yaml(text), where)
        programs: dict[str, Program] = {}
        for node in root.items("processes"):
            table = _Table(node, f"{where}: processes")
            program = _program(table, job, layout)
            if program.process in programs:
                raise table.error(f"the process {program.process!r} is there twice")
            programs[program.process] = program
    except (YamlError, UnsafeNameError) as cause:
        raise JobDefinitionError(f"{where}: {cause}") from cause
    return programs


def size_bytes(text: str) -> int | None:
    """Return the bytes that a size like ``512M`` means (powers of 1024), None if it is none."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        return None
    return int(float(found[1]) * _SIZE_FACTORS[found[2].upper()])


def _program(table: "_Table", job: str, layout: Layout) -> Program:
    process = safe_name(table.text("name"), "process")
    limits = table.table("limits")
    is_privileged = table.table("unsafe").text("privileged", "false") == "true"
    stop_signal = table.text("shutdown_signal", "TERM")
    if stop_signal not in _STOP_SIGNALS:
        raise table.error(f"shutdown_signal must be TERM or INT, not {stop_signal!r}")
    folders = [layout.data / job, layout.data / job / "tmp"]
    if table.text("persistent_disk", "false") == "true":
        folders.append(layout.store / job)
    return Program(
        name=process,
        job=job,
        process=process,
        argv=(table.text("executable"), *table.texts("args")),
        env=_environment(table, job, process, layout),
        workdir=layout.root / table.text("workdir", str(layout.jobs / job)),
        user="root" if is_privileged else VCAP_USER,
        pre_start=table.table("hooks").text("pre_start", ""),
        limits=Limits(
            open_files=limits.count("open_files"),
            memory_bytes=limits.size("memory"),
            processes=limits.count("processes"),
        ),
        folders=tuple(folders),
        stop_signal=stop_signal,
    )


def _environment(table: "_Table", job: str, process: str, layout: Layout) -> dict[str, str]:
    home = layout.data / job
    return {
        "BPM_ID": job if process == job else f"{job}.{process}",
        "HOME": str(home),
        "LANG": "en_US.UTF-8",
        "TMPDIR": str(home / "tmp"),
        "USER": VCAP_USER,
        **table.texts_by_name("env"),
    }


class _Table:
    """A YAML table under inspection; a getter that finds the wrong kind says where."""

    def __init__(self, node: YamlNode, where: str) -> None:
        self._where = f"{where}, line {node.line + 1}"
        if isinstance(node, YamlScalar) and node.is_null:
            node = YamlMapping(entries={}, line=node.line)
        if not isinstance(node, YamlMapping):
            raise self.error("keys and values were expected here")
        self._entries = {
            key: entry
            for key, entry in node.entries.items()
            if not (isinstance(entry, YamlScalar) and entry.is_null)
        }

    def error(self, message: str) -> JobDefinitionError:
        return JobDefinitionError(f"{self._where}: {message}")

    def text(self, key: str, default: str | None = None) -> str:
        node = self._entries.get(key)
        if node is None:
            if default is None:
                raise self.error(f"the key {key!r} is missing")
            return default
        return self._text_of(node, key)

    def items(self, key: str) -> tuple[YamlNode, ...]:
        node = self._entries.get(key)
        if node is None:
            return ()
        if not isinstance(node, YamlSequence):
            raise self.error(f"{key!r} must be a list")
        return node.items

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(self._text_of(item, key) for item in self.items(key))

    def table(self, key: str) -> "_Table":
        missing = YamlMapping(entries={}, line=0)
        return _Table(self._entries.get(key, missing), f"{self._where}: {key}")

    def texts_by_name(self, key: str) -> dict[str, str]:
        inner = self.table(key)
        return {name: inner.text(name) for name in inner._entries}  # noqa: SLF001 - own class

    def count(self, key: str) -> int | None:
        text = self.text(key, "")
        if not text:
            return None
        if not text.isdecimal():
            raise self.error(f"{key!r} must be a whole number, not {text!r}")
        return int(text)

    def size(self, key: str) -> int | None:
        text = self.text(key, "")
        if not text:
            return None
        size = size_bytes(text)
        if size is None:
            raise self.error(f"{key!r} must be a size like 512M, not {text!r}")
        return size

    def _text_of(self, node: YamlNode, key: str) -> str:
        if not isinstance(node, YamlScalar):
            raise self.error(f"{key!r} must be a text")
        return node.text
