"""The applied spec, the one before, and whether its jobs shall run: kept over restarts."""

from pathlib import Path

from paasta_deploy.agent.layout import Layout
from paasta_deploy.agent.stored_files import read_json, write_json, write_whole
from paasta_deploy.wire.apply_spec import ApplySpec, decode_apply_spec, encode_apply_spec
from paasta_deploy.wire.reading import Fields


class SpecStore:
    """Reads its files once; writes them whenever something changes. Raises OSError."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.current = _read_spec(layout.spec_file)
        self.previous = _read_spec(layout.previous_spec_file)
        wanted = read_json(layout.wanted_file)
        self.is_wanted = wanted is not None and Fields(wanted, "wanted").boolean("is_wanted")

    def apply(self, spec: ApplySpec) -> None:
        """Make ``spec`` the current one and tell scripts about it. Links are not kept."""
        bare = spec.without_links()
        if bare != self.current:
            self.previous, self.current = self.current, bare
            write_json(self._layout.previous_spec_file, encode_apply_spec(self.previous))
        write_json(self._layout.spec_file, encode_apply_spec(bare))
        for name, text in (
            ("id", spec.id),
            ("az", spec.az),
            ("name", spec.group or ""),
            ("deployment", spec.deployment),
        ):
            write_whole(self._layout.instance / name, text.encode(), mode=0o644)

    def want(self, *, is_wanted: bool) -> None:
        """Remember whether the jobs shall run."""
        self.is_wanted = is_wanted
        write_json(self._layout.wanted_file, {"is_wanted": is_wanted})


def _read_spec(path: Path) -> ApplySpec:
    value = read_json(path)
    return ApplySpec() if value is None else decode_apply_spec(value)
