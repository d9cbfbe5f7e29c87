"""Messages out to Teams: what every kind of failure comes to, over the wire, through the outbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.channel import Parcel
from bot.teams import login
from bot.teams.outbound import RETRY_AFTER, RETRY_AFTER_MAX, retry_after
from coaching.card import Bar, Bars, Card, Picture, note
from coaching.decision import Decision, Kind, Message
from storage.addresses import Addresses
from storage.deliveries import Patience
from tests.bot.teams.conftest import Office, in_the_office, the_company
from tests.builders import a_company, a_member, an_address, at
from tests.cards import SAMPLES
from tests.fake_teams import SECRET, TENANT, FakeTeams, Fault
from tests.teams_activities import DANA, MORGAN, installed, personal, words

NOW = at("09:00")


def queue(office: Office, key: str = "k", to: str = "dana", kind: Kind = Kind.CHECKIN, **more: Any) -> None:
    message = Message(key=key, to=to, card=note(f"Hello {key}"), kind=kind, **more)
    with office.store.work("acme") as work:
        work.apply(Decision(messages=(message,)), office.clock.now())


async def ready(office: Office, *people: str) -> None:
    """Known, without a welcome in the way."""
    for it in people or (DANA,):
        await office.post(installed(it, action="add-upgrade"))


def last(office: Office) -> tuple[str, str]:
    return tuple(office.delivered()[-1])


def test_a_message_goes_to_the_stored_conversation(office: Office) -> None:
    async def it(office: Office) -> None:
        await ready(office)
        queue(office)
        await office.deliver()
        (sent,) = office.to()
        assert sent.activity["summary"] == "Hello k"
        assert "text" not in sent.activity, "with words beside it Teams would make two messages of it"
        assert office.teams.calls["create"] == 0

    in_the_office(office, it)


def test_twenty_messages_take_one_login_and_few_connections(office: Office) -> None:
    async def it(office: Office) -> None:
        await ready(office)
        for n in range(20):
            await office.api.send(_place(office), _content(n))
        assert (office.teams.calls["login"], len(office.teams.connections)) == (1, 1)

    in_the_office(office, it)


def _place(office: Office) -> Any:
    from bot.teams.place import Place

    return Place(office.teams.service_url, personal(DANA))


def _content(n: int) -> Any:
    from bot.teams.api import Content

    return Content(words=f"Hello {n}")


def test_who_was_never_heard_from_gets_a_conversation_by_their_entra_id(office: Office) -> None:
    async def it(office: Office) -> None:
        queue(office)
        await office.deliver()
        assert [one.activity["summary"] for one in office.to()] == ["Hello k"]
        (asked,) = office.teams.created
        assert (asked["members"], asked["channelData"]) == ([{"id": DANA}], {"tenant": {"id": TENANT}})

    in_the_office(office, it)


def test_a_conversation_is_opened_where_colleagues_were_heard_from(office: Office) -> None:
    async def it(office: Office) -> None:
        Addresses(office.store).keep("acme", "morgan", an_address("morgan", service_url=office.teams.service_url), NOW)
        office.api.begin_at = "https://smba.trafficmanager.net/teams/"
        queue(office)
        await office.deliver()
        assert len(office.to()) == 1

    in_the_office(office, it)


@pytest.mark.parametrize("fault", [Fault.RATE_LIMITED, Fault.PRECONDITION])
def test_what_was_not_taken_is_sent_again_once(office: Office, fault: Fault) -> None:
    async def it(office: Office) -> None:
        await ready(office)
        office.teams.next(fault)
        queue(office)
        await office.deliver()
        assert office.to() == []
        assert last(office)[0] == "queued"
        office.program.outbox.resume("acme")
        with office.store.work("acme") as work:
            from sqlalchemy import delete

            from storage.tables import GateRow

            work.session.execute(delete(GateRow))
        await office.deliver()
        assert len(office.to()) == 1

    in_the_office(office, it)


@pytest.mark.parametrize("fault", [Fault.DROPPED_STORED, Fault.ERROR_STORED, Fault.NO_JSON])
@pytest.mark.parametrize(
    ("kind", "times"), [(Kind.CHECKIN, 1), (Kind.DIGEST, 1), (Kind.ESCALATION, 2), (Kind.REPLY, 2)]
)
def test_what_may_have_arrived_is_repeated_only_where_a_person_would_rather_have_two(
    office: Office, fault: Fault, kind: Kind, times: int
) -> None:
    """Teams can't be searched. The second one says that it may be a repeat."""

    async def it(office: Office) -> None:
        office.program.outbox.patience = Patience(
            settle=timedelta(0), first_look=timedelta(0), backoff=timedelta(0), upkeep=timedelta(0)
        )
        office.program.delivery._courier._patience = office.program.outbox.patience
        await ready(office)
        office.teams.next(fault)
        queue(office, kind=kind)
        await office.settle()
        assert len(office.to()) == times
        assert last(office)[0] == "sent"
        if times == 2:
            assert "may be a repeat" in office.to()[-1].text
        else:
            assert "can't be found out" in last(office)[1]

    in_the_office(office, it)


