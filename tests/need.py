"""Programs that some tests need and pip can't bring. Run by `make test`: installs them where it may, else says so."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

CI = os.environ.get("CI") == "true"
"""Nothing may be left out."""


def chromium() -> str | None:
    """The browser's path, where there is one."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def main() -> int:
    """1 when something is missing that may not be."""
    if not chromium() and os.geteuid() == 0 and shutil.which("apt-get"):
        quietly("apt-get", "-qq", "update")
        quietly("apt-get", "-qq", "install", "--yes", "--no-install-recommends", "chromium")
    if chromium():
        return 0
    print("left out: tests that need a browser, for there is no chromium; on Debian: apt install chromium")
    return int(CI)


def quietly(*command: str) -> None:
    """What it says is shown only when it fails; that it failed shows in what is missing afterwards."""
    done = subprocess.run(
        command, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(done.stderr, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
