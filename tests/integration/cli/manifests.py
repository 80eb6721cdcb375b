"""What is deployed end to end: the minimal release, in two groups, one of them with a disk."""

CLOUD_CONFIG = """\
azs: [{{name: z1}}]
vm_types: [{{name: default}}]
disk_types: [{{name: data, disk_size: 16}}]
networks:
- name: default
  type: manual
  subnets:
  - range: {subnet}.0/24
    gateway: {subnet}.1
    reserved: [{subnet}.2-{subnet}.9]
    azs: [z1]
    dns: []
compilation: {{workers: 1, az: z1, vm_type: default, network: default}}
"""

MANIFEST = """\
name: minimal
releases: [{{name: minimal, version: latest}}]
stemcells: [{{alias: default, os: paasta-local, version: latest}}]
update:
  canaries: 1
  max_in_flight: 4
  canary_watch_time: 100-30000
  update_watch_time: 100-30000
instance_groups:
- name: hello
  instances: {hellos}
  azs: [z1]
  vm_type: default
  stemcell: default
  networks: [{{name: default}}]
  jobs: [{{name: hello, release: minimal, properties: {{text: "{text}"}}}}]
- name: quiet
  instances: 1
  azs: [z1]
  vm_type: default
  stemcell: default
  persistent_disk_type: data
  networks: [{{name: default}}]
  env: {{{env}}}
  jobs: [{{name: hello, release: minimal, properties: {{text: quiet}}}}]
"""


def cloud_config(subnet: str) -> str:
    """Return a cloud config on addresses of the host itself."""
    return CLOUD_CONFIG.format(subnet=subnet)


def manifest(*, hellos: int = 2, text: str = "one", env: str = "") -> str:
    """Return the manifest in one of its versions."""
    return MANIFEST.format(hellos=hellos, text=text, env=env)