@pytest.mark.parametrize("fault", [Fault.DROPPED, Fault.BAD_GATEWAY])
def test_what_never_arrived_is_treated_the_same_because_nobody_can_know(office: Office, fault: Fault) -> None:
    async def it(office: Office) -> None:
        await ready(office)
        office.teams.next(fault)
        queue(office)
        await office.deliver()
        assert office.to() == []
        assert last(office)[0] == "sent"
        assert "can't be found out" in last(office)[1]

    in_the_office(office, it)


def test_an_edit_is_made_again_whatever_became_of_it(office: Office) -> None:
    async def it(office: Office) -> None:
        office.program.outbox.patience = Patience(settle=timedelta(0), backoff=timedelta(0), upkeep=timedelta(0))
        await ready(office)
        queue(office)
        await office.deliver()
        office.teams.next(Fault.ERROR_STORED, "update")
        queue(office, "newer", replaces="k")
        await office.settle()
        (sent,) = office.to()
        assert (sent.activity["summary"], sent.edits) == ("Hello newer", 2)

    in_the_office(office, it)


def test_a_message_that_is_gone_is_said_anew_unless_it_was_only_an_edit(office: Office) -> None:
    async def it(office: Office) -> None:
        await ready(office)
        queue(office)
        await office.deliver()
        office.teams.next(Fault.NO_ACTIVITY, "update")
        queue(office, "newer", replaces="k")
        await office.settle()
        assert [one.activity["summary"] for one in office.to()] == ["Hello k", "Hello newer"]
        office.teams.next(Fault.NO_ACTIVITY, "update")
        queue(office, "newest", replaces="newer", only_edit=True)
        await office.settle()
        assert len(office.to()) == 2
        assert last(office)[0] == "withdrawn"

    in_the_office(office, it)


def test_a_message_too_large_is_dead_and_says_so(office: Office) -> None:
    async def it(office: Office) -> None:
        await ready(office)
        office.teams.next(Fault.TOO_BIG)
        queue(office)
        await office.deliver()
        assert last(office) == ("dead", "MessageSizeTooBig 413")

    in_the_office(office, it)


# --- people come and go --------------------------------------------------------------------------------------------
def test_what_is_for_somebody_who_took_the_app_away_waits_for_them(office: Office) -> None:
    async def it(office: Office) -> None:
        await ready(office, DANA, MORGAN)
        await office.post(installed(action="remove"))
        queue(office)
        queue(office, "other", "morgan")
        await office.deliver()
        assert office.to() == []
        assert office.teams.calls["create"] == 0, "they are left in peace"
        assert len(office.to(MORGAN)) == 1, "nobody else waits"
        assert office.delivered()[0] == ("queued", "Dana Reyes has taken the coach out of Teams")
        await office.post(words("hi"))
        await office.settle()
        assert "Hello k" in office.to()[0].activity["summary"], "as soon as they are back"

    in_the_office(office, it)


def test_an_upgrade_is_no_removal(office: Office) -> None:
    async def it(office: Office) -> None:
        await ready(office)
        await office.post(installed(action="remove-upgrade"))
        await office.post(installed(action="add-upgrade"))
        queue(office)
        await office.deliver()
        assert len(office.to()) == 1

    in_the_office(office, it)


