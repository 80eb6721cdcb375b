"""CPIs of CPI configs: checked with their lines, made, kept, renamed, never shown."""

from pathlib import Path

import pytest

from paasta_deploy.cpi.errors import CloudError
from paasta_deploy.cpi.provider import Provider
from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.manifest.config_loading import load_cpi_configs
from paasta_deploy.model.cpi_config import CpiConfig
from paasta_deploy.model.ids import DEFAULT_CPI, CpiName
from paasta_deploy.wiring.cpis import ConfiguredCpis
from paasta_deploy.wiring.providers import construct
from paasta_deploy.wiring.settings import CpiSettings

EAST, WEST = CpiName("east"), CpiName("west")
TWO = """\
cpis:
- {name: east, type: simulated, properties: {persist: false, seed: 1}}
- {name: west, type: simulated, properties: {persist: false, seed: 2}}
"""


def config(text: str) -> CpiConfig:
    """Return CPIs as parsed."""
    loaded = load_cpi_configs([("cpi.yml", text)])
    assert loaded.value is not None, loaded.diagnostics
    return loaded.value


@pytest.fixture
def registry(tmp_path: Path) -> ConfiguredCpis:
    """A director with a default CPI."""
    own = construct(
        CpiSettings(name="", type="simulated", properties={"persist": False}),
        tmp_path / "own",
        "uuid",
        {},
    )
    return ConfiguredCpis({DEFAULT_CPI: own}, home=tmp_path, director_uuid="uuid", defaults={})


def told(registry: ConfiguredCpis, text: str) -> Diagnostic:
    """Return the one thing that is wrong."""
    (problem,) = registry.check(config(text))
    return problem


async def test_two_cpis_of_one_type_are_two_clouds(registry: ConfiguredCpis) -> None:
    assert registry.check(config(TWO)) == ()

    await registry.use(config(TWO))

    assert list(registry.cpis) == [DEFAULT_CPI, EAST, WEST]
    assert len({id(provider) for provider in registry.cpis.values()}) == 3


async def test_a_cpi_that_stays_as_it_is_keeps_its_provider(registry: ConfiguredCpis) -> None:
    await registry.use(config(TWO))
    east, west = registry.cpis[EAST], registry.cpis[WEST]

    await registry.use(config(TWO.replace("seed: 2", "seed: 3")))

    assert registry.cpis[EAST] is east
    assert registry.cpis[WEST] is not west
    assert west in registry.all_providers, "it is closed when the director ends"


async def test_whatever_is_new_is_welcomed_once(registry: ConfiguredCpis) -> None:
    met: list[list[str]] = []

    async def welcome(providers: object) -> None:
        assert isinstance(providers, dict)
        met.append(list(providers))

    registry.welcome = welcome
    await registry.use(config(TWO))
    await registry.use(config(TWO))
    await registry.use(config("cpis: []\n"))

    assert met == [["east", "west"]]
    assert list(registry.cpis) == [DEFAULT_CPI]


async def test_a_successor_answers_to_the_former_name_and_keeps_the_folder(
    registry: ConfiguredCpis, tmp_path: Path
) -> None:
    first = "cpis: [{name: old, type: simulated, properties: {}}]\n"
    await registry.use(config(first))
    (tmp_path / "cpis/old").mkdir(parents=True, exist_ok=True)

    await registry.use(
        config("cpis: [{name: new, type: simulated, migrated_from: [{name: old}]}]\n")
    )

    assert registry.cpis[CpiName("old")] is registry.cpis[CpiName("new")]
    assert not (tmp_path / "cpis/new").exists()


async def test_when_one_cannot_be_made_nothing_changes(registry: ConfiguredCpis) -> None:
    await registry.use(config(TWO))
    before: dict[CpiName, Provider] = dict(registry.cpis)
    bad = TWO.replace("seed: 2", "latency_s: [1]").replace("seed: 1", "seed: 9")

    with pytest.raises(CloudError):
        await registry.use(config(bad))

    assert dict(registry.cpis) == before


def test_at_the_start_one_that_cannot_be_made_is_left_out(registry: ConfiguredCpis) -> None:
    registry.begin(config(TWO.replace("seed: 2", "latency_s: [1]")))

    assert list(registry.cpis) == [DEFAULT_CPI, EAST]


@pytest.mark.parametrize(
    ("cpi", "code", "place", "said"),
    [
        ("name: '', type: simulated", "", "", ""),
        ("name: a, type: simulatd", "PD0808", "cpi.yml:1:24", "did you mean `simulated`?"),
        ("name: a, type: openstack", "PD0808", "cpi.yml:1:24", "`local`, `simulated`"),
        ("name: a, type: local, properties: {isolaton: x}", "PD0103", "cpi.yml:1:44", "isolation"),
        (
            "name: a, type: local, properties: {isolation: s3cr3t}",
            "PD0809",
            "cpi.yml:1:55",
            "How machines are kept apart",
        ),
        ("name: a, type: simulated, properties: {seed: s3cr3t}", "PD0809", "cpi.yml:1:54", ""),
    ],
)
def test_mistakes_are_told_at_their_line_and_without_values(
    registry: ConfiguredCpis, cpi: str, code: str, place: str, said: str
) -> None:
    text = f"cpis: [{{{cpi}}}]\n"
    if not code:
        assert load_cpi_configs([("cpi.yml", text)]).value is None
        return

    problem = told(registry, text)

    assert (problem.code, str(problem.span)) == (code, place)
    assert said in problem.hint
    assert "s3cr3t" not in f"{problem.summary}{problem.detail}{problem.hint}"


def test_a_name_of_the_settings_cannot_be_taken(tmp_path: Path) -> None:
    own = construct(
        CpiSettings(name="east", type="simulated", properties={"persist": False}),
        tmp_path,
        "uuid",
        {},
    )
    registry = ConfiguredCpis({EAST: own}, home=tmp_path, director_uuid="uuid", defaults={})

    problem = told(registry, "cpis: [{name: east, type: simulated}]\n")

    assert (problem.code, problem.bosh_code) == ("PD0806", 550000)
    assert "director.yml" in problem.detail
