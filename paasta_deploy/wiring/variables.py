"""Makes the part of the director that keeps variables: its key, its generator, its use cases."""

from dataclasses import dataclass

from paasta_deploy.adapters.certificates.facts import X509Reader
from paasta_deploy.adapters.sealing import FileKeySealer
from paasta_deploy.adapters.variables.generator import FreshValues
from paasta_deploy.adapters.variables.stand_ins import FixedStandIns
from paasta_deploy.director.config_values import ConfigValues
from paasta_deploy.director.rotating import Rotations
from paasta_deploy.director.rotation_values import RotationValues
from paasta_deploy.director.variable_listing import VariableListing
from paasta_deploy.director.variables import DeploymentVariables
from paasta_deploy.director.vault import Vault
from paasta_deploy.director.workshop import Workshop
from paasta_deploy.ports.clock import Clock, IdSource
from paasta_deploy.ports.store import Journal, Store
from paasta_deploy.wiring.places import Folders
from paasta_deploy.wiring.settings import Settings

VARIABLES_KEY = "variables.key"
"""In the state folder, unless the settings name another file. Who has it and the store has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVariables:
    """What the director does with variables."""

    variables: DeploymentVariables
    rotations: Rotations
    listing: VariableListing
    shared: ConfigValues


def keep_variables(
    settings: Settings,
    folders: Folders,
    *,
    store: Store,
    journal: Journal,
    clock: Clock,
    ids: IdSource,
) -> KeptVariables:
    """Construct it. The key file is read, or made, when a value is first needed."""
    vault = _vault(settings, folders, clock=clock, ids=ids)
    generator = FreshValues(clock=clock)
    return KeptVariables(
        variables=DeploymentVariables(
            store=store,
            vault=vault,
            workshop=Workshop(store=store, journal=journal, vault=vault, generator=generator),
            stand_ins=FixedStandIns(),
            clock=clock,
            director_name=settings.name,
        ),
        rotations=Rotations(
            store=store,
            journal=journal,
            clock=clock,
            values=RotationValues(
                store=store,
                vault=vault,
                generator=generator,
                clock=clock,
                director_name=settings.name,
            ),
            director_name=settings.name,
        ),
        listing=VariableListing(store=store, clock=clock),
        shared=ConfigValues(store=store, vault=vault),
    )


def shared_values(
    settings: Settings, folders: Folders, *, store: Store, clock: Clock, ids: IdSource
) -> ConfigValues:
    """Return the values that configs may use, for the time before anything else is there."""
    return ConfigValues(store=store, vault=_vault(settings, folders, clock=clock, ids=ids))


def _vault(settings: Settings, folders: Folders, *, clock: Clock, ids: IdSource) -> Vault:
    named = settings.variables.key_file
    sealer = FileKeySealer(folders.home / (named or VARIABLES_KEY), may_make=named is None)
    return Vault(sealer=sealer, certificates=X509Reader(), clock=clock, ids=ids)