@pytest.mark.parametrize("fault", [Fault.BLOCKED, Fault.NOT_INSTALLED])
def test_whoever_shuts_us_out_is_not_written_to_until_they_are_heard_again(office: Office, fault: Fault) -> None:
    async def it(office: Office) -> None:
        await ready(office)
        office.teams.next(fault)
        queue(office)
        await office.deliver()
        kept = Addresses(office.store).of("acme", "dana")
        assert kept
        assert kept.removed_at
        calls = office.teams.calls["send"]
        queue(office, "second")
        office.program.outbox.resume("acme")
        await office.deliver()
        assert office.teams.calls["send"] == calls
        await office.post(words("help"))
        await office.settle()
        assert len(office.to()) == 3

    in_the_office(office, it)


def test_who_doesnt_have_the_app_waits_for_it(office: Office) -> None:
    async def it(office: Office) -> None:
        office.teams.installed = set()
        queue(office)
        await office.deliver()
        assert last(office) == ("queued", "Dana Reyes doesn't have the coach in Teams")
        office.teams.installed = None
        await office.post(installed())
        await office.settle()
        assert [one.activity["summary"][:7] for one in office.to()] == ["Hello k", "Hello D"]

    in_the_office(office, it)


def test_a_conversation_that_is_gone_is_opened_again(office: Office) -> None:
    async def it(office: Office) -> None:
        await ready(office)
        office.teams.next(Fault.NO_CONVERSATION)
        queue(office)
        await office.deliver()
        assert len(office.to()) == 1
        assert office.teams.calls["create"] == 1

    in_the_office(office, it)


def test_another_entra_id_is_another_person(office: Office) -> None:
    async def it(office: Office) -> None:
        await ready(office)
        with office.store.work("acme") as work:
            work.keep_company(replace(work.company, members=(a_member(handles={"teams": "aad-new-dana"}),)))
        queue(office)
        await office.deliver()
        assert office.to() == []
        assert len(office.to("aad-new-dana")) == 1

    in_the_office(office, it)


# --- the app itself ------------------------------------------------------------------------------------------------
def test_a_wrong_secret_pauses_the_company_in_microsofts_own_words(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "REFUSED_FOR", 0.0)

    async def it(office: Office) -> None:
        await ready(office)
        office.teams.secret = "changed"
        queue(office)
        await office.deliver()
        assert last(office)[0] == "queued"
        assert "AADSTS7000215" in last(office)[1]
        assert SECRET not in last(office)[1]
        office.teams.secret = SECRET
        office.program.outbox.resume("acme")
        await office.settle()
        assert len(office.to()) == 1

    in_the_office(office, it)


def test_an_app_the_organisation_switched_off_pauses_the_company(office: Office) -> None:
    async def it(office: Office) -> None:
        await ready(office)
        office.teams.next(Fault.DISABLED)
        office.teams.next(Fault.DISABLED)
        queue(office)
        queue(office, "other", "morgan")
        await office.deliver()
        assert office.teams.calls["send"] <= 2
        await office.deliver()
        assert {state for state, _ in office.delivered()} == {"queued"}

    in_the_office(office, it)


def test_a_token_turned_down_is_replaced_at_once(office: Office) -> None:
    async def it(office: Office) -> None:
        await ready(office)
        queue(office)
        await office.deliver()
        office.teams.tokens.clear()
        office.teams.tokens.add("others")
        queue(office, "second")
        await office.settle()
        assert len(office.to()) == 2
        assert office.teams.calls["login"] == 2

    in_the_office(office, it)


def test_a_login_that_is_away_costs_no_attempt(office: Office) -> None:
    async def it(office: Office) -> None:
        await ready(office)
        office.teams.login_status = 503
        queue(office)
        await office.deliver()
        assert last(office) == ("queued", "the login answers HTTP 503")
        assert office.teams.calls["send"] == 0

    in_the_office(office, it)


def test_nothing_is_ever_sent_to_a_place_that_isnt_allowed(office: Office) -> None:
    """Whatever a database holds, and whoever wrote it there."""

    async def it(office: Office) -> None:
        with FakeTeams() as evil:
            Addresses(office.store).keep("acme", "dana", an_address(service_url=evil.service_url), NOW)
            queue(office)
            await office.deliver()
            assert evil.calls.total() == 0
        assert last(office)[0] == "dead"
        assert "MICROSOFT_SERVICE_URLS" in last(office)[1]

    in_the_office(office, it)


