"""CPIs that come and go with CPI configs, beside those of ``director.yml``.

A provider whose settings change is made anew; the former one stays open until the director ends,
because tasks may be in the middle of calls to it. A CPI that took over from another one keeps its
state folder, since providers of this host keep machines and disks there.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path

from typing_extensions import override

from paasta_deploy.cpi.cpi_properties import check_cpi_properties
from paasta_deploy.cpi.errors import CloudError
from paasta_deploy.cpi.provider import HostOperations, Provider
from paasta_deploy.diagnostics import Diagnostic, codes, did_you_mean, error
from paasta_deploy.execution.cpis import Cpis, CpiSet
from paasta_deploy.model.cpi_config import CpiConfig, CpiDefinition
from paasta_deploy.model.ids import CpiName
from paasta_deploy.model.source import PathStep, Source, Span
from paasta_deploy.model.values import digest_of
from paasta_deploy.ports.cpis import CpiRegistry
from paasta_deploy.wiring.providers import construct, load_factory, provider_types
from paasta_deploy.wiring.settings import CpiSettings, SettingsError

log = logging.getLogger(__name__)

Welcome = Callable[[Mapping[CpiName, Provider]], Awaitable[None]]
"""What is to be done with providers that are new: those for this host need our own stemcell."""


class ConfiguredCpis(CpiRegistry):
    """The only maker of providers for CPI configs. Used from one event loop."""

    def __init__(
        self,
        own: Mapping[CpiName, Provider],
        *,
        home: Path,
        director_uuid: str,
        defaults: Mapping[str, Mapping[str, object]],
    ) -> None:
        """``own`` are the CPIs of the settings, ``defaults`` properties by provider type."""
        self.cpis = Cpis(own)
        self.welcome: Welcome | None = None
        self._own = dict(own)
        self._home = home
        self._uuid = director_uuid
        self._defaults = defaults
        self._made: dict[CpiName, tuple[str, Provider]] = {}
        self._retired: list[Provider] = []

    @override
    def check(self, config: CpiConfig) -> Sequence[Diagnostic]:
        return tuple(
            problem
            for definition in config.cpis.values()
            for problem in self._problems(definition)
        )

    @override
    async def use(self, config: CpiConfig) -> None:
        wanted, fresh = await asyncio.to_thread(self._make_all, config)
        self._switch(config, wanted)
        if fresh and self.welcome is not None:
            await self.welcome(fresh)

    def begin(self, config: CpiConfig) -> None:
        """Have the CPIs that were configured when the director ended.

        One that cannot be made is left out and told: the director is needed to put that right.
        """
        made: dict[CpiName, tuple[str, Provider]] = {}
        for definition in config.cpis.values():
            try:
                made[definition.name] = (_digest(definition), self._make(definition))
            except (CloudError, SettingsError) as problem:
                log.error(  # noqa: TRY400 - what is wrong is in the message, for an operator
                    "a CPI cannot be used", extra={"cpi": definition.name, "error": str(problem)}
                )
        self._switch(config, made)

    @property
    def all_providers(self) -> Sequence[Provider]:
        """Every provider that was ever made and must be closed."""
        return (
            *self._own.values(),
            *(provider for _, provider in self._made.values()),
            *self._retired,
        )

    def _problems(self, cpi: CpiDefinition) -> Iterator[Diagnostic]:
        if cpi.name in self._own:
            yield error(
                codes.DUPLICATE_CPI,
                f"the CPI `{cpi.name}` is there twice",
                span=cpi.source.span("name"),
                detail="`cpis` of director.yml has it, too",
                hint="rename or remove one of them",
            )
        installed = provider_types()
        if cpi.cpi_type not in installed:
            yield error(
                codes.UNKNOWN_CPI_TYPE,
                f"there is no provider `{cpi.cpi_type}`",
                span=cpi.source.span("type"),
                detail="external CPIs (`exec_path`) need a provider, too"
                if cpi.exec_path
                else "`type` is the name of a provider; `paasta-deploy providers` lists them",
                hint=did_you_mean(cpi.cpi_type, installed),
            )
            return
        schema = load_factory(cpi.cpi_type).property_schema()
        if schema is not None:
            yield from check_cpi_properties(
                schema,
                cpi.properties,
                provider=cpi.cpi_type,
                source=_Below(cpi.source, "properties"),
            )

    def _make_all(
        self, config: CpiConfig
    ) -> tuple[dict[CpiName, tuple[str, Provider]], dict[CpiName, Provider]]:
        wanted: dict[CpiName, tuple[str, Provider]] = {}
        fresh: dict[CpiName, Provider] = {}
        try:
            for definition in config.cpis.values():
                digest = _digest(definition)
                known = self._made.get(definition.name)
                if known is not None and known[0] == digest:
                    wanted[definition.name] = known
                    continue
                fresh[definition.name] = self._make(definition)
                wanted[definition.name] = (digest, fresh[definition.name])
        except (CloudError, SettingsError):
            for provider in fresh.values():
                provider.close()
            raise
        return wanted, fresh

    def _make(self, definition: CpiDefinition) -> Provider:
        provider = construct(
            CpiSettings(
                name=definition.name, type=definition.cpi_type, properties=definition.properties
            ),
            self._state_folder(definition),
            self._uuid,
            self._defaults,
        )
        if isinstance(provider, HostOperations):
            provider.prepare_host()
        return provider

    def _state_folder(self, definition: CpiDefinition) -> Path:
        """Return the CPI's own folder, or that of the one from which it took over."""
        names = [
            definition.name,
            *(one or definition.cpi_type for one in definition.migrated_from),
        ]
        folders = [self._home / "cpis" / name for name in names]
        return next((folder for folder in folders if folder.exists()), folders[0])

    def _switch(self, config: CpiConfig, made: dict[CpiName, tuple[str, Provider]]) -> None:
        kept = {id(provider) for _, provider in made.values()}
        self._retired += [one for _, one in self._made.values() if id(one) not in kept]
        self._made = made
        self.cpis.switch(
            CpiSet(
                providers={
                    **self._own,
                    **{name: provider for name, (_, provider) in made.items()},
                },
                successors={
                    former: name for former, name in config.successors().items() if name in made
                },
            )
        )


def _digest(definition: CpiDefinition) -> str:
    return digest_of(
        {
            "type": definition.cpi_type,
            "properties": definition.properties,
            "from": list(definition.migrated_from),
        }
    )


class _Below(Source):
    """A part of something that was read."""

    def __init__(self, whole: Source, *path: PathStep) -> None:
        self._whole = whole
        self._path = path

    @override
    def span(self, *path: PathStep) -> Span | None:
        return self._whole.span(*self._path, *path)

    @override
    def key_span(self, *path: PathStep) -> Span | None:
        return self._whole.key_span(*self._path, *path)
