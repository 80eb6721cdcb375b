"""A small release folder for the tests of reading and building releases."""

from collections.abc import Callable
from pathlib import Path

import pytest

FILES = {
    "config/final.yml": "name: tiny\n",
    "LICENSE": "Do what you like.\n",
    "jobs/web/spec": (
        "name: web\ntemplates: {a.erb: bin/a, b.j2: config/b}\npackages: [page]\n"
        "properties: {port: {default: 80}}\n"
    ),
    "jobs/web/monit": "check process web\n",
    "jobs/web/templates/a.erb": "<%= p('port') %>\n",
    "jobs/web/templates/b.j2": "{{ p('port') }}\n",
    "jobs/idle/spec": "name: idle\n",
    "jobs/idle/monit": "",
    "packages/page/spec": (
        "name: page\ndependencies: [tool]\nfiles: [page/**/*]\nexcluded_files: [page/secret]\n"
    ),
    "packages/page/packaging": "cp -a page $BOSH_INSTALL_TARGET\n",
    "packages/tool/spec": "name: tool\nfiles: ['tool/{one,two}']\n",
    "packages/tool/packaging": "cp -a tool $BOSH_INSTALL_TARGET\n",
    "src/page/index.html": "<h1>hi</h1>\n",
    "src/page/deep/er.html": "deep\n",
    "src/page/secret": "no\n",
    "blobs/tool/one": "1\n",
    "blobs/tool/two": "2\n",
    "blobs/page/index.html": "src wins\n",
}


def write_files(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def new_release(tmp_path: Path) -> Callable[..., Path]:
    """Return a maker of release folders: two jobs, two packages, a licence, and changes."""

    def make(changes: dict[str, str] | None = None, name: str = "release") -> Path:
        folder = tmp_path / name
        write_files(folder, {**FILES, **(changes or {})})
        (folder / "blobs" / "tool" / "one").chmod(0o755)
        return folder

    return make
