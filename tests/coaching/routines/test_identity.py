"""Who somebody is: a vouched-for address of exactly one member, or the manager's word, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from coaching.card import Card, Input, note
from coaching.checkins import CheckInStatus
from coaching.decision import Kind, Message
from coaching.engine import Engine
from coaching.events import Knocked
from coaching.identity import Doubt, How, Standing, same_address
from coaching.people import Member, Role
from coaching.routines import ROUTINES
from tests.builders import a_checkin, a_company, a_manager, a_member, a_newcomer, an_owner, at, commanded, pressed
from tests.fakes import MemoryStore, no_holidays, remember

DANA = a_member(email="Dana@Acme.example", handles={"teams": "aad-dana"})
BEN = a_member("ben", email="ben@acme.example", handles={})
PEOPLE = (DANA, BEN, a_manager(), an_owner())
NEW = "U0NEW"


class Desk:
    """Acme's memory; somebody with the id U0NEW is unknown in Slack."""

    def __init__(self, *members: Member, **more: Any) -> None:
        self.store = MemoryStore(a_company(*(members or PEOPLE), **more))
        self.memory = self.store.of["acme"]
        self.engine = Engine(self.store, no_holidays, ROUTINES)
        self.n = 0

    def knock(self, *addresses: str, handle: str = NEW, now: datetime | None = None, **more: Any) -> str | None:
        """What they are told."""
        self.n += 1
        usual: dict[str, Any] = {"platform": "slack", "name": "D. Reyes"}
        event = Knocked(
            company="acme", key=f"slack:knock:{self.n}", at=now or at("09:00"), handle=handle, addresses=addresses,
            **(usual | more),
        )  # fmt: skip
        came = self.engine.handle(event)
        return came.summary if came else None

    def press(self, action: str, by: str = "morgan", *, handle: str = NEW, who: str = "", about: str = "") -> str:
        """What the presser reads then."""
        self.n += 1
        event = pressed(
            f"identity.{action}", at("10:00"), member=by, message="m1", key=f"slack:press:{self.n}",
            args={"platform": "slack", "handle": handle, "member": about}, fields={"member": who},
        )  # fmt: skip
        self.engine.handle(event)
        return self.memory.messages[f"reply:{event.key}"].card.summary

    def handles(self, member: str = "dana") -> dict[str, str]:
        found = self.memory.company.member(member)
        assert found
        return dict(found.handles)

    @property
    def newcomer(self) -> Any:
        return self.memory.newcomers["slack", NEW]

    def to(self, member: str) -> list[Message]:
        return [it for it in self.memory.messages.values() if it.to == member]


def fields(card: Card) -> list[str]:
    return [value for it in card.fields for value, _ in it.options]


# --- by an address -------------------------------------------------------------------------------------------------
def test_a_vouched_for_address_of_exactly_one_member_links_the_id_beside_those_there_are():
    desk = Desk()
    assert desk.knock("dana@ACME.example") is None
    assert desk.handles() == {"teams": "aad-dana", "slack": NEW}
    it = desk.newcomer
    assert (it.standing, it.member, it.how, it.by, it.settled_at) == (
        Standing.KNOWN, "dana", How.EMAIL, None, at("09:00"),
    )  # fmt: skip


def test_who_never_heard_of_it_reads_one_greeting_that_says_by_what_they_are_known():
    desk = Desk()
    desk.knock("dana@acme.example")
    (hello,) = desk.to("dana")
    assert (hello.kind, hello.key) == (Kind.HELLO, "hello:dana")
    said = str(hello.card)
    assert "a program, not a person" in said
    assert "I know you by the e-mail address that Slack and Acme Robotics have for you." in said
    assert "counts in Teams too" in said


def test_who_has_had_messages_is_greeted_where_they_wrote_and_not_introduced_to_again():
    desk = Desk()
    desk.memory.messages["x"] = Message(key="x", to="dana", card=note("x"), kind=Kind.NOTICE)
    desk.knock("dana@acme.example")
    _, welcome = desk.to("dana")
    assert welcome.kind is Kind.REPLY
    assert welcome.key.startswith("reply:slack:")
    assert welcome.card.summary.startswith("Hello Dana. I know you by the e-mail address")
    assert "counts in Teams too" in str(welcome.card)


