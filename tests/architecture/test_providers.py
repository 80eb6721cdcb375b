"""Every provider has the same seven files, keeps its SDK in one of them, and says what it is.

A reader who knows one provider knows where to look in all of them. The behaviour of a provider is
checked by the conformance suite in `paasta_deploy/testing`; here it is the shape.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import jsonschema
import pytest

from tests.architecture.source_tree import ROOT, SourceFile, plant

PROVIDERS = Path("providers/paasta_providers")
SEVEN_FILES = (
    "__init__.py",
    "provider.py",
    "client.py",
    "translate.py",
    "errors.py",
    "cloud_properties.schema.json",
    "README.md",
)
# What an operator and the author of the next provider look for, by a word of its heading.
README_SECTIONS = ("configuration", "cloud properties", "verified", "lacks")
# The nouns that carry `cloud_properties` (`Provider.check_cloud_properties`).
NOUNS = ("vm_type", "disk_type", "network", "az")
# Not SDKs: ours, and what any of our packages may use to read and write Python's own values.
_NO_SDK = frozenset({"paasta_deploy", "paasta_providers", "typing_extensions", "jsonschema"})


def missing_files(provider: Path) -> Iterator[str]:
    """Yield the names of the seven files that are not there."""
    return (name for name in SEVEN_FILES if not (provider / name).is_file())


def missing_sections(readme: str) -> Iterator[str]:
    """Yield the sections that no second-level heading of the README names."""
    headings = [line.lower() for line in re.findall(r"^##\s+(.*)$", readme, re.MULTILINE)]
    for section in README_SECTIONS:
        if not any(section in heading for heading in headings):
            yield section


def schema_faults(text: str) -> Iterator[str]:
    """Yield what is wrong with a `cloud_properties.schema.json`."""
    schema = json.loads(text)
    try:
        jsonschema.validators.validator_for(schema).check_schema(schema)
    except jsonschema.SchemaError as error:
        yield f"no JSON schema: {error.message}"
        return
    if "$schema" not in schema:
        yield "`$schema` does not say which dialect it is written in"
    shapes = schema.get("properties", {}) | schema.get("$defs", {})
    for noun in NOUNS:
        if noun not in shapes:
            yield f"neither `properties` nor `$defs` has `{noun}`"


def sdk_imports(file: SourceFile) -> set[str]:
    """Return the top-level packages that a file imports and that are an SDK."""
    imported = {name.split(".")[0] for _, all_names in file.imports() for name in all_names}
    return imported - set(sys.stdlib_module_names) - _NO_SDK


def _providers() -> list[Path]:
    return sorted(path for path in (ROOT / PROVIDERS).iterdir() if path.name[0] not in "_.")


each_provider = pytest.mark.parametrize("provider", _providers(), ids=lambda path: path.name)


@each_provider
def test_a_provider_has_the_seven_files(provider: Path) -> None:
    assert list(missing_files(provider)) == []


@each_provider
def test_its_readme_answers_the_usual_questions(provider: Path) -> None:
    readme = (provider / "README.md").read_text(encoding="utf-8")

    assert list(missing_sections(readme)) == []


@each_provider
def test_its_schema_is_one_and_knows_every_noun(provider: Path) -> None:
    text = (provider / "cloud_properties.schema.json").read_text(encoding="utf-8")

    assert list(schema_faults(text)) == []


@each_provider
def test_only_its_client_imports_an_sdk(provider: Path) -> None:
    files = [
        SourceFile(ROOT, PurePosixPath(path.relative_to(ROOT)))
        for path in provider.rglob("*.py")
        if path != provider / "client.py"
    ]

    assert {str(file.path): sdk_imports(file) for file in files if sdk_imports(file)} == {}


def test_a_missing_file_is_found(tmp_path: Path) -> None:
    for name in SEVEN_FILES[:-1]:
        (tmp_path / name).touch()

    assert list(missing_files(tmp_path)) == ["README.md"]


def test_a_missing_section_is_found() -> None:
    readme = "# X\n## Configuration\n## Cloud properties\n### What it lacks\n"

    assert list(missing_sections(readme)) == ["verified", "lacks"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": 7}', "no JSON"),
        ('{"properties": {"vm_type": {}, "disk_type": {}, "network": {}, "az": {}}}', "dialect"),
        ('{"$schema": "https://json-schema.org/draft/2020-12/schema"}', "`vm_type`"),
    ],
)
def test_a_faulty_schema_is_found(text: str, fault: str) -> None:
    assert any(fault in found for found in schema_faults(text))


def test_an_sdk_is_found_and_the_standard_library_is_not(tmp_path: Path) -> None:
    text = "import os\nfrom paasta_deploy.cpi import Provider\nfrom boto3.session import Session\n"
    (file,) = plant(tmp_path, "providers/paasta_providers/x/translate.py", text).files()

    assert sdk_imports(file) == {"boto3"}
