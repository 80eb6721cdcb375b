"""``validate --release``: a deployment beside the releases that the operator has at hand."""

from collections.abc import Iterable
from pathlib import Path

from paasta_deploy.cli.failure import CliError
from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.manifest import LoadedDeployment
from paasta_deploy.model.errors import ReleaseError
from paasta_deploy.model.release import ReleaseManifest
from paasta_deploy.wiring.offline import read_release, with_releases


def mistakes_with_releases(
    loaded: LoadedDeployment, paths: Iterable[Path]
) -> tuple[Diagnostic, ...]:
    """Return all that is wrong with a deployment, in file order. Raises CliError for releases."""
    releases: dict[str, tuple[Path, ReleaseManifest]] = {}
    for path in paths:
        if not path.exists():
            raise CliError(f"There is no release {path}.", hint="give a tarball, or its folder")
        try:
            release = read_release(path)
        except ReleaseError as error:
            text = f"{path} cannot be read as a release: {error}"
            raise CliError(text, hint=error.hint) from error
        first, _ = releases.setdefault(release.name, (path, release))
        if first is not path:
            raise CliError(
                f"{first} and {path} are the same release, `{release.name}`.",
                hint="a deployment takes each release in one version: leave one out",
            )
    return with_releases(loaded, [release for _, release in releases.values()])
