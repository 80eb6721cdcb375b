"""Simulations for the CLI: files in, a report out. The simulated provider is found like any other.

The CLI is a client of the API and knows neither planner nor engine; a simulation needs both, so it
is put together here, out of the same parts as a director.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from paasta_deploy.cpi.provider import Provider, ProviderContext, ProviderFactory
from paasta_deploy.manifest import (
    DeploymentSources,
    LoadedDeployment,
    NamedText,
    emit,
    from_value,
    to_value,
)
from paasta_deploy.model.ids import DEFAULT_CPI
from paasta_deploy.model.values import JsonValue
from paasta_deploy.testing.simulator.catalogue import made_up_releases, made_up_stemcells
from paasta_deploy.testing.simulator.fault_file import FaultsResult, read_faults
from paasta_deploy.testing.simulator.faults import NO_FAULTS, Faults
from paasta_deploy.testing.simulator.made_up_cloud import made_up_cloud_config
from paasta_deploy.testing.simulator.scaling import scaled
from paasta_deploy.testing.simulator.simulation import SimulationInput, simulate
from paasta_deploy.testing.simulator.world import Stock
from paasta_deploy.wire.simulation_report import SimulationReport
from paasta_deploy.wiring.providers import provider_types
from paasta_deploy.wiring.settings import SettingsError

SIMULATED = "simulated"

MADE_UP = "made-up-cloud-config.yml"
"""The name of the cloud config that nobody has written, in messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A deployment without mistakes, and what shall go wrong. ``watch_s`` follows the deploy."""

    loaded: LoadedDeployment
    cloud_configs: tuple[str, ...]
    faults: Faults
    seed: int
    watch_s: float


def faults_from(file: NamedText | None) -> FaultsResult:
    """Return what a fault file says, with its mistakes; without a file nothing goes wrong."""
    return FaultsResult(faults=NO_FAULTS) if file is None else read_faults(*file)


def cloud_config_for(loaded: LoadedDeployment) -> NamedText:
    """Return a cloud config that has everything which a manifest without mistakes names."""
    assert loaded.manifest is not None, "its mistakes were told"
    return MADE_UP, emit(from_value(made_up_cloud_config(loaded.manifest), MADE_UP))


def with_machines(
    sources: DeploymentSources, loaded: LoadedDeployment, machines: int
) -> DeploymentSources:
    """Return the sources of the same deployment with ``machines`` instances in all."""
    assert loaded.document.node is not None, "its mistakes were told"
    value = to_value(loaded.document.node)
    assert isinstance(value, Mapping), "a manifest without mistakes is a mapping"
    name = sources.manifest[0]
    text = emit(from_value(scaled(value, machines), name))
    return DeploymentSources(manifest=(name, text), cloud_configs=sources.cloud_configs)


def rehearse(given: Rehearsal) -> SimulationReport:
    """Run one simulation. Raises CloudConfigError when the faults' ``cloud`` is wrong."""
    manifest, cloud = given.loaded.manifest, given.loaded.cloud_config
    assert manifest is not None, "its mistakes were told"
    assert cloud is not None, "its mistakes were told"
    assert given.loaded.document.node is not None, "its mistakes were told"
    simulation = SimulationInput(
        deployment=manifest.name,
        manifest=emit(given.loaded.document.node),
        stock=Stock(
            releases=made_up_releases(manifest),
            stemcells=made_up_stemcells(manifest),
            cloud_configs=given.cloud_configs,
        ),
        faults=given.faults,
        cpis=sorted({DEFAULT_CPI, *(az.cpi for az in cloud.azs.values())}),
        seed=given.seed,
        watch_s=given.watch_s,
    )
    with _quiet():
        return simulate(simulation, make_simulated_cloud)


def make_simulated_cloud(properties: Mapping[str, JsonValue]) -> Provider:
    """Return a cloud in memory. Raises CloudConfigError, SettingsError."""
    return _simulated_factory().create(
        ProviderContext(
            name=SIMULATED,
            properties={**properties, "persist": False},
            state_folder=Path("unused"),
            director_uuid=SIMULATED,
        )
    )


@cache
def _simulated_factory() -> ProviderFactory:
    """Return what makes simulated clouds; looking for it takes longer than making one."""
    entry = provider_types().get(SIMULATED)
    factory = entry.load() if entry is not None else None
    if not isinstance(factory, ProviderFactory):
        raise SettingsError(
            "The simulated provider is not installed.", hint="install paasta-deploy anew"
        )
    return factory


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the log lines of a director away from whoever reads the report."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
