"""Names of links that nobody in the manifest offers, and that look like one which is offered.

What a release calls its links is not known here; planning, which knows, resolves every link and
lists the candidates. But a name that differs from an offered one by a slip of the pen can be told
of before there is a director.
"""

from paasta_deploy.diagnostics import Diagnostic, codes, either, nearest, warning
from paasta_deploy.model.deployment import DeploymentManifest

_LETTERS_MIN = 4
"""Shorter names are near to each other by chance."""


def check_link_names(manifest: DeploymentManifest) -> tuple[Diagnostic, ...]:
    """Return a warning for each ``from:`` that is probably misspelt."""
    jobs = [job for group in manifest.instance_groups for job in group.jobs]
    jobs += [job for addon in manifest.addons for job in addon.jobs]
    offered = {link.alias for job in jobs for link in job.provides.values() if link.alias}
    offered |= {custom.name for job in jobs for custom in job.custom_providers}
    offered |= {disk.name for group in manifest.instance_groups for disk in group.persistent_disks}
    # What a job offers under its own name, and what a job consumes, are names that a release has.
    known = offered | {name for job in jobs for name in (*job.provides, *job.consumes)}
    found: list[Diagnostic] = []
    for job in jobs:
        for link in job.consumes.values():
            name = link.from_alias
            if len(name) < _LETTERS_MIN or name in known or link.deployment or "((" in name:
                continue
            near = nearest(name, sorted(offered))
            if near:
                found.append(
                    warning(
                        codes.LINK_NAME_LIKELY,
                        f"no job of the manifest names a link `{name}`",
                        span=job.source.span("consumes", link.name, "from"),
                        detail="a release may still offer one of that name",
                        hint=f"did you mean {either(near)}?",
                    )
                )
    return tuple(found)