def test_the_manager_reads_of_it_and_can_take_it_back():
    desk = Desk()
    desk.knock("dana@acme.example")
    (told,) = desk.to("morgan")
    assert "Dana Reyes is known in Slack now" in told.card.summary
    assert [it.name for it in told.card.actions] == ["identity.undo"]
    desk.press("undo")
    assert desk.handles() == {"teams": "aad-dana", "slack": NEW}, "a press that names nobody changes nothing"


@pytest.mark.parametrize(
    "addresses",
    [(), ("someone@acme.example",), ("dana@acme.example ", "ben@acme.example"), ("dana@acme",), ("",), ("@",)],
)
def test_no_other_address_links_anybody(addresses):
    desk = Desk()
    assert "I don't know you here yet" in (desk.knock(*addresses) or "")
    assert desk.handles() == {"teams": "aad-dana"}
    assert desk.handles("ben") == {}


def test_a_guest_is_never_known_by_an_address():
    desk = Desk()
    desk.knock("dana@acme.example", guest=True)
    assert (desk.newcomer.doubt, desk.handles()) == (Doubt.GUEST, {"teams": "aad-dana"})


def test_two_members_with_one_address_are_the_managers_to_tell_apart():
    desk = Desk(DANA, replace(BEN, email="dana@acme.example"), a_manager())
    desk.knock("dana@acme.example")
    assert desk.newcomer.doubt is Doubt.SHARED
    assert desk.handles() == {"teams": "aad-dana"}


def test_who_is_known_there_by_another_id_is_never_overwritten_silently():
    desk = Desk(replace(DANA, handles={"slack": "U0OLD"}), a_manager())
    assert "I don't know you here yet" in (desk.knock("dana@acme.example") or "")
    assert (desk.newcomer.doubt, desk.handles()) == (Doubt.TAKEN, {"slack": "U0OLD"})
    (asked,) = desk.to("morgan")
    assert "known in Slack by another account" in str(asked.card)
    assert fields(asked.card) == ["dana"]
    desk.press("is", who="dana")
    assert desk.handles() == {"slack": NEW}


def test_whose_address_changes_later_stays_who_they_are():
    desk = Desk()
    desk.knock("dana@acme.example")
    assert desk.knock("ben@acme.example") is None
    assert (desk.handles()["slack"], desk.handles("ben")) == (NEW, {})


def test_an_address_that_moved_to_another_account_is_a_question():
    desk = Desk()
    desk.knock("dana@acme.example")
    desk.knock("dana@acme.example", handle="U0OTHER")
    assert desk.handles()["slack"] == NEW
    assert desk.memory.newcomers["slack", "U0OTHER"].doubt is Doubt.TAKEN


def test_who_has_left_is_told_so_and_nobody_is_asked():
    desk = Desk(replace(DANA, active=False, handles={"slack": NEW}), a_manager())
    assert "any more" in (desk.knock("dana@acme.example") or "")
    assert desk.to("morgan") == []
    assert desk.memory.newcomers == {}


def test_a_member_who_left_is_known_by_no_address():
    desk = Desk(replace(DANA, active=False), a_manager())
    desk.knock("dana@acme.example")
    assert desk.newcomer.doubt is Doubt.STRANGE


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Dana@Acme.example", " dana@acme.EXAMPLE", True),
        ("dana@acme.example", "dana+x@acme.example", False),
        ("dan\u212a@acme.example", "dank@acme.example", False),  # the sign for kelvin
        ("stra\u00dfe@acme.example", "strasse@acme.example", False),
        ("\uff44ana@acme.example", "dana@acme.example", False),
        ("stra\u00dfe@acme.example", "stra\u00dfe@acme.example", True),
        ("", "", False),
        (" ", "", False),
    ],
)
def test_addresses_are_the_same_in_capitals_and_otherwise_to_the_letter(one, other, same):
    assert same_address(one, other) is same
    assert same_address(other, one) is same


# --- asking --------------------------------------------------------------------------------------------------------
def test_the_manager_is_asked_once_with_those_who_have_no_id_there():
    desk = Desk()
    for n in range(3):
        desk.knock(now=at("09:00") + timedelta(hours=n))
    (asked,) = desk.to("morgan")
    assert asked.card.summary == "Somebody wrote that I don’t know: D. Reyes in Slack. Who is this?"
    assert fields(asked.card) == ["dana", "ben"]
    assert [it.name for it in asked.card.actions] == ["identity.is", "files.who", "identity.nobody"]
    assert desk.to("olivia") == []


