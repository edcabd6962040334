"""Rebuild the vendored script of vendor.json from npm's package; `make vendor` calls this."""

import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK: dict[str, Any] = json.loads((ROOT / "requirements" / "vendor.json").read_text())


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        package = fetch(Path(folder))
        demand("the package", digest(package, "sha512"), LOCK["integrity"])
        bundle = bundle_of(package)
    demand("the bundle", hashlib.sha256(bundle).hexdigest(), LOCK["sha256"])
    (ROOT / LOCK["bundle"]).write_bytes(bundle)
    print(f"{LOCK['bundle']}: {len(bundle):,} bytes, as pinned")


def fetch(folder: Path) -> Path:
    """The package as npm's registry has it, in `folder`."""
    command = ["npm", "pack", "--silent", f"{LOCK['package']}@{LOCK['version']}"]
    try:
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        sys.exit(f"make vendor needs npm and its registry: {error}")
    return next(folder.glob("*.tgz"))


def bundle_of(package: Path) -> bytes:
    """The parts, each as published, each followed by one line feed (all end in a semicolon)."""
    with tarfile.open(package) as archive:
        return b"".join(part_of(archive, part) + b"\n" for part in LOCK["parts"])


def part_of(archive: tarfile.TarFile, part: dict[str, Any]) -> bytes:
    member = archive.extractfile(f"package/{part['path']}")
    content = member.read() if member else b""
    demand(part["path"], hashlib.sha256(content).hexdigest(), part["sha256"])
    return content


def digest(path: Path, algorithm: str) -> str:
    """As npm writes it: the algorithm, a hyphen, the digest in base64."""
    value = hashlib.new(algorithm, path.read_bytes()).digest()
    return f"{algorithm}-{base64.b64encode(value).decode()}"


def demand(what: str, found: str, pinned: str) -> None:
    if found != pinned:
        sys.exit(f"{what} is not what vendor.json pins:\n  found  {found}\n  pinned {pinned}")


if __name__ == "__main__":
    main()
