"""Misspelt names of links are guessed where the manifest alone can tell."""

import pytest

from paasta_deploy.manifest.validation.link_names import check_link_names
from tests.unit.manifest.parsing.documents import DEPLOYMENT, changed, deployment_of
from tests.unit.manifest.texts import found

JOBS = """\
- {name: j, release: r, provides: {db: {as: main-db}}, custom_provider_definitions: [
      {name: web-address, type: address}]}
  - {name: k, release: r, consumes: CONSUMES}
"""


def told(consumes: str) -> list[tuple[str, str]]:
    """Return what is said of a job's wishes beside a job that offers two links."""
    jobs = JOBS.replace("CONSUMES", consumes)
    text = changed(DEPLOYMENT, ("- {name: j, release: r}\n", jobs))
    return found(text, check_link_names(deployment_of(text)))


@pytest.mark.parametrize(
    ("name", "pointed"),
    [("main_db", "main_db"), ("man-db", "man-db"), ("web-adress", "web-adress")],
)
def test_a_name_that_is_nearly_one_is_told(name: str, pointed: str) -> None:
    assert told(f"{{db: {{from: {name}}}}}") == [("PD0436", pointed)]


@pytest.mark.parametrize(
    "consumes",
    [
        "{db: {from: main-db}}",
        "{db: {from: db}}",
        "{db: {from: something-else}}",
        "{db: {from: main_db, deployment: other}}",
        "{db: {}}",
        "{db: nil}",
    ],
)
def test_anything_else_may_stand_in_a_release(consumes: str) -> None:
    assert told(consumes) == []