def test_who_asks_again_hears_that_nobody_has_answered_yet():
    desk = Desk()
    said = [desk.knock(aloud=False) or "" for _ in range(3)]
    assert "so I have asked the sales manager who you are" in said[0]
    assert said[1].startswith("I still don't know you here: the sales manager hasn't said yet who you are.")
    assert said[2] == said[1]


def test_the_person_gets_one_sentence_a_day():
    desk = Desk()
    said = [desk.knock(now=at("09:00") + timedelta(hours=n)) for n in (0, 1, 23, 24, 25, 49)]
    assert [it is not None for it in said] == [True, False, False, True, False, True]


def test_what_they_open_or_ask_themselves_is_always_answered():
    desk = Desk()
    assert all(desk.knock(aloud=False) for _ in range(3))
    assert desk.knock() is not None, "and that wasn't their message of the day"


def test_the_sentence_says_nothing_of_the_company():
    desk = Desk()
    said = desk.knock("nobody@acme.example") or ""
    assert not [it for it in ("Acme", "Morgan", "Dana", "Ben", "Olivia") if it in said]


def test_many_at_once_are_one_message():
    desk = Desk()
    for n in range(9):
        desk.knock(handle=f"U0NEW{n}", name=f"Person {n}")
    told = desk.to("morgan")
    assert len(told) == 4
    assert told[-1].card.summary == "4 people wrote whom I don’t know"


def test_without_a_manager_the_owner_is_asked():
    desk = Desk(DANA, an_owner())
    desk.knock()
    (asked,) = desk.to("olivia")
    assert "Who is this?" in asked.card.summary
    desk.press("is", "olivia", who="dana")
    assert desk.handles()["slack"] == NEW


def test_with_nobody_to_ask_nobody_is_promised():
    desk = Desk(DANA)
    assert "Ask whoever looks after me to add you; your Slack id is U0NEW." in (desk.knock() or "")


def test_in_a_large_company_the_name_is_written():
    many = tuple(a_member(f"rep{n}", name=f"Rep Number{n}", handles={}) for n in range(95))
    desk = Desk(*many, a_manager())
    desk.knock()
    (asked,) = desk.to("morgan")
    assert asked.card.fields[0].input is Input.LINE
    desk.press("is", who="Rep")
    assert "Choose one of these people" in str(desk.to("morgan")[-1].card)
    desk.press("is", who="rep number7")
    assert desk.handles("rep7") == {"slack": NEW}


# --- the manager's word --------------------------------------------------------------------------------------------
def test_the_manager_says_who_it_is_and_it_is_kept_who_said_so():
    desk = Desk()
    desk.knock()
    assert desk.press("is", who="ben") == "D. Reyes in Slack is Ben Smith."
    it = desk.newcomer
    assert (desk.handles("ben"), it.member, it.how, it.by) == ({"slack": NEW}, "ben", How.MANAGER, "morgan")
    (hello,) = desk.to("ben")
    assert hello.key == "hello:ben"
    assert "Morgan told me that it’s you" in str(hello.card)


ALL_THERE = (replace(DANA, handles={"slack": "U0DANA"}), replace(BEN, handles={"slack": "U0BEN"}), *PEOPLE[2:])


def asked_of_the_manager(desk: Desk) -> str:
    desk.press("open")
    return str([it.card for it in desk.to("morgan")][-1])


def test_a_second_account_of_somebody_whose_old_one_is_closed_takes_its_place_on_the_managers_word():
    closed = replace(ALL_THERE[0], closed={"slack": "U0DANA"})
    desk = Desk(closed, *ALL_THERE[1:])
    desk.knock()
    assert "Dana Reyes" in str(desk.to("morgan")[0].card)
    desk.press("is", who="dana")
    assert desk.handles() == {"slack": NEW}
    assert desk.memory.company.member("dana").open_handles == {"slack": NEW}


