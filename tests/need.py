"""Programs that some tests need and pip can't bring. Run by `make test`: installs them where it may, else says so."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

CI = os.environ.get("CI") == "true"
"""Nothing may be left out."""

NODE = Path(__file__).parent / "node"
"""Which packages of Node's, in which versions."""
APT = {"chromium": ("chromium",), "node": ("nodejs", "npm")}


def chromium() -> str | None:
    """The browser's path, where there is one."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def node() -> str | None:
    """Node's path, where it and npm are."""
    return shutil.which("node") if shutil.which("npm") else None


def node_modules() -> Path | None:
    """Microsoft's renderer and local client, installed on the first call into a folder that outlives the run."""
    if not node():
        return None
    lock = (NODE / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "assistant-coach"
    folder = cache / f"node-{hashlib.sha256(lock).hexdigest()[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "installing").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            for it in ("package.json", "package-lock.json", ".npmrc"):
                shutil.copy(NODE / it, folder)
            if not quietly("npm", "ci", "--prefix", str(folder), cwd=folder):
                return None
            (folder / "ready").touch()
    return folder / "node_modules"


def main() -> int:
    """1 when something is missing that may not be."""
    missing = [it for it, there in (("chromium", chromium), ("node", node)) if not there()]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        quietly("apt-get", "-qq", "update")
        for it in missing:
            quietly("apt-get", "-qq", "install", "--yes", "--no-install-recommends", *APT[it])
    left_out = list(filter(None, (without_browser(), without_node())))
    for it in left_out:
        print(f"left out: {it}")
    return int(CI and bool(left_out))


def without_browser() -> str:
    """What is left out without one; '' when there is one."""
    return "" if chromium() else "tests that need a browser, for there is no chromium; on Debian: apt install chromium"


def without_node() -> str:
    """What is left out without Node's packages; '' when they are there."""
    if not node():
        return (
            "Microsoft's own view of the Teams cards, for there is no node with npm; on Debian: apt install nodejs npm"
        )
    if not node_modules():
        return "Microsoft's own view of the Teams cards, for npm could not install it; it said why above"
    return ""


def quietly(*command: str, cwd: Path | None = None) -> bool:
    """What it says is shown only when it fails."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stderr, file=sys.stderr)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
