"""A release with one job that serves TLS, and dials all its peers, each verifying the other."""

from pathlib import Path

PEER = Path(__file__).parent / "trust" / "peer.py"
SPEC = """\
name: peer
templates:
  bpm.yml.j2: config/bpm.yml
  cert.pem.j2: config/cert.pem
  ca.pem.j2: config/ca.pem
  peers.j2: config/peers
  post-start.j2: bin/post-start
packages: [peer]
provides: [{name: peers, type: peers}]
consumes: [{name: peers, type: peers}]
properties:
  tls: {description: Certificate and private_key of both the server and the client}
  ca: {description: Whom to trust}
"""
MONIT = """\
check process peer
  with pidfile /var/vcap/sys/run/bpm/peer/peer.pid
  start program "/var/vcap/jobs/bpm/bin/bpm start peer"
  stop program "/var/vcap/jobs/bpm/bin/bpm stop peer"
  group vcap
"""
BPM = """\
processes:
- name: peer
  executable: /usr/bin/env
  args:
  - python3
  - -S
  - /var/vcap/packages/peer/peer.py
  - "{{ spec.ip }}"
  - /var/vcap/jobs/peer/config
  - /var/vcap/sys/log/peer/greetings.log
"""
POST_START = """\
#!/bin/sh
# The next instance is not touched before this one has met its peers often enough.
exec python3 -S /var/vcap/packages/peer/peer.py "{{ spec.ip }}" \\
  /var/vcap/jobs/peer/config /var/vcap/sys/log/peer/greetings.log 20
"""
FILES = {
    "config/final.yml": "name: trust\n",
    "config/blobs.yml": "{}\n",
    "jobs/peer/spec": SPEC,
    "jobs/peer/monit": MONIT,
    "jobs/peer/templates/bpm.yml.j2": BPM,
    "jobs/peer/templates/cert.pem.j2": '{{ p("tls.certificate") }}\n{{ p("tls.private_key") }}\n',
    "jobs/peer/templates/ca.pem.j2": '{{ p("ca") }}\n',
    "jobs/peer/templates/post-start.j2": POST_START,
    "jobs/peer/templates/peers.j2": (
        '{% for one in link("peers").instances %}{{ one.address }}\n{% endfor %}'
    ),
    "packages/peer/spec": "name: peer\nfiles: [peer/peer.py]\n",
    "packages/peer/packaging": 'cp peer/peer.py "${BOSH_INSTALL_TARGET}/"\n',
}


def write_release(folder: Path) -> None:
    """Write the release's files below ``folder``."""
    for name, text in {**FILES, "src/peer/peer.py": PEER.read_text("utf-8")}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
