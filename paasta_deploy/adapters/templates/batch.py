"""The renderer of the director: sends each template of a batch to the language it is written in.

``*.j2`` is Jinja2; everything else is ERB, as in BOSH, except that a text without ``<%`` is taken
as it stands. So a release without ERB needs no ruby, and a batch without ERB starts no process.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from paasta_deploy.adapters.templates.context import RenderContext, spec_for_job
from paasta_deploy.adapters.templates.erb import MARK, ErbJob, ErbTemplate, ErbTemplates
from paasta_deploy.adapters.templates.jinja import SUFFIX, JinjaTemplates, TextFailure
from paasta_deploy.model.values import JsonObject
from paasta_deploy.ports.templates import (
    InstanceToRender,
    JobToRender,
    RenderBatch,
    RenderedFile,
    RenderedInstance,
    RenderedJob,
    RenderFailure,
    RenderOutcome,
    TemplateSource,
)

_PROGRAM_MODE = 0o750
_FILE_MODE = 0o640
"""Rendered files hold secrets, so the world may not read them (BOSH: root:vcap 0640 and 0750)."""

_Text = bytes | TextFailure


class BatchRenderer:
    """Implements ``ports.templates.TemplateRenderer``. Keep one for the process."""

    def __init__(self, *, jinja: JinjaTemplates, erb: ErbTemplates) -> None:
        self._jinja = jinja
        self._erb = erb

    def render(self, batch: RenderBatch) -> RenderOutcome:
        """Render everything; see the port."""
        erb = _ErbPart()
        for instance in batch.instances:
            for job in instance.jobs:
                erb.add(job, instance.spec)
        erb_texts = erb.render(self._erb, batch)
        rendered: list[RenderedInstance] = []
        failures: list[RenderFailure] = []
        number = 0
        for instance in batch.instances:
            jobs: list[RenderedJob] = []
            failed = False
            for job in instance.jobs:
                texts = self._texts(job, instance, batch, erb_texts[number])
                number += 1
                found = _failures(instance, job, texts)
                failures.extend(found)
                failed = failed or bool(found)
                if not failed:
                    jobs.append(_rendered_job(job, texts))
            if not failed:
                rendered.append(
                    RenderedInstance(
                        instance_id=instance.instance_id,
                        jobs=tuple(jobs),
                        configuration_hash=_configuration_hash(jobs),
                    )
                )
        return RenderOutcome(instances=tuple(rendered), failures=tuple(failures))

    def _texts(
        self,
        job: JobToRender,
        instance: InstanceToRender,
        batch: RenderBatch,
        erb_texts: dict[str, _Text],
    ) -> list[tuple[TemplateSource, _Text]]:
        context: RenderContext | None = None
        texts: list[tuple[TemplateSource, _Text]] = []
        for template in _templates(job):
            text: _Text = template.content
            if template.source.endswith(SUFFIX):
                if context is None:
                    context = RenderContext(
                        spec=_spec(job, instance.spec),
                        properties=job.properties,
                        links=job.links,
                        az_ids=batch.az_ids,
                    )
                result = self._jinja.render(
                    job.source.fingerprint, template.source, template.content, context
                )
                text = result.encode() if isinstance(result, str) else result
            elif MARK in template.content:
                text = erb_texts[template.source]
            texts.append((template, text))
        return texts


def _templates(job: JobToRender) -> tuple[TemplateSource, ...]:
    return (job.source.monit, *job.source.templates)


def _spec(job: JobToRender, spec: JsonObject) -> JsonObject:
    release = {"name": job.release_name, "version": job.release_version}
    return spec_for_job(spec, job.properties, job.links, release)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """The ERB templates of one release job: their numbers, and those that cannot be sent."""

    numbers: dict[str, int]
    failures: dict[str, _Text]


class _ErbPart:
    """Collects the ERB templates of a batch, each text once, and hands the texts back by job."""

    def __init__(self) -> None:
        self._templates: list[ErbTemplate] = []
        self._prepared: dict[tuple[str, str], _Prepared] = {}
        self._jobs: list[ErbJob] = []
        self._wanted: list[_Prepared] = []

    def add(self, job: JobToRender, spec: JsonObject) -> None:
        key = (job.name, job.source.fingerprint)
        prepared = self._prepared.get(key)
        if prepared is None:
            prepared = self._prepare(job)
            self._prepared[key] = prepared
        self._wanted.append(prepared)
        if prepared.numbers:
            self._jobs.append(
                ErbJob(spec=_spec(job, spec), templates=tuple(prepared.numbers.values()))
            )

    def render(self, erb: ErbTemplates, batch: RenderBatch) -> list[dict[str, _Text]]:
        answers = iter(erb.render(self._templates, self._jobs, batch.az_ids) if self._jobs else ())
        texts: list[dict[str, _Text]] = []
        for prepared in self._wanted:
            found = dict(prepared.failures)
            if prepared.numbers:
                results = next(answers)
                for source, result in zip(prepared.numbers, results, strict=True):
                    found[source] = result.encode() if isinstance(result, str) else result
            texts.append(found)
        return texts

    def _prepare(self, job: JobToRender) -> _Prepared:
        numbers: dict[str, int] = {}
        failures: dict[str, _Text] = {}
        for template in _templates(job):
            if template.source.endswith(SUFFIX) or MARK not in template.content:
                continue
            try:
                text = template.content.decode()
            except UnicodeDecodeError as error:
                line = template.content.count(b"\n", 0, error.start) + 1
                failures[template.source] = TextFailure(line=line, message="it is not UTF-8 text")
                continue
            numbers[template.source] = len(self._templates)
            self._templates.append(ErbTemplate(name=f"{job.name}/{template.source}", text=text))
        return _Prepared(numbers=numbers, failures=failures)


def _failures(
    instance: InstanceToRender, job: JobToRender, texts: Iterable[tuple[TemplateSource, _Text]]
) -> list[RenderFailure]:
    return [
        RenderFailure(
            instance_id=instance.instance_id,
            group=instance.group,
            job=job.name,
            template=template.source,
            line=text.line,
            message=text.message,
        )
        for template, text in texts
        if isinstance(text, TextFailure)
    ]


def _rendered_job(job: JobToRender, texts: list[tuple[TemplateSource, _Text]]) -> RenderedJob:
    contents = [text for _, text in texts if isinstance(text, bytes)]
    monit = contents[0]
    files = tuple(
        RenderedFile(
            path=template.destination,
            content=content,
            mode=_PROGRAM_MODE if template.destination.startswith("bin/") else _FILE_MODE,
        )
        for (template, _), content in zip(texts[1:], contents[1:], strict=True)
    )
    return RenderedJob(
        name=job.name, files=files, monit=monit, template_hash=_template_hash(files, monit)
    )


def _template_hash(files: Iterable[RenderedFile], monit: bytes) -> str:
    # Lengths go in, so that no two different sets of files run together to the same bytes.
    hasher = hashlib.sha256(f"{len(monit)}:".encode() + monit)
    for file in sorted(files, key=lambda file: file.path):
        path = file.path.encode()
        hasher.update(f"{len(path)}:{len(file.content)}:{file.mode:o}:".encode())
        hasher.update(path)
        hasher.update(file.content)
    return hasher.hexdigest()


def _configuration_hash(jobs: Iterable[RenderedJob]) -> str:
    lines = sorted(f"{job.name}={job.template_hash}" for job in jobs)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
