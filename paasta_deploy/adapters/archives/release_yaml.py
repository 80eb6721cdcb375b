"""The YAML of release.MF, job.MF, stemcell.MF and package specs, as JSON-shaped values.

These files are written by tools and read by BOSH with Ruby's loader, whose YAML 1.1 scalars PyYAML
shares; only dates stay texts here, because JSON has none. Aliases may be used, but not to blow up
a small file: the number of values after expansion is bounded.
"""

from collections.abc import Mapping

import yaml

from paasta_deploy.model.values import JsonValue

_VALUES_MAX = 200_000
"""A release.MF of a thousand jobs and packages has about twenty thousand values."""

_DEPTH_MAX = 100
"""No real file nests deeper than a dozen levels; Python's own stack allows about a thousand."""


class _ReleaseLoader(yaml.CSafeLoader):
    """The safe loader without dates."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (PyYAML's own class attribute)
        first: [(tag, regexp) for tag, regexp in pairs if tag != "tag:yaml.org,2002:timestamp"]
        for first, pairs in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


class ReleaseYamlError(Exception):
    """The text is no YAML, or YAML that cannot be meant."""


def parse_release_yaml(text: bytes) -> dict[str, JsonValue]:
    """Return the mapping that ``text`` holds. Raises ReleaseYamlError with line and column."""
    try:
        loaded = yaml.load(text, Loader=_ReleaseLoader)  # noqa: S506 (derived from the safe loader)
    except yaml.YAMLError as error:
        raise ReleaseYamlError(str(error).replace("\n", " ")) from error
    except RecursionError as error:
        raise ReleaseYamlError(f"it nests deeper than {_DEPTH_MAX} levels") from error
    if not isinstance(loaded, Mapping):
        raise ReleaseYamlError("its top level must be a mapping")
    converted = _Converter().convert(loaded, 0)
    assert isinstance(converted, dict)
    return converted


class _Converter:
    """Copies a loaded tree into JSON shape, counting as it goes."""

    def __init__(self) -> None:
        self._left = _VALUES_MAX

    def convert(self, value: object, depth: int) -> JsonValue:
        self._left -= 1
        if self._left < 0:
            raise ReleaseYamlError(f"it holds more than {_VALUES_MAX} values")
        if depth > _DEPTH_MAX:
            raise ReleaseYamlError(f"it nests deeper than {_DEPTH_MAX} levels")
        match value:
            case None | bool() | int() | float() | str():
                return value
            case Mapping():
                return {str(key): self.convert(item, depth + 1) for key, item in value.items()}
            case list():
                return [self.convert(item, depth + 1) for item in value]
            case _:
                raise ReleaseYamlError(f"it holds a {type(value).__name__}, which JSON cannot say")
