"""Reads the common subset of monit control files, by which releases describe their daemons.

Understood: ``check process NAME with pidfile PATH``, ``start program`` and ``stop program`` with
uid, gid and timeout, ``depends on``, ``group``, ``mode``. Conditions (``if ... then ...``) and
checks of other things than processes are passed over: the supervisor watches processes, nothing
else. Only the group ``vcap`` is ours, as in BOSH.

Source: bosh.md 6.6 and monit's manual. Pure.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from paasta_deploy.agent.definitions import Call, JobDefinitionError
from paasta_deploy.agent.layout import VCAP_USER

TIMEOUT_S_DEFAULT = 30.0
"""How long monit waits for a start or stop program."""

_TOKEN = re.compile(
    r"""(?P<blank>[\s,;=]+|#[^\n]*)|"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<word>[^\s,;="'#][^\s,;="']*)"""
)
_NOISE = frozenset({"with", "and", "as", "on", "is", "the", "using", "program"})
_STATEMENTS = frozenset(
    {"check", "start", "stop", "restart", "group", "depends", "mode", "if", "every", "set"}
    | {"alert", "noalert", "onreboot", "include"}
)
_UNIT_FACTORS = {"second": 1.0, "seconds": 1.0, "minute": 60.0, "minutes": 60.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitCheck:
    """One ``check process``."""

    name: str
    pid_file: Path
    start: Call | None
    stop: Call | None
    depends_on: tuple[str, ...] = ()


@dataclass
class _Check:
    """A check whose statements are still being read."""

    kind: str
    name: str
    line: int
    pid_file: str = ""
    group: str = VCAP_USER
    calls: dict[str, Call] = field(default_factory=dict)
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    text: str
    line: int
    is_quoted: bool

    @property
    def word(self) -> str:
        return "" if self.is_quoted else self.text.lower()


def read_monit(text: str, job: str) -> tuple[MonitCheck, ...]:
    """Return the processes that a job's monit file keeps. Raises JobDefinitionError."""
    reader = _Reader(list(_tokens(text, job)), job)
    checks = [check for check in reader.read() if check.kind == "process"]
    return tuple(_finished(check, job) for check in checks if check.group == VCAP_USER)


def _finished(check: _Check, job: str) -> MonitCheck:
    if not check.pid_file:
        raise _error(job, check.line, f"check process {check.name} names no pidfile")
    return MonitCheck(
        name=check.name,
        pid_file=Path(check.pid_file),
        start=check.calls.get("start"),
        stop=check.calls.get("stop"),
        depends_on=check.depends_on,
    )


def _tokens(text: str, job: str) -> Iterator[_Token]:
    place, line = 0, 1
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise _error(job, line, "this quote is never closed")
        if found["blank"] is None:
            is_quoted = found["word"] is None
            word = found["word"] or found["double"] or found["single"] or ""
            yield _Token(text=word, line=line, is_quoted=is_quoted)
        line += found.group().count("\n")
        place = found.end()


class _Reader:
    """Walks over the tokens; statements begin with a known word, noise words are skipped."""

    def __init__(self, tokens: list[_Token], job: str) -> None:
        self._tokens = tokens
        self._place = 0
        self._job = job
        self._checks: list[_Check] = []

    def read(self) -> list[_Check]:
        while (token := self._take()) is not None:
            match token.word:
                case "check":
                    self._check(token)
                case "start" | "stop" | "restart":
                    self._call(token)
                case "group":
                    self._current(token).group = self._value(token)
                case "depends":
                    self._depends(token)
                case "if":
                    self._condition(token)
                case _:
                    self._skip_statement()
        return self._checks

    def _check(self, token: _Token) -> None:
        kind = self._value(token).lower()
        check = _Check(kind=kind, name=self._value(token), line=token.line)
        self._checks.append(check)
        while (following := self._peek()) is not None and following.word not in _STATEMENTS:
            self._place += 1
            if following.word == "pidfile":
                check.pid_file = self._value(following)
            elif following.word == "matching" and kind == "process":
                raise _error(
                    self._job, following.line, "'matching' is not supported; use a pidfile"
                )

    def _call(self, token: _Token) -> None:
        """Read ``start program "..." as uid X and gid Y with timeout 60 seconds``."""
        check = self._current(token)
        command = self._value(token)
        user, group, timeout_s = "", "", TIMEOUT_S_DEFAULT
        while (following := self._peek()) is not None and following.word not in _STATEMENTS:
            self._place += 1
            match following.word:
                case "uid":
                    user = self._value(following)
                case "gid":
                    group = self._value(following)
                case "timeout":
                    timeout_s = self._seconds(following)
                case _:
                    pass
        try:
            argv = tuple(shlex.split(command))
        except ValueError as cause:
            raise _error(self._job, token.line, f"{command!r} is no command: {cause}") from cause
        if not argv:
            raise _error(self._job, token.line, f"{token.text} program is empty")
        check.calls[token.word] = Call(argv=argv, user=user, group=group, timeout_s=timeout_s)

    def _seconds(self, token: _Token) -> float:
        text = self._value(token)
        if not text.isdecimal():
            raise _error(self._job, token.line, f"timeout must be a number, not {text!r}")
        unit = self._peek()
        if unit is not None and unit.word in _UNIT_FACTORS:
            self._place += 1
            return float(text) * _UNIT_FACTORS[unit.word]
        return float(text)

    def _depends(self, token: _Token) -> None:
        check = self._current(token)
        names = []
        while (following := self._peek()) is not None and following.word not in _STATEMENTS:
            self._place += 1
            if following.word not in _NOISE:
                names.append(following.text)
        check.depends_on += tuple(names)

    def _condition(self, token: _Token) -> None:
        """Pass over ``if ... then ACTION [else [if ...] [then] ACTION]``."""
        while (following := self._take()) is not None and following.word != "then":
            pass
        if following is None:
            raise _error(self._job, token.line, "this 'if' has no 'then'")
        self._action()
        after = self._peek()
        if after is not None and after.word == "else":
            self._place += 1
            after = self._peek()
            if after is not None and after.word == "if":
                self._place += 1
                self._condition(after)
            else:
                self._action()

    def _action(self) -> None:
        action = self._take()
        following = self._peek()
        if action is not None and action.word == "exec" and following is not None:
            self._place += 1
        self._skip_statement()

    def _skip_statement(self) -> None:
        while (token := self._peek()) is not None and token.word not in _STATEMENTS:
            if token.word == "else":
                return
            self._place += 1

    def _current(self, token: _Token) -> _Check:
        if not self._checks:
            raise _error(self._job, token.line, f"{token.text!r} stands before any check")
        return self._checks[-1]

    def _value(self, before: _Token) -> str:
        while (token := self._take()) is not None and token.word in _NOISE:
            pass
        if token is None:
            raise _error(self._job, before.line, f"something is missing behind {before.text!r}")
        return token.text

    def _take(self) -> _Token | None:
        token = self._peek()
        self._place += 1
        return token

    def _peek(self) -> _Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None


def _error(job: str, line: int, message: str) -> JobDefinitionError:
    return JobDefinitionError(f"job {job}: monit, line {line}: {message}")
