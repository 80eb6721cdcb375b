"""What agents of a test's world were asked, and which of it fails."""

from collections.abc import Sequence

from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.values import JsonValue
from tests.unit.execution.world import World


class AgentRequests:
    """Keeps the arguments of every request to agents, and fails some: ``pre_stop=error``."""

    def __init__(self, world: World, **failures: Exception) -> None:
        self.made: list[tuple[str, Sequence[JsonValue]]] = []
        self._failures = failures
        world.agents.before_answer = self

    async def __call__(self, _agent: AgentId, method: str, arguments: Sequence[JsonValue]) -> None:
        self.made.append((method, arguments))
        name = str(arguments[0]).replace("-", "_") if method == "run_script" else method
        if name in self._failures:
            raise self._failures[name]

    @property
    def names(self) -> list[str]:
        return [
            str(arguments[0]) if method == "run_script" else method
            for method, arguments in self.made
        ]

    def arguments(self, method: str) -> Sequence[JsonValue]:
        return next(arguments for name, arguments in self.made if name == method)