def test_where_everybody_is_known_already_the_way_on_is_said_and_there_once_the_old_account_is_closed():
    desk = Desk(*ALL_THERE)
    desk.knock()
    (question,) = desk.to("morgan")
    assert [it.name for it in question.card.actions] == ["files.who", "identity.nobody", "identity.open"]
    desk.memory.company = replace(
        desk.memory.company, members=(replace(ALL_THERE[0], closed={"slack": "U0DANA"}), *ALL_THERE[1:])
    )
    assert "Dana Reyes" in asked_of_the_manager(desk)


@pytest.mark.parametrize("who", ["", "nobody", "morgan", "olivia", "DANA", "dana ben", "x" * 5000])
def test_who_wasnt_offered_cant_be_chosen(who):
    desk = Desk()
    desk.knock()
    before = desk.memory.company
    desk.press("is", who=who)
    assert desk.memory.company == before
    assert desk.newcomer.standing is Standing.WAITING


@pytest.mark.parametrize("member", ["dana", "ben", "olivia"])
@pytest.mark.parametrize("action", ["is", "nobody", "undo", "open", "list"])
def test_nobody_but_the_manager_is_shown_or_believed_anything(action, member):
    desk = Desk()
    desk.knock()
    before = desk.memory.company, dict(desk.memory.newcomers)
    assert desk.press(action, member, who="dana", about="dana") == "That isn’t for you, or it is gone."
    assert (desk.memory.company, dict(desk.memory.newcomers)) == before


@pytest.mark.parametrize("action", ["is", "nobody", "undo", "open"])
def test_a_button_about_somebody_who_never_wrote_does_nothing(action):
    desk = Desk()
    before = desk.memory.company
    assert desk.press(action, handle="U0FORGED", who="dana") == "Nothing is open under that button any more."
    assert (desk.memory.company, desk.memory.newcomers) == (before, {})


def test_nobody_of_ours_is_asked_about_no_more():
    desk = Desk()
    desk.knock()
    assert "nobody of yours" in desk.press("nobody")
    assert "Ask the sales manager" in (desk.knock(now=at("09:00") + timedelta(days=2)) or "")
    assert len(desk.to("morgan")) == 2, "the question and the answer to the press"
    desk.press("open")
    desk.press("is", who="dana")
    assert desk.handles()["slack"] == NEW


def test_a_link_taken_back_is_not_made_again_by_the_same_address():
    desk = Desk()
    desk.knock("dana@acme.example")
    desk.press("undo", about="dana")
    assert desk.handles() == {"teams": "aad-dana"}
    for n in (1, 2):
        desk.knock("dana@acme.example", now=at("09:00") + timedelta(days=n))
    assert (desk.handles(), desk.newcomer.doubt) == ({"teams": "aad-dana"}, Doubt.DENIED)
    assert desk.newcomer.standing is Standing.WAITING
    desk.press("is", who="dana")
    assert desk.handles()["slack"] == NEW


def test_a_wrong_choice_taken_back_leaves_the_doubt_there_was_and_blames_nobodys_address():
    desk = Desk()
    desk.knock("dana@acme.example", guest=True)
    desk.press("is", who="ben")
    desk.press("undo", about="ben")
    asked = str(desk.memory.messages[f"reply:slack:press:{desk.n}"].card)
    assert "They are a guest" in asked
    assert "you said" not in asked
    assert (desk.newcomer.doubt, desk.newcomer.member, desk.handles("ben")) == (Doubt.GUEST, None, {})
    desk.knock("dana@acme.example", now=at("09:00") + timedelta(days=2))
    assert desk.handles() == {"teams": "aad-dana"}, "an address doesn't settle what is with the manager"


@pytest.mark.parametrize("word", ["is", "nobody", "address"])
def test_what_is_settled_before_the_question_is_sent_is_not_asked_any_more(word: str):
    desk = Desk()
    late = at("22:00")
    desk.knock("x@acme.example", now=late)
    desk.knock("y@acme.example", now=late, handle="U0OTHER", name="Sam")
    asked = [it.key for it in desk.to("morgan")]
    assert len(asked) == 2
    if word == "address":
        desk.knock("dana@acme.example", now=late + timedelta(minutes=5))
    else:
        desk.press(word, who="ben")
    assert desk.memory.withdrawn & set(asked) == {asked[0]}


