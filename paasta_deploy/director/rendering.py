"""Rendering templates for a deploy: only where something that they can see has changed."""

import asyncio
from collections.abc import Iterable, Mapping

from paasta_deploy.director.preparing import Prepared
from paasta_deploy.model.errors import TemplateError
from paasta_deploy.model.ids import InstanceId
from paasta_deploy.model.release import ReleaseJob
from paasta_deploy.model.spec import BlobRef, RenderedTemplates
from paasta_deploy.planning.specs import instances_to_render, render_batch
from paasta_deploy.ports.blobs import Blobs
from paasta_deploy.ports.templates import (
    JobSource,
    JobSources,
    RenderedInstance,
    TemplateArchiver,
    TemplateRenderer,
    failure_tree,
)

_STANDS_IN = (
    "Some variables have no value yet, and values of their form stood in for them here: one"
    " certificate for all, say, of one key. A template that asks for more than the form can be"
    " judged by a deploy only: `deploy -n`."
)


class Rendering:
    """Renders what changed and keeps the archives as blobs."""

    def __init__(
        self,
        *,
        sources: JobSources,
        renderer: TemplateRenderer,
        archiver: TemplateArchiver,
        blobs: Blobs,
    ) -> None:
        self._sources = sources
        self._renderer = renderer
        self._archiver = archiver
        self._blobs = blobs

    async def render(
        self, prepared: Prepared, *, keep: bool
    ) -> Mapping[InstanceId, RenderedTemplates]:
        """Render what a deploy changes. ``keep`` False (a mere plan) stores nothing.

        Raises TemplateError with BOSH's tree of all mistakes.
        """
        assert not (keep and prepared.survey.to_make), "a stand-in would reach a machine"
        return await asyncio.to_thread(self._render, prepared, keep=keep)

    def _render(self, prepared: Prepared, *, keep: bool) -> Mapping[InstanceId, RenderedTemplates]:
        wanted = instances_to_render(prepared.placement, prepared.digests)
        if not wanted:
            return {}
        batch = render_batch(
            prepared.desired,
            prepared.placement,
            prepared.links,
            sources=self._load(prepared),
            instances=wanted,
        )
        outcome = self._renderer.render(batch)
        if outcome.failures:
            raise TemplateError(
                prepared.survey.hide(failure_tree(outcome.failures)),
                hint=_STANDS_IN if prepared.survey.to_make else "",
            )
        blobs = self._keep(outcome.instances) if keep else {}
        return {
            instance.instance_id: RenderedTemplates(
                configuration_hash=instance.configuration_hash,
                template_hashes=instance.template_hashes,
                context_digest=prepared.digests[instance.instance_id],
                blob=blobs.get(instance.instance_id),
            )
            for instance in outcome.instances
        }

    def _keep(self, instances: Iterable[RenderedInstance]) -> dict[InstanceId, BlobRef]:
        """Store the archives; instances with equal files share one blob."""
        by_hash: dict[str, BlobRef] = {}
        blobs: dict[InstanceId, BlobRef] = {}
        for instance in instances:
            blob = by_hash.get(instance.configuration_hash)
            if blob is None:
                blob = self._blobs.put_bytes(self._archiver.pack(instance))
                by_hash[instance.configuration_hash] = blob
            blobs[instance.instance_id] = blob
        return blobs

    def _load(self, prepared: Prepared) -> dict[str, JobSource]:
        """Return the templates of every job that the deployment runs, by fingerprint."""
        sources: dict[str, JobSource] = {}
        for group in prepared.desired.manifest.instance_groups:
            for use in group.jobs:
                release = prepared.desired.releases[use.release]
                job: ReleaseJob | None = release.manifest.job(use.name)
                assert job is not None, "resolve() has looked up every job"
                if job.fingerprint not in sources:
                    archive = release.blobs[f"job/{job.name}"]
                    sources[job.fingerprint] = self._sources.load(job, archive)
        return sources
