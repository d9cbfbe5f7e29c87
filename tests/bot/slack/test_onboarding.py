"""From an installation to a coached company, in Slack alone: real pages, store and engine; only Slack is a fake."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.files.company import read_company
from bot.files.plain import dump
from coaching.company import Company
from coaching.people import Role
from coaching.revision import revised
from tests.bot.slack.test_install import SIGNING, Deployment
from tests.fake_slack import FakeSlack
from tests.quiet import tick
from tests.slack_lint import problems
from tests.slack_requests import form_call, home_opened, in_view, interaction, json_call, sent_in, slash

TEAM, ANNA = "T0NEW", "U0ANNA"
VALUE = '{"v":1,"a":"setup.begin","args":{}}'


class Set(Deployment):
    """A workspace that installed the app, and its people."""

    def __init__(self, url: str, slack: FakeSlack) -> None:
        super().__init__(url, slack)
        slack.names |= {TEAM: "Quill & Fern"}
        for user, name, zone in (
            (ANNA, "Anna Berg", "Europe/Berlin"),
            ("U0BEN", "Ben Okafor", "America/Chicago"),
            ("U0CLEO", "Cleo Marsh", "America/New_York"),
            ("U0OSKAR", "Oskar Lind", "Europe/Stockholm"),
        ):
            slack.add_user(user, name=name, zone=zone)
        self.program.slack.homes._gather = self.program.slack.homes._apart = 0
        assert self.install(team=TEAM, user=ANNA).status_code == 200

    def do(self, payload: dict[str, Any]) -> Any:
        (answer,) = self.post(interaction(payload, secret=SIGNING))
        assert answer.status_code == 200
        return answer.json() if answer.content else None

    def begin(self, user: str = ANNA, **more: Any) -> dict[str, Any]:
        before = len(self.slack.opened)
        press = in_view({"type": "home"}, VALUE, user=user, team=more.pop("team", TEAM), trigger=f"{before}.{user}")
        self.do(press | more)
        return self.slack.opened[-1][1] if len(self.slack.opened) > before else {}

    def send(self, view: dict[str, Any], user: str = ANNA, **values: Any) -> Any:
        return self.send_from(TEAM, {}, view, user, **values)

    def send_from(self, team: str, more: dict[str, Any], view: dict[str, Any], user: str, **values: Any) -> Any:
        filled = {f"setup:{name}": {"value": entered(it)} for name, it in values.items()}
        return self.do(sent_in(view, filled, user=user, team=team) | more)

    def open_home(self, user: str, team: str = TEAM, enterprise: str = "") -> str:
        more = {"enterprise_id": enterprise} if enterprise else {}
        self.post(json_call(home_opened(user=user, team=team) | more, secret=SIGNING))
        return json.dumps(self.slack.published[user], ensure_ascii=False)

    def company(self, slug: str = "quill-fern") -> Company:
        return self.store.company(slug)

    def deliver(self) -> None:
        async def run() -> None:
            await self.program.delivery.step()
            await self.program.close()

        asyncio.run(run())

    def draft(self) -> Any:
        return self.installs.find("", TEAM).setup


def entered(value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        key = "selected_users" if value and value[0].startswith("U") else "selected_options"
        return {key: value if key == "selected_users" else [{"value": it} for it in value]}
    return {"selected_user": value} if value.startswith("U0") else {"value": value}


PEOPLE = {
    "name": "Quill & Fern",
    "reps": ["U0BEN", "U0CLEO"],
    "manager": ANNA,
    "owner": "U0OSKAR",
    "zone": "Europe/Berlin",
    "currency": "EUR",
    "country": "DE",
}
WEEK = {
    "days": ["mon", "tue", "wed", "thu"],
    "visits": ["tue", "thu"],
    "at": "09:15",
    "calls": "25",
    "appointments": "4",
    "proposals": "",
    "target": "500k",
    "targets": "Ben Okafor: 180k\nCleo Marsh:",
    "stages": "Discovery 20 %\nProposal: 50%\nNegotiation\nClosed won\nLost",
}


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        yield fake


@pytest.fixture
def set_up(migrated_sqlite_url: str, slack: FakeSlack) -> Iterator[Set]:
    made = Set(migrated_sqlite_url, slack)
    yield made
    made.store.engine.dispose()


def test_whoever_installed_it_is_greeted_and_invited_in_the_home_tab_and_nobody_else(set_up, slack):
    assert "Home tab: two short forms" in slack.to(ANNA)[0].text
    set_up.post(json_call(home_opened(user=ANNA, team=TEAM), secret=SIGNING))
    assert "Set up the coach" in json.dumps(slack.published[ANNA])
    set_up.post(json_call(home_opened(user="U0BEN", team=TEAM), secret=SIGNING))
    assert "not set up yet" in json.dumps(slack.published["U0BEN"])


def test_three_windows_make_a_company_that_reads_back_from_its_file(set_up, slack):
    form = set_up.begin()
    picked = next(it for it in form["blocks"] if it["block_id"] == "setup:manager")
    assert picked["element"]["initial_user"] == ANNA
    week = set_up.send(form, **PEOPLE)
    assert week["response_action"] == "update"
    assert "Target for 2026-Q4" in json.dumps(week["view"])
    assert "Ben Okafor: " in json.dumps(week["view"])
    dry = set_up.send(week["view"], **WEEK)
    shown = json.dumps(dry["view"], ensure_ascii=False)
    assert "+ Company: Quill & Fern (quill-fern)" in shown.replace("&amp;", "&")
    assert "+ Rep: Ben Okafor" in shown
    assert "+ Check-in: Mon, Tue, Wed, Thu at 09:15" in shown
    assert "+ Target 2026-Q4, Ben Okafor: €180,000" in shown
    # The 23rd is a Monday, and it is 10:00 in New York: late by less than two hours is still asked.
    assert "The first check-in: Cleo Marsh, Mon 23 Nov at 09:15 (America/New_York)" in shown
    assert "Calls on" in shown
    assert "quill-fern" not in set_up.store.companies()
    assert [it.text for it in slack.to("U0BEN")] == []
    done = set_up.send(dry["view"])
    assert "is set up" in json.dumps(done["view"])
    made = set_up.company()
    assert [(it.id, it.role, it.zone, it.handles) for it in made.members] == [
        ("ben", Role.REP, "America/Chicago", {"slack": "U0BEN"}),
        ("cleo", Role.REP, "America/New_York", {"slack": "U0CLEO"}),
        ("anna", Role.MANAGER, "Europe/Berlin", {"slack": ANNA}),
        ("oskar", Role.OWNER, "Europe/Stockholm", {"slack": "U0OSKAR"}),
    ]
    assert (made.slack_team, made.currency, made.country, made.digest.to) == (TEAM, "EUR", "DE", ("oskar",))
    assert [(it.id, it.per_day, it.per_week) for it in made.habits] == [("calls", 25, None), ("appointments", None, 4)]
    assert [(it.member, str(it.amount)) for it in made.targets] == [(None, "€500,000"), ("ben", "€180,000")]
    assert [(it.name, it.probability, it.won, it.lost) for it in made.stages] == [
        ("Discovery", 0.2, False, False), ("Proposal", 0.5, False, False), ("Negotiation", None, False, False),
        ("Closed won", None, True, False), ("Lost", None, False, True),
    ]  # fmt: skip
    assert revised(made, read_company(dump(made).encode())) == made
    assert set_up.draft() is None


def test_without_an_owner_it_is_said_that_nobody_reads_the_week(set_up):
    week = set_up.send(set_up.begin(), **{name: it for name, it in PEOPLE.items() if name != "owner"})
    done = json.dumps(set_up.send(set_up.send(week["view"], **WEEK)["view"])["view"], ensure_ascii=False)
    assert "is set up" in done
    assert "Nobody gets the page of the week yet: no owner was named." in done
    assert set_up.company().digest.to == ()


def test_with_an_owner_nothing_is_missing(set_up):
    week = set_up.send(set_up.begin(), **PEOPLE)
    done = json.dumps(set_up.send(set_up.send(week["view"], **WEEK)["view"])["view"])
    assert "Nobody gets the page of the week" not in done


def test_from_then_on_everybody_is_coached_and_the_installer_sees_their_own_home(set_up, slack):
    week = set_up.send(set_up.begin(), **PEOPLE)
    set_up.send(set_up.send(week["view"], **WEEK)["view"])
    tick(set_up.program)
    assert "Quill &amp; Fern: Nothing waits for you" in json.dumps(slack.published[ANNA])
    set_up.deliver()
    assert "Hello Cleo" in slack.to("U0CLEO")[0].text
    assert set(slack.tokens_used["chat.postMessage"]) == {set_up.tokens(TEAM).bot}


def deals_link(done: dict[str, Any]) -> str:
    text = json.dumps(done["view"])
    return text.split("<https://coach.example", 1)[1].split("|", 1)[0]


def founded(set_up: Set) -> dict[str, Any]:
    week = set_up.send(set_up.begin(), **PEOPLE)
    return set_up.send(set_up.send(week["view"], **WEEK)["view"])


CSV = b"""opportunity_id,owner,stage,amount,name,close_date
O-1,Ben Okafor,Discovery,40000,Globex robots,2026-12-18
O-2,Cleo Marsh,Proposal,12000,Initech line,2026-12-01
"""


def upload(link: str, content: bytes, csrf: str | None = None):
    async def step(browser, _last):
        token = link.rpartition("/")[2]
        files = {"export": ("deals.csv", content, "text/csv")}
        return await browser.post(link, data={"csrf": token if csrf is None else csrf}, files=files)

    return step


def test_the_installer_brings_the_deals_in_on_a_page_of_their_own(set_up, slack):
    link = deals_link(founded(set_up))

    async def look(browser, _last):
        return await browser.get(link)

    shown, bad, good = set_up.browse(look, upload(link, CSV.replace(b"Discovery", b"Nowhere")), upload(link, CSV))
    assert (shown.status_code, "multipart/form-data" in shown.text) == (200, True)
    assert (bad.status_code, "Nowhere" in bad.text) == (422, True)
    assert (good.status_code, "2 opportunities" in good.text) == (200, True)
    with set_up.store.work("quill-fern") as work:
        assert [it.member for it in work.open_opportunities()] == ["ben", "cleo"]


def test_a_german_company_brings_its_deals_in_as_it_writes_them_and_reads_how(set_up):
    week = set_up.send(set_up.begin(), **PEOPLE, language="de")
    link = deals_link(set_up.send(set_up.send(week["view"], **WEEK)["view"]))
    german = CSV.replace(b",", b";").replace(b"40000", b"40.000,50").replace(b"2026-12-18", b"18.12.2026")
    bad, good = set_up.browse(upload(link, german.replace(b"12000", b"12.50")), upload(link, german))
    assert (bad.status_code, "Zeile 2, Spalte amount: " in bad.text, "columns: {opportunity_id: Deal-ID" in bad.text) == (
        422, True, True,
    )  # fmt: skip
    assert (good.status_code, "2 Deals, Stand " in good.text) == (200, True)


def test_a_link_to_the_deals_is_signed_expires_and_ends_with_its_member(set_up, monkeypatch):
    link = deals_link(founded(set_up))

    def get(path):
        async def step(browser, _last):
            return await browser.get(path)

        return step

    assert [it.status_code for it in set_up.browse(get(link + "x"), get("/deals/a.b.c"))] == [410, 410]
    assert set_up.browse(upload(link, CSV, csrf="forged"))[0].status_code == 403
    monkeypatch.setattr("bot.links.PAGES_FOR", -1)
    assert set_up.browse(upload(link, CSV))[0].status_code == 410
    monkeypatch.undo()
    with set_up.store.work("quill-fern") as work:
        left = tuple(replace(it, active=it.id != "anna") for it in work.company.members)
        work.keep_company(replace(work.company, members=left))
    assert set_up.browse(upload(link, CSV))[0].status_code == 410
    with set_up.store.work("quill-fern") as work:
        assert not work.open_opportunities()


def linked(answer: Any, page: str) -> str:
    """The address of that page in what somebody was answered."""
    return json.dumps(answer).split(f"<https://coach.example/{page}/", 1)[1].split("|", 1)[0]


def typed(set_up: Set, text: str, user: str) -> Any:
    (answer,) = set_up.post(
        form_call(slash("/coach", text, user=user, team=TEAM, trigger=f"{text}.{user}"), secret=SIGNING)
    )
    return answer.json()


def get(path: str):
    async def step(browser, _last):
        return await browser.get(path)

    return step


def test_a_week_later_a_fresh_link_comes_for_a_word(set_up):
    founded(set_up)
    for user, word in ((ANNA, "import"), ("U0OSKAR", "hochladen")):
        fresh = f"/deals/{linked(typed(set_up, word, user), 'deals')}"
        assert set_up.browse(upload(fresh, CSV))[0].status_code == 200
    rep = json.dumps(typed(set_up, "import", "U0BEN"))
    assert "Anna, Oskar" in rep
    assert "https://" not in rep


def test_the_page_of_an_old_link_says_which_word_brings_a_new_one_in_the_companys_language(set_up, monkeypatch):
    link = deals_link(founded(set_up))
    with set_up.store.work("quill-fern") as work:
        work.keep_company(replace(work.company, language="de"))
    monkeypatch.setattr("bot.links.PAGES_FOR", -1)
    (old,) = set_up.browse(get(link))
    assert old.status_code == 410
    assert "„hochladen“" in old.text


def test_the_company_is_taken_home_as_the_file_that_the_command_prints(set_up):
    done = founded(set_up)
    for token in (linked(done, "company"), linked(typed(set_up, "company file", ANNA), "company")):
        (file,) = set_up.browse(get(f"/company/{token}"))
        assert file.status_code == 200
        assert file.headers["content-disposition"] == 'attachment; filename="quill-fern.yaml"'
        assert file.headers["content-type"].startswith("application/yaml")
        assert file.headers["x-content-type-options"] == "nosniff"
        assert file.headers["cache-control"] == "no-store"
        assert file.text == dump(set_up.company())
        assert revised(set_up.company(), read_company(file.content)) == set_up.company()
        assert "xox" not in file.text


def test_a_link_to_the_file_opens_nothing_else_and_ends_with_its_members_role(set_up):
    token = linked(founded(set_up), "company")
    assert set_up.browse(get(f"/deals/{token}"))[0].status_code == 410
    with set_up.store.work("quill-fern") as work:
        now = tuple(replace(it, role=Role.REP if it.id == "anna" else it.role) for it in work.company.members)
        work.keep_company(replace(work.company, members=now))
    (refused,) = set_up.browse(get(f"/company/{token}"))
    assert refused.status_code == 410
    assert "members" not in refused.text


def test_it_begins_in_the_language_and_with_the_region_of_whoever_installed_it(set_up, slack):
    slack.add_user(ANNA, name="Anna Berg", zone="Europe/Berlin", locale="de-DE")
    form = set_up.begin()
    assert form["title"]["text"] == "Wer ist wer"
    asked = {it["block_id"]: it["element"] for it in form["blocks"]}
    assert asked["setup:language"]["initial_option"]["value"] == "de"
    assert [asked[f"setup:{it}"]["initial_value"] for it in ("currency", "country")] == ["EUR", "DE"]


def test_whoever_installed_it_is_invited_in_their_language(set_up, slack):
    slack.add_user(ANNA, name="Anna Berg", zone="Europe/Berlin", locale="de-DE")
    assert set_up.install(team=TEAM, user=ANNA).status_code == 200
    assert "Coach einrichten" in set_up.open_home(ANNA)
    assert set_up.draft() == {"by": ANNA, "locale": "de-DE"}


def test_a_closed_window_loses_nothing(set_up):
    set_up.send(set_up.begin(), **PEOPLE)
    again = set_up.begin()
    reps = next(it for it in again["blocks"] if it["block_id"] == "setup:reps")
    assert reps["element"]["initial_users"] == ["U0BEN", "U0CLEO"]


def test_every_window_is_what_slack_takes(set_up):
    form = set_up.begin()
    week = set_up.send(form, **PEOPLE)
    dry = set_up.send(week["view"], **WEEK)
    done = set_up.send(dry["view"])
    for view in (form, week["view"], dry["view"], done["view"]):
        assert len(view["title"]["text"]) <= 24
        assert len(view["blocks"]) <= 100
        words = [it for it in view["blocks"] if it["type"] != "input"]
        assert not words or problems({"text": "x", "blocks": words}) == []
        ids = [it["block_id"] for it in view["blocks"] if "block_id" in it]
        assert len(set(ids)) == len(ids)


def test_whoever_sets_it_up_for_others_looks_after_it_and_sees_so_in_the_dry_run(set_up, slack):
    slack.add_user("U0IDA", name="Ida Holm")
    week = set_up.send(set_up.begin(), **(PEOPLE | {"manager": "U0IDA"}))
    dry = set_up.send(week["view"], **WEEK)
    assert "+ Admin: Anna" in json.dumps(dry["view"])
    done = set_up.send(dry["view"])
    assert "/deals/" in deals_link(done)
    assert set_up.company().member("anna").role is Role.ADMIN
    assert set_up.company().member("ida").role is Role.MANAGER
    assert "look after the set-up" in set_up.open_home(ANNA)
    assert "files.setup" in set_up.open_home(ANNA)


# --- what others see meanwhile and after ---------------------------------------------------------------------------
def test_whoever_was_told_that_nothing_is_set_up_sees_their_own_home_once_it_is(set_up, slack):
    for user in ("U0BEN", "U0OSKAR"):
        assert "not set up yet" in set_up.open_home(user)
    founded(set_up)
    tick(set_up.program)
    assert "not set up yet" not in json.dumps(slack.published)
    assert "Your next check-in" in json.dumps(slack.published["U0BEN"])
    assert "Where 2026-Q4 lands" in json.dumps(slack.published["U0OSKAR"])
    assert "Cleo" in json.dumps(slack.published["U0CLEO"]), "who never looked finds it, too"


def test_between_two_forms_the_home_speaks_the_language_that_was_picked(set_up, slack):
    set_up.send(set_up.begin(), **PEOPLE, language="de")
    assert "Coach einrichten" in json.dumps(slack.published[ANNA])
    assert "noch nicht eingerichtet" in set_up.open_home("U0BEN")


def test_once_set_up_in_german_every_refusal_is_german(set_up):
    week = set_up.send(set_up.begin(), **PEOPLE, language="de")
    dry = set_up.send(week["view"], **WEEK)
    set_up.send(dry["view"])
    again = json.dumps(set_up.send(dict(dry["view"], hash="2.2")), ensure_ascii=False)
    opened = json.dumps(set_up.begin("U0BEN"), ensure_ascii=False)
    for said in (again, opened):
        assert "Only whoever" not in said
        assert "Schließen" in said


# --- addresses -----------------------------------------------------------------------------------------------------
def test_addresses_that_slack_vouches_for_are_kept_as_a_file_would(set_up, slack):
    slack.add_user("U0BEN", name="Ben Okafor", email="ben@quill.example")
    slack.add_user("U0CLEO", name="Cleo Marsh", email="cleo@quill.example", is_email_confirmed=False)
    slack.add_user("U0OSKAR", name="Oskar Lind", email="not an address")
    founded(set_up)
    assert {it.id: it.email for it in set_up.company().members} == {
        "ben": "ben@quill.example", "cleo": None, "anna": None, "oskar": None,
    }  # fmt: skip
    assert "ben@quill.example" in dump(set_up.company())


def test_a_mailbox_that_two_have_is_nobodys(set_up, slack):
    for user, name in (("U0BEN", "Ben Okafor"), ("U0CLEO", "Cleo Marsh")):
        slack.add_user(user, name=name, email="Sales@quill.example")
    founded(set_up)
    assert {it.email for it in set_up.company().members} == {None}


def test_without_the_right_to_read_addresses_there_are_none(set_up, slack):
    slack.add_user("U0BEN", name="Ben Okafor", email="ben@quill.example")
    slack.scopes.discard("users:read.email")
    founded(set_up)
    assert set_up.company().member("ben").email is None


# --- organisations -------------------------------------------------------------------------------------------------
ORG = {"enterprise": {"id": "E0BIG", "name": "Big Corp"}}


def begun_in(set_up: Set, team: str) -> dict[str, Any]:
    return set_up.begin(team=team, **ORG)


def founded_in(set_up: Set, team: str, name: str) -> dict[str, Any]:
    week = set_up.send_from(team, ORG, begun_in(set_up, team), ANNA, **(PEOPLE | {"name": name}))
    dry = set_up.send_from(team, ORG, week["view"], ANNA, **WEEK)
    return set_up.send_from(team, ORG, dry["view"], ANNA)


@pytest.fixture
def organisation(set_up: Set, slack: FakeSlack) -> Set:
    slack.names |= {"E0BIG": "Big Corp"}
    slack.workspaces["E0BIG"] = ["T0ONE", "T0TWO"]
    for user in ("U0BEN", "U0CLEO", ANNA, "U0OSKAR"):
        slack.users[user]["more"] = {"team_id": "T0ONE"}
    assert set_up.install(team=None, enterprise="E0BIG", user=ANNA).status_code == 200
    return set_up


def test_each_workspace_of_an_organisation_may_have_a_company(organisation):
    assert "is set up" in json.dumps(founded_in(organisation, "T0ONE", "One"))
    assert "Set up the coach" in organisation.open_home(ANNA, "T0TWO", "E0BIG")
    assert "not set up yet" in organisation.open_home("U0OSKAR", "T0TWO", "E0BIG")
    assert "is set up" in json.dumps(founded_in(organisation, "T0TWO", "Two"))
    assert [organisation.company(it).slack_team for it in ("one", "two")] == ["T0ONE", "T0TWO"]


def test_in_a_workspace_that_has_its_company_it_is_not_set_up_again(organisation):
    founded_in(organisation, "T0ONE", "One")
    assert "Set up the coach" not in organisation.open_home(ANNA, "T0ONE", "E0BIG")
    assert "It is set up." in json.dumps(begun_in(organisation, "T0ONE"), ensure_ascii=False)


def test_what_was_typed_for_one_workspace_is_not_anothers(organisation):
    organisation.send_from("T0ONE", ORG, begun_in(organisation, "T0ONE"), ANNA, **(PEOPLE | {"name": "One"}))
    other = begun_in(organisation, "T0TWO")
    assert "initial_users" not in json.dumps(other)


# --- what can't be -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"), ({"zone": "Mars/Olympus"}, "zone"), ({"currency": "XXX"}, "currency"), ({"country": "ZZ"}, "country"),
        ({"reps": []}, "reps"), ({"owner": ANNA}, "owner"), ({"reps": ["U0BEN", ANNA]}, "manager"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_people_is_said_beside_its_field(set_up, wrong, field):
    answer = set_up.send(set_up.begin(), **(PEOPLE | wrong))
    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == [f"setup:{field}"]


def test_all_that_is_wrong_with_a_window_is_told_at_once(set_up, slack):
    bad = {"zone": "Mars/Olympus", "currency": "EURO", "country": "GERMANY"}
    form = set_up.begin()
    assert sorted(set_up.send(form, **(PEOPLE | bad))["errors"]) == sorted(f"setup:{it}" for it in bad)
    slack.add_user("U0BOT", name="Bot", is_bot=True)
    answer = set_up.send(form, **(PEOPLE | bad | {"reps": ["U0BOT"]}))
    assert sorted(answer["errors"]) == sorted(f"setup:{it}" for it in (*bad, "reps"))


def test_the_dry_run_speaks_the_language_that_was_picked(set_up):
    week = set_up.send(set_up.begin(), **PEOPLE, language="de")
    shown = json.dumps(set_up.send(week["view"], **WEEK)["view"], ensure_ascii=False).replace("\N{NO-BREAK SPACE}", " ")
    for it in ("+ Vertriebsleitung: Anna", "+ Gezählt: ", "+ Ziel 2026-Q4: 500.000 €", "+ Phase: Lost, verloren"):
        assert it in shown


def test_what_is_wrong_is_said_in_the_language_that_was_picked(set_up):
    wrong = {"currency": "EURO", "country": "GERMANY", "language": "de"}
    found = set_up.send(set_up.begin(), **(PEOPLE | wrong))["errors"]
    assert found["setup:currency"] == "'EURO' ist keine Währung; meinst du EUR?"
    assert found["setup:country"].startswith("'GERMANY' ist kein Land mit bekannten Feiertagen; schreib seinen Code")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"days": []}, "days"), ({"calls": "many"}, "calls"), ({"calls": "", "appointments": ""}, "calls"), ({"target": "-5"}, "target"),
        ({"targets": "Zoe: 5k"}, "targets"), ({"targets": "Ben Okafor: lots"}, "targets"), ({"stages": "A 120 %"}, "stages"),
        ({"stages": "A\nA"}, "stages"), ({"at": "25:00"}, "at"),
        ({"target": "500", "targets": ""}, "target"), ({"target": "85k"}, "target"), ({"targets": "Ben Okafor: 180"}, "targets"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_week_is_said_beside_its_field(set_up, wrong, field):
    week = set_up.send(set_up.begin(), **PEOPLE)
    answer = set_up.send(week["view"], **(WEEK | wrong))
    assert answer["response_action"] == "errors", answer
    assert list(answer["errors"]) == [f"setup:{field}"]
    assert "quill-fern" not in set_up.store.companies()


@pytest.mark.parametrize(
    ("user", "more", "why"),
    [
        ("U0BOT", {"is_bot": True}, "is an app"),
        ("U0GONE", {"deleted": True}, "is deactivated"),
        ("U0FAR", {"team_id": "T0OTHER", "is_stranger": True}, "another company’s workspace"),
        ("U0FAR2", {"team_id": "T0OTHER"}, "another company’s workspace"),
        ("U0NOBODY", None, "doesn’t know"),
    ],
)
def test_only_people_of_this_workspace_can_be_picked(set_up, slack, user, more, why):
    if more is not None:
        slack.add_user(user, name="Zed", **more)
    answer = set_up.send(set_up.begin(), **(PEOPLE | {"reps": ["U0BEN", user]}))
    assert why in answer["errors"]["setup:reps"]


def test_a_guest_may_be_the_manager(set_up, slack):
    slack.add_user("U0GUEST", name="Gus Hire", is_restricted=True)
    answer = set_up.send(set_up.begin(), **(PEOPLE | {"manager": "U0GUEST"}))
    assert answer["response_action"] == "update"


def test_without_the_right_to_read_names_it_says_what_to_allow(set_up, slack):
    form = set_up.begin()
    slack.scopes.discard("users:read")
    assert "users:read" in set_up.send(form, **PEOPLE)["errors"]["setup:reps"]


# --- who may -------------------------------------------------------------------------------------------------------
def test_nobody_but_the_installer_may(set_up, slack):
    form = set_up.begin()
    assert "Only whoever installed" in json.dumps(set_up.begin("U0BEN"), ensure_ascii=False)
    answer = set_up.send(form, user="U0BEN", **PEOPLE)
    assert "Only whoever installed" in json.dumps(answer["view"], ensure_ascii=False)
    assert "draft" not in set_up.draft()


def test_a_forged_window_creates_nothing_but_what_was_kept(set_up):
    """Start carries nothing: whatever is put into it, only the kept draft counts."""
    form = set_up.begin()
    start = dict(form, private_metadata='{"v":1,"a":"setup.start","args":{"slug":"acme","name":"Evil"}}')
    answer = set_up.send(start, **PEOPLE)
    assert "rep" in json.dumps(answer["view"])
    assert set_up.store.companies() == ("acme",)
    for metadata in ('{"v":1,"a":"setup.other","args":{}}', '{"v":1,"a":"setup.","args":{}}'):
        set_up.send(dict(form, private_metadata=metadata), **PEOPLE)
    assert set_up.store.companies() == ("acme",)


def test_start_on_an_old_dry_run_shows_it_anew_and_creates_what_was_seen(set_up):
    week = {name: it for name, it in WEEK.items() if name != "targets"}
    old = set_up.send(set_up.send(set_up.begin(), **PEOPLE)["view"], **week)
    set_up.send(set_up.begin(), **(PEOPLE | {"reps": ["U0CLEO"]}))
    anew = set_up.send(old["view"])
    assert "filled in differently meanwhile" in json.dumps(anew["view"])
    assert "Rep: Ben" not in json.dumps(anew["view"])
    assert "quill-fern" not in set_up.store.companies()
    assert "is set up" in json.dumps(set_up.send(anew["view"])["view"])
    assert [it.name for it in set_up.company().reps] == ["Cleo Marsh"]


def test_once_it_is_there_it_cannot_be_set_up_again(set_up):
    week = set_up.send(set_up.begin(), **PEOPLE)
    dry = set_up.send(week["view"], **WEEK)
    set_up.send(dry["view"])
    again = set_up.send(dict(dry["view"], hash="2.2"))
    for view in (again["view"], set_up.begin()):
        assert "It is set up. Write “set up” to me to change it." in json.dumps(view, ensure_ascii=False)
    assert "Only whoever installed" in json.dumps(set_up.begin("U0BEN"), ensure_ascii=False)
    assert set_up.store.companies() == ("acme", "quill-fern")


def test_an_installer_of_one_workspace_sets_nothing_up_in_another(set_up, slack):
    slack.names["T0THIRD"] = "Third"
    set_up.install(team="T0THIRD", user="U0BEN")
    form = set_up.begin()
    forged = sent_in(form, {"setup:name": {"value": entered("Mine")}}, user=ANNA, team="T0THIRD")
    answer = set_up.do(forged)
    assert "Only whoever installed" in json.dumps(answer["view"], ensure_ascii=False)
    assert set_up.installs.find("", "T0THIRD").setup == {"by": "U0BEN"}


def test_two_companies_of_one_name_have_two_short_names(set_up, slack):
    week = set_up.send(set_up.begin(), **(PEOPLE | {"name": "Acme"}))
    set_up.send(set_up.send(week["view"], **WEEK)["view"])
    assert set_up.store.companies() == ("acme", "acme-2")


def test_taken_out_meanwhile_the_draft_is_gone(set_up):
    set_up.send(set_up.begin(), **PEOPLE)
    set_up.event("app_uninstalled", team=TEAM)
    assert set_up.draft() is None