# --- known on two platforms ----------------------------------------------------------------------------------------
class Slack:
    """The other platform."""

    platform = "slack"

    def __init__(self) -> None:
        self.got: list[str] = []

    def reaches(self, _company: Any, member: Any) -> bool:
        return "slack" in member.handles

    async def send(self, parcel: Parcel) -> Any:
        self.got.append(parcel.key)
        return {"channel": "D", "ts": str(len(self.got))}

    async def find(self, _parcel: Parcel) -> None:
        return None


class Mail(Slack):
    platform = "mail"

    def reaches(self, _company: Any, member: Any) -> bool:
        return bool(member.email)


def on_both(office: Office, *, email: str | None = None, slack: bool = True) -> tuple[Slack, Mail]:
    handles = {"teams": DANA} | ({"slack": "U0DANA"} if slack else {})
    with office.store.work("acme") as work:
        work.keep_company(replace(work.company, members=(a_member(handles=handles, email=email),)))
    first, mail = Slack(), Mail()
    courier = office.program.delivery._courier
    courier._channels = (first, courier._channels[-1], mail)
    return first, mail


def test_a_member_on_both_platforms_is_told_everything_once_and_answered_where_they_asked(office: Office) -> None:
    async def it(office: Office) -> None:
        slack, _ = on_both(office)
        await office.install(DANA)
        assert "Hello Dana" in office.to()[0].activity["summary"], "they have just taken it there"
        queue(office)
        await office.settle()
        assert (slack.got, len(office.to())) == (["k"], 1)
        await office.post(words("forecast commit 120k best 150k"))
        await office.settle()
        assert (slack.got, len(office.to())) == (["k"], 2)

    in_the_office(office, it)


def test_mail_brings_what_teams_can_not(office: Office) -> None:
    async def it(office: Office) -> None:
        _, mail = on_both(office, email="dana@acme.example", slack=False)
        office.teams.installed = set()
        queue(office)
        queue(office, "digest", kind=Kind.DIGEST, by_mail_too=True)
        await office.deliver()
        await office.settle()
        assert sorted(mail.got) == ["digest:mail", "k"]

    in_the_office(office, it)


# --- what it looks like --------------------------------------------------------------------------------------------
def test_a_picture_goes_inside_the_message(office: Office) -> None:
    async def it(office: Office) -> None:
        await ready(office)
        picture = Picture("Won: $90k of $180k", "The quarter", Bars((Bar("Won", 90.0),)))
        message = Message(key="k", to="dana", card=Card("A picture", (picture,)), kind=Kind.REVIEW)
        with office.store.work("acme") as work:
            work.apply(Decision(messages=(message,)), office.clock.now())
        await office.deliver()
        (sent,) = office.to()
        assert "Won: $90k of $180k" in sent.text
        assert len(sent.text.encode()) < 28_000

    in_the_office(office, it)


def test_the_owners_page_comes_with_both_its_pictures_in_one_message(office: Office) -> None:
    async def it(office: Office) -> None:
        await ready(office)
        message = Message(key="k", to="dana", card=SAMPLES["digest_full"], kind=Kind.DIGEST)
        with office.store.work("acme") as work:
            work.apply(Decision(messages=(message,)), office.clock.now())
        await office.deliver()
        (sent,) = office.to()
        assert sent.text.count("data:image/png;base64,") == 2
        assert len(sent.text.encode()) < 28_000

    in_the_office(office, it)


@pytest.mark.parametrize(
    ("header", "wait"),
    [(None, RETRY_AFTER), ("soon", RETRY_AFTER), ("nan", RETRY_AFTER), ("7", timedelta(seconds=7)),
     ("0", timedelta(seconds=1)), ("1e9", RETRY_AFTER_MAX)],
)  # fmt: skip
def test_teams_is_left_alone_for_as_long_as_it_asks_within_reason(header: str | None, wait: timedelta) -> None:
    assert retry_after(header) == wait


def test_who_has_no_id_there_isnt_reached_there(office: Office) -> None:
    channel = office.program.delivery._courier._channels[0]
    assert channel.reaches(the_company(), the_company().members[0])
    assert not channel.reaches(the_company(), a_member())
    assert not channel.reaches(a_company(), the_company().members[0])
