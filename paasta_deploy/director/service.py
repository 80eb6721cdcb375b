"""The director as its API sees it: one object with the parts that requests need."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from paasta_deploy.director.certificate_keeping import CertificateKeeper
from paasta_deploy.director.configs import Configs
from paasta_deploy.director.explaining import DeploymentPlanner
from paasta_deploy.director.feed import TaskFeed
from paasta_deploy.director.names import are_served
from paasta_deploy.director.rotating import Rotations
from paasta_deploy.director.tasks import TaskRunner
from paasta_deploy.director.variable_listing import VariableListing
from paasta_deploy.model.values import JsonObject
from paasta_deploy.ports.blobs import Blobs
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.store import Store

RESURRECTION_PAUSED = "resurrection_paused"
"""The setting behind `update-resurrection off`: ``true`` while nothing is resurrected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Director:
    """Everything an API request may touch. Constructed by wiring."""

    name: str
    uuid: str
    version: str
    default_cpi: str
    store: Store
    blobs: Blobs
    clock: Clock
    tasks: TaskRunner
    feed: TaskFeed
    configs: Configs
    planner: DeploymentPlanner
    variables: VariableListing
    rotations: Rotations
    certificates: CertificateKeeper
    upload_folder: Path
    status: Callable[[], JsonObject]

    def info(self, user: str | None) -> JsonObject:
        """Return ``GET /info`` (bosh.md 8.2)."""
        return {
            "name": self.name,
            "uuid": self.uuid,
            "version": self.version,
            "user": user,
            "cpi": self.default_cpi,
            "stemcell_os": None,
            "stemcell_version": None,
            "user_authentication": {"type": "basic", "options": {}},
            "features": {
                "local_dns": {"status": are_served(self.store), "extras": {"domain_name": "bosh"}},
                "snapshots": {"status": False},
                "config_server": {"status": True, "extras": {"urls": []}},
            },
        }
