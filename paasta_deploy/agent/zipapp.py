"""TEMPORARY (not committed): agent zipapp."""
import zipfile
from importlib.util import find_spec
from pathlib import Path

def build_zipapp(folder: Path) -> Path:
    root = Path(__file__).resolve().parents[1]
    target = folder / "agent.pyz"
    with zipfile.ZipFile(target, "w") as z:
        def put(name: str, data: bytes) -> None:
            z.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)
        put("__main__.py", b"from paasta_deploy.agent.commandline import main\nimport sys\nsys.exit(main())\n")
        put("paasta_deploy/__init__.py", (root / "__init__.py").read_bytes())
        for sub in ("agent", "wire", "model", "ports"):
            for f in sorted((root / sub).rglob("*.py")):
                put("paasta_deploy/" + str(f.relative_to(root)), f.read_bytes())
        nats = Path(find_spec("nats").origin).parent
        for f in sorted(nats.rglob("*.py")):
            put("nats/" + str(f.relative_to(nats)), f.read_bytes())
    return target
