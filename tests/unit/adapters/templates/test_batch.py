"""Batches: each template in its own language, all failures at once, hashes of contents.

Properties: the same input has the same hash; any change of a file changes exactly its job's hash.
"""

import shutil
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paasta_deploy.adapters.templates.batch import BatchRenderer
from paasta_deploy.adapters.templates.erb import ErbTemplates
from paasta_deploy.adapters.templates.jinja import JinjaTemplates
from paasta_deploy.model.ids import InstanceGroupName, InstanceId, JobName
from paasta_deploy.model.values import JsonObject
from paasta_deploy.ports.templates import (
    InstanceToRender,
    JobSource,
    JobToRender,
    RenderBatch,
    RenderOutcome,
    TemplateSource,
)

NO_RUBY = "no-such-ruby"


def job(
    name: str, templates: dict[str, bytes], monit: bytes = b"", **properties: object
) -> JobToRender:
    sources = tuple(
        TemplateSource(source=source, destination=source.partition(".")[0], content=content)
        for source, content in templates.items()
    )
    fingerprint = f"{name}-{hash(tuple(templates.items()))}"
    return JobToRender(
        name=JobName(name),
        source=JobSource(
            fingerprint=fingerprint,
            monit=TemplateSource(source="monit", destination="monit", content=monit),
            templates=sources,
        ),
        properties=properties,  # type: ignore[arg-type]  # JSON values in tests
        release_name="rel",
        release_version="7",
    )


def instance(*jobs: JobToRender, name: str = "i-1", group: str = "web") -> InstanceToRender:
    spec: JsonObject = {"id": name, "name": group}
    return InstanceToRender(
        instance_id=InstanceId(name), group=InstanceGroupName(group), spec=spec, jobs=jobs
    )


def render(*instances: InstanceToRender, ruby: str = NO_RUBY) -> RenderOutcome:
    renderer = BatchRenderer(jinja=JinjaTemplates(), erb=ErbTemplates(ruby=ruby))
    return renderer.render(RenderBatch(instances=instances))


def test_a_batch_without_erb_starts_no_ruby() -> None:
    files = {"bin/a.j2": b"{{ p('x') }} {{ spec.id }}", "config/b": b"plain \xff bytes"}
    outcome = render(instance(job("j", files, b"check process", x=1)))
    rendered = outcome.instances[0].jobs[0]
    assert outcome.failures == ()
    assert [(f.path, f.content) for f in rendered.files] == [
        ("bin/a", b"1 i-1"),
        ("config/b", b"plain \xff bytes"),
    ]
    assert rendered.monit == b"check process"


def test_programs_can_be_run_and_nothing_can_be_read_by_the_world() -> None:
    outcome = render(instance(job("j", {"bin/a.j2": b"", "config/b.j2": b""})))
    assert [file.mode for file in outcome.instances[0].jobs[0].files] == [0o750, 0o640]


@pytest.mark.skipif(shutil.which("ruby") is None, reason="needs ruby: apt-get install ruby")
def test_languages_mix_in_one_job_and_each_sees_its_jobs_release() -> None:
    files = {
        "a.erb": b"<%= spec.release.name %>/<%= p('x') %>",
        "b.j2": b"{{ spec.release.version }}/{{ p('x') }}",
        "c.txt": b"c",
    }
    outcome = render(
        instance(job("j", files, b"<%= name %>", x=1), name="i-1"),
        instance(job("k", {"d": b"d"}), job("j", files, b"<%= name %>", x=2), name="i-2"),
        ruby="ruby",
    )
    first, second = outcome.instances
    assert [f.content for f in first.jobs[0].files] == [b"rel/1", b"7/1", b"c"]
    assert [f.content for f in second.jobs[1].files] == [b"rel/2", b"7/2", b"c"]
    assert second.jobs[1].monit == b"web"


def test_all_failures_come_back_and_good_instances_with_them() -> None:
    bad = job("bad", {"a.j2": b"{{ p('x') }}", "b.j2": b"\n{{ y }}", "c.j2": b"fine"})
    good = job("good", {"a.j2": b"ok"})
    outcome = render(
        instance(bad, good, name="i-1"), instance(good, name="i-2"), instance(bad, name="i-3")
    )
    assert [i.instance_id for i in outcome.instances] == ["i-2"]
    assert [(f.instance_id, f.job, f.template, f.line) for f in outcome.failures] == [
        ("i-1", "bad", "a.j2", 1),
        ("i-1", "bad", "b.j2", 2),
        ("i-3", "bad", "a.j2", 1),
        ("i-3", "bad", "b.j2", 2),
    ]


def test_erb_that_is_no_text_is_a_failure_with_its_line() -> None:
    outcome = render(instance(job("j", {"a.erb": b"\n<%= 1 %>\n\xff"})))
    assert [(f.line, f.message) for f in outcome.failures] == [(3, "it is not UTF-8 text")]


def test_an_instance_without_jobs_renders_to_nothing() -> None:
    outcome = render(instance())
    assert outcome.instances[0].jobs == ()


contents = st.dictionaries(
    st.sampled_from(["bin/a", "config/b", "config/c"]), st.binary(max_size=6), min_size=1
).map(lambda files: {name: content.replace(b"<%", b"") for name, content in files.items()})


@settings(max_examples=60)
@given(contents, contents)
def test_hashes_are_equal_exactly_when_files_are(
    left: dict[str, bytes], right: dict[str, bytes]
) -> None:
    a, b = (render(instance(job("j", files))).instances[0] for files in (left, right))
    assert (a.configuration_hash == b.configuration_hash) == (left == right)
    assert (a.template_hashes == b.template_hashes) == (left == right)


def test_the_order_of_jobs_does_not_change_the_hash_and_monit_does() -> None:
    one, two = job("one", {"a": b"1"}), job("two", {"a": b"2"})
    forth, back = render(instance(one, two)), render(instance(two, one))
    assert forth.instances[0].configuration_hash == back.instances[0].configuration_hash
    monit = replace(one.source.monit, content=b"other")
    other = replace(one, source=replace(one.source, monit=monit))
    changed = render(instance(other, two)).instances[0]
    assert changed.configuration_hash != forth.instances[0].configuration_hash
    assert changed.template_hashes["two"] == forth.instances[0].template_hashes["two"]
