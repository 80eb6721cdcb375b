"""Which line of which file decides about a part of an instance's recipe.

Worked out when a reason is told, never for an instance that does not change.
"""

from paasta_deploy.model.cloud_config import Az, VmExtension, VmType
from paasta_deploy.model.deployment import InstanceGroup
from paasta_deploy.model.ids import AzName, InstanceGroupName, JobName, NetworkName
from paasta_deploy.model.source import Span
from paasta_deploy.model.spec import JobInSpec
from paasta_deploy.planning.bindings import BoundJob
from paasta_deploy.planning.desired import Desired
from paasta_deploy.planning.links import ResolvedLinks, TakenLink


class Spans:
    """Answers where things stand; always None without a manifest. Lives for one planning."""

    def __init__(self, desired: Desired | None = None, links: ResolvedLinks | None = None) -> None:
        self._desired = desired
        self._links = links
        self._taken: dict[tuple[str, str, str], TakenLink] | None = None
        groups = () if desired is None else desired.manifest.instance_groups
        self._groups = {group.name: group for group in groups}

    def group(self, name: InstanceGroupName, *path: str) -> Span | None:
        """Return the value at ``path`` of a group; the group's name if it is not written."""
        group = self._groups.get(name)
        if group is None:
            return None
        return group.source.span(*path) if path else group.source.span("name")

    def tag(self, name: InstanceGroupName, tag: str) -> Span | None:
        """Return where a tag has its value from: group, manifest or runtime config."""
        group = self._groups.get(name)
        if group is None or self._desired is None:
            return None
        if tag in group.tags:
            return group.source.span("tags", tag)
        manifest = self._desired.manifest
        if tag not in manifest.tags:
            return group.source.span("tags") if group.tags else group.source.span("name")
        return self._desired.tag_sources.get(tag, manifest.source).span("tags", tag)

    def stemcell(self, name: InstanceGroupName) -> Span | None:
        """Return the stemcell version that a group uses."""
        group = self._groups.get(name)
        if group is None or self._desired is None:
            return None
        for reference in self._desired.manifest.stemcells:
            if reference.alias == group.stemcell:
                return reference.source.span("version")
        return group.source.span("stemcell")

    def cloud_property(self, name: InstanceGroupName, az: AzName | None, key: str) -> Span | None:
        """Return where the cloud property ``key`` comes from: extension, VM type or AZ."""
        group = self._groups.get(name)
        if group is None or self._desired is None:
            return None
        config = self._desired.cloud_config
        places: list[VmExtension | VmType | Az] = [
            *(config.vm_extensions[item] for item in reversed(group.vm_extensions)),
            *((config.vm_types[group.vm_type],) if group.vm_type else ()),
            *((config.azs[az],) if az is not None else ()),
        ]
        for place in places:
            if key in place.cloud_properties:
                return place.source.span("cloud_properties", key)
        return group.source.span("vm_type" if group.vm_type else "vm_resources")

    def network(self, name: InstanceGroupName, network: NetworkName) -> Span | None:
        """Return the group's line about ``network``, or its networks if it has none."""
        group = self._groups.get(name)
        if group is None:
            return None
        for use in group.networks:
            if use.name == network:
                return use.source.span("static_ips" if use.static_ips else "name")
        return group.source.span("networks")

    def disk(self, name: InstanceGroupName, disk: str = "") -> Span | None:
        """Return what says how large a persistent disk of the group is; ``disk`` is its name."""
        group = self._groups.get(name)
        if group is None or self._desired is None:
            return None
        if disk:
            return self._named_disk(group, disk)
        if group.persistent_disk_type:
            disk_type = self._desired.cloud_config.disk_types[group.persistent_disk_type]
            return disk_type.source.span("disk_size") or group.source.span("persistent_disk_type")
        return group.source.span("persistent_disk")

    def _named_disk(self, group: InstanceGroup, name: str) -> Span | None:
        assert self._desired is not None, "asked for only with a manifest"
        for number, disk in enumerate(group.persistent_disks):
            if disk.name == name:
                disk_type = self._desired.cloud_config.disk_types[disk.disk_type]
                written = group.source.span("persistent_disks", number, "type")
                return disk_type.source.span("disk_size") or written
        return group.source.span("persistent_disks") or group.source.span("name")

    def release(self, job: JobInSpec) -> Span | None:
        """Return the version of the release that ``job`` is from."""
        if self._desired is None:
            return None
        for reference in self._desired.manifest.releases:
            if reference.name == job.release:
                return reference.source.span("version")
        return None

    def job(self, name: InstanceGroupName, job: JobName, *path: str) -> Span | None:
        """Return the value at ``path`` of a job in the manifest."""
        bound = self._bound(name, job)
        if bound is None:
            return None
        return bound.use.source.span(*path) if path else bound.use.source.span("name")

    def property(self, name: InstanceGroupName, job: JobName, dotted: str) -> Span | None:
        """Return where the property ``dotted`` of a job is given."""
        return self.job(name, job, "properties", *dotted.split("."))

    def taken_link(self, name: InstanceGroupName, job: JobName, link: str) -> TakenLink | None:
        """Return who provides a link that a job consumes, if it is known."""
        if self._taken is None:
            links = () if self._links is None else self._links.taken
            self._taken = {(one.group, one.job, one.name): one for one in links}
        return self._taken.get((name, job, link))

    def _bound(self, name: InstanceGroupName, job: JobName) -> BoundJob | None:
        if self._desired is None:
            return None
        bindings = self._desired.bindings.get(name, ())
        return next((item for item in bindings if item.job.name == job), None)
