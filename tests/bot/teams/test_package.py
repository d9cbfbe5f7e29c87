"""The package is one that Teams takes, by Microsoft's own schema, and names what this deployment is called."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from jsonschema import Draft4Validator
from PIL import Image

from bot.languages import language
from bot.teams.package import AMONG_OTHERS, App, manifest, package
from coaching.heard import command
from coaching.language import speaking
from coaching.routines import ROUTINES

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "teams-manifest-1.29.json").read_text(encoding="utf-8"))
APP = App(
    app_id="8f3c2a10-0000-4000-8000-1234567890ab",
    version="1.2.0",
    url="https://coach.example.com",
    developer="Acme Robotics",
    privacy="https://acme.example/privacy",
    terms="https://acme.example/terms",
)


def test_microsofts_schema_takes_the_manifest():
    assert [it.message for it in Draft4Validator(SCHEMA).iter_errors(manifest(APP))] == []


def test_the_schema_is_of_the_version_that_the_manifest_names():
    assert SCHEMA["properties"]["manifestVersion"]["const"] == manifest(APP)["manifestVersion"]


@pytest.mark.parametrize("wrong", [{"id": "coach"}, {"accentColor": "blue"}, {"bots": [{}]}, {"more": 1}])
def test_the_schema_sees_what_is_wrong(wrong):
    assert list(Draft4Validator(SCHEMA).iter_errors(manifest(APP) | wrong))


def test_it_names_this_deployment():
    made = manifest(APP)
    (bot,) = made["bots"]
    assert (made["id"], bot["botId"]) == (APP.app_id, APP.app_id)
    assert made["validDomains"] == ["coach.example.com"]
    assert made["developer"]["privacyUrl"] == "https://acme.example/privacy"
    assert bot["scopes"] == ["personal", "team", "groupChat"]
    assert made["permissions"] == ["identity", "messageTeamMembers"]


def test_the_app_of_a_german_company_is_german_and_fits_all_the_same():
    with speaking(language("de")):
        found = manifest(APP)
    Draft4Validator(SCHEMA).validate(found)
    said = {it["title"] for one in found["bots"][0]["commandLists"] for it in one["commands"]}
    assert {"hilfe", "heute", "warteschlange", "frag"} <= said
    assert {command(it) for it in said} <= {word for it in ROUTINES for word in it.words}
    assert len(found["description"]["short"]) <= 80


def test_each_scope_offers_at_most_ten_commands_and_each_is_understood():
    (bot,) = manifest(APP)["bots"]
    assert [set(it["scopes"]) for it in bot["commandLists"]] == [{"personal"}, set(AMONG_OTHERS)]
    understood = {word for it in ROUTINES for word in it.words}
    for it in bot["commandLists"]:
        titles = [command["title"] for command in it["commands"]]
        assert 0 < len(titles) <= 10
        assert set(titles) <= understood


def test_the_icons_are_what_teams_asks_for():
    with zipfile.ZipFile(io.BytesIO(package(APP))) as packed:
        assert set(packed.namelist()) == {"manifest.json", "color.png", "outline.png"}
        colour = Image.open(io.BytesIO(packed.read("color.png")))
        outline = Image.open(io.BytesIO(packed.read("outline.png")))
    assert (colour.size, outline.size) == ((192, 192), (32, 32))
    assert colour.getchannel("A").getextrema() == (255, 255)
    assert outline.getchannel("A").getextrema() == (0, 255)
    seen = Image.composite(outline.convert("L"), Image.new("L", outline.size, 255), outline.getchannel("A"))
    assert seen.getextrema() == (255, 255), "white and nothing else"


def test_the_same_package_twice_is_the_same_file():
    assert package(APP) == package(APP)