def test_what_is_settled_already_is_shown_as_it_is():
    desk = Desk()
    desk.knock()
    desk.press("is", who="dana")
    for action in ("is", "nobody"):
        assert desk.press(action, who="ben") == "D. Reyes in Slack is Dana Reyes."
    assert desk.handles("ben") == {}


@pytest.mark.parametrize("people", [PEOPLE, (DANA, BEN, an_owner())], ids=["manager", "no manager"])
def test_nothing_else_waits_but_they_do(people):
    desk = Desk(*people)
    reader = "morgan" if len(people) == 4 else "olivia"
    for n in range(3):
        desk.knock("x@y.example", handle=f"U{n}")
    for n, word in enumerate(("queue", "home")):
        shown = desk.engine.handle(commanded("coach", word, member=reader, key=f"c{n}"))
        assert shown is not None
        said = f"{shown.summary} {shown}"
        assert "3 people wrote whom I don’t know" in said
        assert "Nothing" not in said
        assert "empty" not in said


def test_the_queue_and_the_home_name_who_waits_and_only_to_the_manager():
    desk = Desk()
    remember(desk.memory, a_newcomer(), a_newcomer("U0OTHER", name="Lee Wong"))
    for word in ("queue", "home"):
        asked = {it: commanded("coach", word, member=it, key=f"{word}:{it}") for it in ("morgan", "dana", "olivia")}
        seen = {who: str(desk.engine.handle(it)) for who, it in asked.items()}
        assert "Kim Novak and Lee Wong" in seen["morgan"]
        assert "identity.list" in seen["morgan"]
        assert "Kim" not in seen["dana"] + seen["olivia"]


def test_whoever_could_not_be_reached_is_not_said_to_owe_an_answer():
    desk = Desk()
    remember(desk.memory, a_checkin(member="dana", status=CheckInStatus.OPEN, answered_at=None))
    home = [str(desk.engine.handle(commanded("coach", "home", member="morgan", key="home:1")))]
    desk.memory.unreached.add("dana")
    home.append(str(desk.engine.handle(commanded("coach", "home", member="morgan", key="home:2"))))
    assert ["not yet answered" in it for it in home] == [True, False]
    assert ["can’t be reached yet" in it for it in home] == [False, True]


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ({"teams_tenant": "t-1", "slack_team": None}, "once they add me in Teams, or by mail"),
        ({"teams_tenant": None, "slack_team": "T0ACME"}, "once they write to me in Slack, or by mail"),
        (
            {"teams_tenant": "t-1", "slack_team": "T0ACME"},
            "once they write to me in Slack or add me in Teams, or by mail",
        ),
        ({"teams_tenant": None, "slack_team": None}, "once I have an address"),
    ],
)
def test_who_isnt_here_yet_is_one_line_for_whoever_answers_for_the_team(where: dict[str, str | None], what: str):
    desk = Desk()
    desk.memory.company = replace(desk.memory.company, **where)  # type: ignore[arg-type]  # each by its name
    desk.memory.unreached |= {"dana"}
    for word in ("queue", "home"):
        asked = {it: commanded("coach", word, member=it, key=f"{word}:{it}") for it in ("morgan", "dana", "olivia")}
        seen = {who: str(desk.engine.handle(it)) for who, it in asked.items()}
        assert "Not here yet" in seen["morgan"]
        assert what in seen["morgan"]
        assert "Not here yet" not in seen["dana"] + seen["olivia"]


def test_where_there_is_no_manager_the_owner_reads_who_isnt_here_yet():
    desk = Desk()
    people = tuple(it for it in desk.memory.company.members if it.role is not Role.MANAGER)
    desk.memory.company = replace(desk.memory.company, members=people)
    desk.memory.unreached |= {"dana"}
    for word in ("queue", "home"):
        shown = str(desk.engine.handle(commanded("coach", word, member="olivia", key=word)))
        assert "Not here yet" in shown


def test_the_list_is_a_button_for_each_or_the_question_itself():
    desk = Desk()
    remember(desk.memory, a_newcomer(NEW))
    assert "Who is this?" in desk.press("list")
    remember(desk.memory, a_newcomer("U0OTHER", name="Lee Wong"))
    assert desk.press("list") == "2 people wrote whom I don’t know"
    assert "Who is this?" in desk.press("open", handle="U0OTHER")
