"""The container files: what can be said of them without a container engine."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

TOP = Path(__file__).parents[1]
DOCKERFILE = (TOP / "Dockerfile").read_text().replace("\\\n", " ")
COMPOSE: dict[str, Any] = YAML(typ="safe").load((TOP / "compose.yaml").read_text())


def instructions(name: str) -> list[str]:
    """Each one's arguments, in order."""
    return re.findall(rf"^{name}\s+(.+)$", DOCKERFILE, flags=re.MULTILINE)


def test_every_image_names_a_version() -> None:
    images = [shlex.split(it)[0] for it in instructions("FROM")] + [it["image"] for it in COMPOSE["services"].values()]
    for image in images:
        name, _, tag = image.partition(":")
        assert name
        assert re.match(r"\d", tag), image


def test_the_program_does_not_run_as_root() -> None:
    assert instructions("USER")[-1] == "coach"


def test_the_image_asks_the_program_whether_it_is_alive() -> None:
    (check,) = instructions("HEALTHCHECK")
    assert "/healthz" in check
    assert "python" in check


def test_the_build_is_left_behind() -> None:
    final = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]
    assert not re.search(r"\b(pip|apt-get|gcc)\b", final)
    assert "COPY --from=build /venv /venv" in final


def test_everything_that_is_copied_is_there_and_not_ignored() -> None:
    ignored = (TOP / ".dockerignore").read_text().splitlines()
    for line in instructions("COPY"):
        if not line.startswith("--from"):
            for name in shlex.split(line)[:-1]:
                assert (TOP / name).exists(), name
                assert f"!{name}" in ignored


def test_the_schema_is_migrated_before_the_coach_starts() -> None:
    coach = COMPOSE["services"]["coach"]
    assert COMPOSE["services"]["migrate"]["command"] == ["migrate"]
    assert coach["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}


def test_no_password_is_written_down() -> None:
    assert COMPOSE["services"]["database"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    assert ":" not in COMPOSE["services"]["coach"]["environment"]["COACH_DATABASE_URL"].removeprefix("postgresql://")
