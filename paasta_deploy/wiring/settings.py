"""The director's settings: the documented defaults in ``director.yml`` beside this file, overlaid.

The defaults stand once, in that file; the types below say what each setting may be. A mistake in
an operator's file is a :class:`SettingsError` with file, key and what to write instead.
"""

import os
import types
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import yaml

from paasta_deploy.model.errors import PaastaError
from paasta_deploy.model.secret import Secret
from paasta_deploy.model.values import deep_merge

HOME_VARIABLE = "PAASTA_HOME"
SETTINGS_FILE = "director.yml"


class SettingsError(PaastaError):
    """A setting is wrong; the message names the file and the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpsSettings:
    """``api.https``."""

    enabled: bool
    address: str
    port: int
    certificate: str | None
    private_key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSettings:
    """One entry of ``api.users``."""

    name: str
    password: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """``api``."""

    socket: str
    https: HttpsSettings
    users: tuple[UserSettings, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSettings:
    """``host``."""

    address: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NatsSettings:
    """``nats``."""

    mode: str
    port: int | None
    url: str | None
    ca: str | None
    certificate: str | None
    private_key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSettings:
    """``agents``."""

    blobs_port: int | None
    blob_link_valid: float
    heartbeat_interval: float
    bootstrap_certificate_valid: float
    certificate_valid_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """``store``."""

    url: str | None
    standby: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableSettings:
    """``variables``."""

    key_file: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobSettings:
    """``blobs``."""

    folder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CpiSettings:
    """One entry of ``cpis``."""

    name: str
    type: str
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSettings:
    """``calls``; `wiring.call_settings` reads what stands in ``deadlines`` and ``cpis``."""

    in_flight_max: int | None
    per_second_max: float | None
    adaptive: bool
    deadlines: Mapping[str, Any]
    cpis: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """``engine``."""

    max_threads: int
    max_vm_create_tries: int
    tasks_kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthSettings:
    """``health``."""

    enabled: bool
    resurrection: bool
    agent_timeout: float
    confirm_interval: float
    reconnect_grace: float
    startup_grace: float
    meltdown_count: int
    meltdown_percent: float
    attempts_max: int
    attempts_window: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    """``log``."""

    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything in ``director.yml``, plus the state folder it belongs to."""

    home: Path
    name: str
    api: ApiSettings
    host: HostSettings
    nats: NatsSettings
    agents: AgentSettings
    store: StoreSettings
    variables: VariableSettings
    blobs: BlobSettings
    cpis: tuple[CpiSettings, ...]
    calls: CallSettings
    engine: EngineSettings
    health: HealthSettings
    log: LogSettings

    @property
    def socket(self) -> Path:
        """The unix socket of the API."""
        return self.home / self.api.socket


def state_folder() -> Path:
    """Return the state folder that the environment names."""
    named = os.environ.get(HOME_VARIABLE)
    return Path(named).expanduser().absolute() if named else Path.home() / ".paasta"


def default_text() -> str:
    """Return the documented defaults, as shipped."""
    return resources.files("paasta_deploy.wiring").joinpath(SETTINGS_FILE).read_text("utf-8")


def load_settings(home: Path) -> Settings:
    """Return the settings of the state folder ``home``. Raises SettingsError."""
    data: dict[str, Any] = yaml.load(default_text(), Loader=yaml.CSafeLoader)
    file = home / SETTINGS_FILE
    if file.exists():
        try:
            own = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise SettingsError(f"{file} cannot be read: {error}") from error
        if own is not None and not isinstance(own, dict):
            raise SettingsError(f"{file}: expected keys and values at the top.")
        data = dict(deep_merge(data, own or {}))
    settings: Settings = _build(Settings, {**data, "home": home}, str(file), "")
    if settings.nats.mode not in ("own", "external"):
        raise SettingsError(f"{file}: nats.mode is {settings.nats.mode!r}; write own or external.")
    if not settings.cpis:
        raise SettingsError(f"{file}: cpis is empty; at least one CPI is needed.")
    for name in ("max_threads", "max_vm_create_tries", "tasks_kept"):
        if (number := getattr(settings.engine, name)) < 1:
            raise SettingsError(f"{file}: engine.{name} is {number}; expected at least 1.")
    return settings


def _build(kind: Any, value: Any, file: str, path: str) -> Any:  # noqa: ANN401 - generic over types
    if is_dataclass(kind) and isinstance(kind, type):
        return _build_dataclass(kind, value, file, path)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        if value is None and type(None) in get_args(kind):
            return None
        (inner,) = [option for option in get_args(kind) if option is not type(None)]
        return _build(inner, value, file, path)
    if origin is tuple:
        if not isinstance(value, list):
            raise SettingsError(f"{file}: {path} must be a list.")
        return tuple(
            _build(get_args(kind)[0], item, file, f"{path}[{index}]")
            for index, item in enumerate(value)
        )
    return _scalar(origin or kind, value, file, path)


def _build_dataclass(kind: type[Any], value: Any, file: str, path: str) -> Any:  # noqa: ANN401 - any setting
    if not isinstance(value, dict):
        raise SettingsError(f"{file}: {path or 'the file'} must hold keys and values.")
    hints = get_type_hints(kind)
    known = [entry.name for entry in fields(kind)]
    for key in value:
        if key not in known:
            close = get_close_matches(str(key), known, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else f" Known: {', '.join(known)}."
            raise SettingsError(f"{file}: unknown setting {_join(path, str(key))!r}.{hint}")
    missing = [name for name in known if name not in value]
    if missing:
        raise SettingsError(f"{file}: {path or 'the file'} lacks {', '.join(missing)}.")
    return kind(
        **{name: _build(hints[name], value[name], file, _join(path, name)) for name in known}
    )


def _scalar(kind: type[Any], value: Any, file: str, path: str) -> Any:  # noqa: ANN401 - any setting
    if kind is Secret:
        return Secret(str(value))
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind is Mapping:
        kind = dict
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        wanted = {
            "str": "a text",
            "int": "a whole number",
            "float": "a number",
            "bool": "true or false",
        }.get(kind.__name__, kind.__name__)
        raise SettingsError(f"{file}: {path} is {value!r}; expected {wanted}.")
    return value


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
