"""May this instance be given a new VM without being asked? One answer for monitor and listings.

Three switches, all of which must be on: the director's (``update-resurrection``), the instance's
own, and the rules of the resurrection configs.
"""

from paasta_deploy.director.config_checks import RESURRECTION, texts_of
from paasta_deploy.director.service import RESURRECTION_PAUSED
from paasta_deploy.manifest.config_loading import load_resurrection_configs
from paasta_deploy.model.ids import ConfigId
from paasta_deploy.model.recorded import InstanceRecord
from paasta_deploy.model.resurrection_config import NO_RESURRECTION_CONFIG
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.store import Store

RULES_VALID_S = 1.0
"""Thousands of instances are asked about in one tick; a rule that was saved holds within a second
(BOSH's monitor looks once a minute)."""


class ResurrectionPolicy:
    """Answers for one director. Reading may come from any thread."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._rules = NO_RESURRECTION_CONFIG
        self._versions: tuple[ConfigId, ...] = ()
        self._looked_at_s = float("-inf")

    def is_paused(self, instance: InstanceRecord) -> bool:
        """Whether a dead VM of the instance is left as it is."""
        self._look()
        return (
            self._store.setting(RESURRECTION_PAUSED) == "true"
            or instance.resurrection_paused
            or not self._rules.allows(instance.deployment, instance.group)
        )

    def _look(self) -> None:
        now_s = self._clock.monotonic_s()
        if now_s - self._looked_at_s <= RULES_VALID_S:
            return
        configs = self._store.configs(kind=RESURRECTION, latest_only=True)
        versions = tuple(config.config_id for config in configs)
        if versions != self._versions:
            # A rule that cannot be read is left out, as in BOSH; saving has refused it anyway.
            self._rules = load_resurrection_configs(texts_of(configs)).draft
            self._versions = versions
        self._looked_at_s = now_s
