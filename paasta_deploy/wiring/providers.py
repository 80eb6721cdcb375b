"""Finding and constructing IaaS providers: entry points in, providers out."""

from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from paasta_deploy.cpi.capabilities import Capabilities
from paasta_deploy.cpi.errors import CloudError
from paasta_deploy.cpi.provider import Provider, ProviderContext, ProviderFactory
from paasta_deploy.model.ids import CpiName
from paasta_deploy.wiring.settings import CpiSettings, Settings, SettingsError

GROUP = "paasta_deploy.providers"


def provider_types() -> Mapping[str, EntryPoint]:
    """Return the installed provider types by name; a third party's stand beside ours."""
    return {entry.name: entry for entry in entry_points(group=GROUP)}


def construct_providers(
    settings: Settings, *, director_uuid: str, defaults: Mapping[str, Mapping[str, object]]
) -> Mapping[CpiName, Provider]:
    """Return a provider for every configured CPI, the default CPI first.

    ``defaults`` are properties that wiring knows for a type (the host's address for ``local``);
    the operator's own win. Raises SettingsError, CloudError.
    """
    return {
        CpiName(cpi.name): construct(
            cpi, state_folder(settings.home, cpi), director_uuid, defaults
        )
        for cpi in settings.cpis
    }


def describe_providers(home: Path) -> list[list[str]]:
    """Return a row per installed type: what it can do and how it was verified."""
    rows: list[list[str]] = []
    for name, entry in sorted(provider_types().items()):
        cpi = CpiSettings(name="", type=name, properties={})
        try:
            provider = construct(cpi, state_folder(home, cpi), "", {})
        except (ImportError, CloudError) as error:
            rows.append([name, "-", "-", "-", f"cannot be loaded ({entry.value}): {error}"])
            continue
        try:
            rows.append(_row(name, provider.capabilities()))
        finally:
            provider.close()
    return rows


def state_folder(home: Path, cpi: CpiSettings) -> Path:
    """Return where a CPI of the settings keeps what is on this host."""
    return home / "cpis" / (cpi.name or cpi.type)


def construct(
    cpi: CpiSettings,
    folder: Path,
    director_uuid: str,
    defaults: Mapping[str, Mapping[str, object]],
) -> Provider:
    """Make the provider of one CPI. Raises SettingsError, CloudError."""
    if cpi.type not in provider_types():
        known = ", ".join(sorted(provider_types()))
        raise SettingsError(
            f"CPI '{cpi.name or 'default'}' has the type '{cpi.type}', which is not installed.",
            hint=f"installed: {known}",
        )
    properties: dict[str, Any] = {**defaults.get(cpi.type, {}), **cpi.properties}
    return load_factory(cpi.type).create(
        ProviderContext(
            name=cpi.name,
            properties=properties,
            state_folder=folder,
            director_uuid=director_uuid,
        )
    )


def load_factory(cpi_type: str) -> ProviderFactory:
    """Return the factory of an installed provider. Raises SettingsError."""
    entry = provider_types()[cpi_type]
    factory = entry.load()
    if not isinstance(factory, ProviderFactory):
        raise SettingsError(f"Entry point {entry.value} of '{cpi_type}' is no ProviderFactory.")
    return factory


def _row(name: str, capabilities: Capabilities) -> list[str]:
    return [
        name,
        ", ".join(sorted(kind.value for kind in capabilities.network_kinds)),
        ", ".join(sorted(feature.value for feature in capabilities.features)),
        capabilities.verified_against or "-",
        " ".join(capabilities.notes),
    ]
