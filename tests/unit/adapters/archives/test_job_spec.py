"""What job.MF may say, and the code with which everything else is refused."""

import pytest

from paasta_deploy.adapters.archives.job_spec import parse_job_spec
from paasta_deploy.model.errors import ReleaseError
from paasta_deploy.model.release import (
    LinkConsumption,
    LinkProvision,
    PropertyDeclaration,
    TemplateDeclaration,
)
from paasta_deploy.model.values import JsonValue


def test_everything_that_a_spec_declares_is_read() -> None:
    spec = parse_job_spec(
        "web",
        {
            "name": "web",
            "description": "Pages.",
            "templates": {"a.erb": "bin/a", "b.j2": "config/b"},
            "packages": ["ruby", 3],
            "properties": {"port": {"description": "Port", "default": 80}, "bare": None},
            "consumes": [{"name": "db", "type": "sql", "optional": True}],
            "provides": [{"name": "web", "type": "http", "properties": ["port"]}],
            "tests": ["for another tool"],
        },
    )
    assert spec.templates == (
        TemplateDeclaration(source="a.erb", destination="bin/a"),
        TemplateDeclaration(source="b.j2", destination="config/b"),
    )
    assert spec.packages == ("ruby", "3")
    assert spec.properties == (
        PropertyDeclaration(name="port", description="Port", default=80),
        PropertyDeclaration(name="bare"),
    )
    assert spec.consumes == (LinkConsumption(name="db", type="sql", optional=True),)
    assert spec.provides == (LinkProvision(name="web", type="http", properties=("port",)),)
    assert spec.description == "Pages."


def test_a_spec_with_a_name_alone_is_enough() -> None:
    assert parse_job_spec("web", {"name": "web"}).templates == ()


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("name", "other", 80016),
        ("templates", ["a"], 80002),
        ("templates", {"a": None}, 80002),
        ("templates", {"../a": "b"}, 80002),
        ("templates", {"a": "/etc/passwd"}, 80002),
        ("templates", {"a": "b/../../c"}, 80002),
        ("packages", "ruby", 80012),
        ("properties", ["port"], 80008),
        ("properties", {"port": "80"}, 80008),
        ("logs", ["a"], 80005),
        ("consumes", "db", 80013),
        ("consumes", [{"name": "db"}], 80013),
        ("consumes", [{"name": "d", "type": "t"}, {"name": "d", "type": "u"}], 80014),
        ("provides", ["web"], 80013),
        ("provides", [{"name": "w", "type": "t", "optional": True}], 80013),
        ("provides", [{"name": "w", "type": "t", "properties": "port"}], 80013),
        ("provides", [{"name": "w", "type": "t"}, {"name": "w", "type": "t"}], 80014),
    ],
)
def test_what_cannot_be_meant_is_refused_with_boshs_code(
    key: str, value: JsonValue, code: int
) -> None:
    manifest: dict[str, JsonValue] = {"name": "web", key: value}
    with pytest.raises(ReleaseError, match="Job 'web'") as raised:
        parse_job_spec("web", manifest)
    assert raised.value.code == code
