"""What is left of a manifest when everything that an error points into is left out."""

from paasta_deploy.diagnostics import Span, codes, error
from paasta_deploy.manifest import parse_deployment, read_document
from paasta_deploy.manifest.soundness import SoundPart, sound_part
from tests.unit.planning.shop import MANIFEST


def part_of(text: str) -> SoundPart:
    """Return what is left of a manifest with the mistakes that parsing finds."""
    node = read_document("m.yml", text).node
    assert node is not None
    parsed = parse_deployment(node)
    assert parsed.draft is not None
    return sound_part(parsed.draft, parsed.diagnostics)


def test_nothing_is_left_out_of_a_manifest_that_is_right() -> None:
    part = part_of(MANIFEST)

    assert part.manifest == part.placeable()
    assert (part.unplaceable, part.has_all_jobs, part.has_name) == (frozenset(), True, True)


def test_a_group_with_a_mistake_keeps_its_jobs_and_is_not_placed() -> None:
    part = part_of(MANIFEST.replace("instances: 3", "instances: three"))

    assert part.unplaceable == {"db"}
    assert [group.name for group in part.placeable().instance_groups] == ["web"]
    assert [len(group.jobs) for group in part.manifest.instance_groups] == [1, 1]
    assert part.has_all_jobs


def test_a_job_with_a_mistake_is_left_out_and_its_group_can_be_placed() -> None:
    part = part_of(MANIFEST.replace("  - name: server\n    release: shop", "  - name: server"))

    assert part.unplaceable == frozenset()
    assert [len(group.jobs) for group in part.manifest.instance_groups] == [1, 0]
    assert part.has_all_groups
    assert not part.has_all_jobs


def test_a_group_that_is_there_twice_counts_as_unknown() -> None:
    part = part_of(MANIFEST.replace("- name: web", "- name: db"))

    assert not part.has_all_groups
    assert not part.has_all_jobs


def test_what_several_aliases_share_is_wrong_at_all_of_them() -> None:
    text = MANIFEST.replace("networks: [{name: default}]", "networks: &n [{nam: default}]", 1)
    part = part_of(text.replace("networks: [{name: default}]", "networks: *n"))

    assert part.unplaceable == {"db", "web"}


def test_a_release_with_a_mistake_is_left_out() -> None:
    assert part_of(MANIFEST.replace("version: latest}", "version: []}", 1)).manifest.releases == ()


def test_without_a_name_nobody_knows_the_deployment() -> None:
    assert not part_of(MANIFEST.replace("name: shop\n", "name: [shop]\n", 1)).has_name


def test_a_mistake_may_point_at_a_part_of_a_text() -> None:
    node = read_document("m.yml", MANIFEST).node
    assert node is not None
    draft = parse_deployment(node).draft
    assert draft is not None
    line = MANIFEST.split("\n").index("- name: web") + 1
    inside = Span(file="m.yml", line=line, column=10, end_line=line, end_column=11)

    part = sound_part(draft, [error(codes.INVALID_VALUE, "bad", span=inside)])

    assert part.unplaceable == {"web"}
