"""The engine: one event, one transaction; quiet hours win; a failure stays where it happened."""

from contextlib import contextmanager
from datetime import timedelta

import pytest

from coaching.card import Card, Field, Input, note
from coaching.decision import Alarm, Decision, Kind, Message
from coaching.engine import TRY_AGAIN, Engine, old_button
from coaching.people import Role
from coaching.refusal import NOT_YOURS
from coaching.routine import Routine
from tests.builders import (
    MONDAY,
    a_call,
    a_company,
    a_manager,
    a_member,
    at,
    commanded,
    days_later,
    planned,
    pressed,
    rang,
    said,
)
from tests.fakes import MemoryStore, no_holidays


def a_routine(decide, **more):
    usual = {"name": "echo", "words": frozenset({"echo", ""}), "refreshed": True}
    return Routine(
        gather=lambda _records, event, _holidays: event, decide=lambda _facts, event: decide(event), **(usual | more)
    )


def an_engine(decide, company=None, **more):
    store = MemoryStore(company or a_company())
    return store, Engine(store, no_holidays, (a_routine(decide, **more),))


def telling(kind, to="dana", **more):
    return lambda _event: Decision(messages=(Message(key="k", to=to, card=note("hello"), kind=kind, **more),))


def test_an_event_delivered_twice_counts_once():
    seen = []
    _, engine = an_engine(lambda event: seen.append(event) or Decision(reply=note("yes")))
    event = commanded("coach", "echo")
    assert engine.handle(event) == note("yes")
    assert engine.handle(event) is None
    assert len(seen) == 1


def test_an_event_brought_again_under_another_key_counts_once():
    seen = []
    _, engine = an_engine(lambda event: seen.append(event.key) or Decision(reply=note("yes")))
    for key, again in (("1", ("same",)), ("2", ("same",)), ("3", ("other", "same")), ("4", ("new",))):
        engine.handle(commanded("coach", "echo", key=key, again=again))
    assert seen == ["1", "4"]


def test_a_form_that_came_back_may_be_sent_in_again_and_what_was_kept_may_not():
    wrong = Card("Mend it", (Field(name="n", label="N", input=Input.LINE, error="That is no number."),))
    answers = [Decision(reply=wrong), Decision(reply=wrong, alarms=(Alarm(alarm="a", subject="dana", at=at()),))]
    _, engine = an_engine(lambda _event: answers.pop(0))
    event = commanded("coach", "echo", again=("same",))
    assert [engine.handle(event) for _ in range(3)] == [wrong, wrong, None]


@pytest.mark.parametrize(
    ("who", "named", "does"),
    [
        ("dana", "theo", False),
        ("dana", "gone", False),
        ("dana", "dana", True),
        ("dana", "", True),
        ("morgan", "theo", True),
    ],
)
def test_a_reps_button_that_names_somebody_else_does_nothing_and_says_so(who, named, does):
    company, seen = a_company(a_member(), a_member("theo"), a_manager()), []
    _, engine = an_engine(lambda event: seen.append(event) or Decision(reply=note("done")), company)
    reply = engine.handle(pressed("echo.it", at("09:00"), member=who, args={"member": named}, direct=True))
    assert (reply.summary, len(seen)) == (("done", 1) if does else (NOT_YOURS, 0))


def test_several_peoples_doings_are_kept_together_and_each_has_its_own_answer():
    store, engine = an_engine(lambda event: Decision(reply=note(event.text)))
    dana, again, eli = (commanded("coach", text, key=key) for text, key in (("a", "1"), ("b", "1"), ("c", "2")))
    assert engine.handle_all([dana, again, eli]) == [note("a"), None, note("c")]
    assert store.of["acme"].claims == {"1", "2"}
    assert engine.handle_all([]) == []


def test_of_several_that_are_kept_together_only_the_one_that_fails_fails():
    def decide(event):
        if event.text == "boom":
            raise RuntimeError(event.text)
        return Decision(reply=note(event.text))

    store, engine = an_engine(decide)
    events = [commanded("coach", it, key=it) for it in ("a", "boom", "c")]
    first, failed, last = engine.handle_all([*events])
    assert (first, str(failed), last) == (note("a"), "boom", note("c"))
    assert store.of["acme"].claims == {"a", "c"}


def test_when_what_was_done_together_is_not_kept_each_is_done_again_by_itself():
    store, engine = an_engine(lambda event: Decision(reply=note(event.text)))
    whole, sizes = store.together, []

    @contextmanager
    def full():
        before = set(store.of["acme"].claims)
        with whole() as begun:
            yield begun
            sizes.append(len(store.of["acme"].claims - before))
            if sizes[-1] > 1:
                raise RuntimeError("the disk is full")

    store.together = full
    assert engine.handle_all([commanded("coach", it, key=it) for it in "ab"]) == [note("a"), note("b")]
    assert sizes == [2, 1, 1]


def test_a_command_is_answered_at_once_and_words_by_a_message():
    store, engine = an_engine(lambda _: Decision(reply=note("yes")))
    assert engine.handle(commanded("coach", "echo")) == note("yes")
    assert engine.handle(said("echo")) is None
    assert [(it.kind, it.card) for it in store.of["acme"].messages.values()] == [(Kind.REPLY, note("yes"))]


def test_a_button_that_nobody_knows_any_more_gets_a_kind_answer():
    store, engine = an_engine(lambda _: Decision())
    engine.handle(pressed("gone.long.ago"))
    assert [it.card for it in store.of["acme"].messages.values()] == [old_button()]


@pytest.mark.parametrize(("clock", "expected"), [("21:00", "08:00"), ("12:00", "12:00")])
def test_what_the_coach_says_of_its_own_accord_waits_for_the_morning(clock, expected):
    quiet = a_company(a_member())
    store, engine = an_engine(telling(Kind.NOTICE), quiet)
    engine.handle(planned(at(clock)))
    morning = store.of["acme"].messages["k"].not_before
    day = MONDAY if clock == expected else days_later(1)
    hour = expected if clock == expected else f"{quiet.members[0].quiet_hours.end:%H:%M}"
    assert morning == at(hour, day)


def test_an_answer_to_somebody_awake_does_not_wait():
    store, engine = an_engine(telling(Kind.REPLY))
    engine.handle(said("echo", at("23:00")))
    assert store.of["acme"].messages["k"].not_before is None


def test_the_manager_is_written_to_on_their_own_days_only():
    company = a_company(a_member(), a_manager())
    store, engine = an_engine(telling(Kind.ESCALATION, to="morgan"), company)
    engine.handle(planned(at("22:00", days_later(4))))
    wanted = store.of["acme"].messages["k"].not_before
    local = wanted.astimezone(company.member("morgan").tz)
    assert company.member("morgan").role is Role.MANAGER
    assert local.weekday() in company.engagement.days
    assert local.time() >= company.engagement.hours.start


def test_a_message_to_nobody_breaks_nothing():
    store, engine = an_engine(telling(Kind.NOTICE, to="ghost"))
    engine.handle(planned(at("12:00")))
    assert "k" in store.of["acme"].messages


def test_an_alarm_that_fails_rings_again_and_the_others_ring_now():
    def decide(event):
        if event.subject == "eli":
            raise RuntimeError("broken")
        return Decision(messages=(Message(key=event.subject, to="dana", card=note("rung"), kind=Kind.REPLY),))

    store, engine = an_engine(decide)
    due = at("09:00")
    for subject in ("dana", "eli", "fay"):
        store.of["acme"].alarms["echo.now", subject] = due
    assert engine.tick(due) == 2
    assert set(store.of["acme"].messages) == {"dana", "fay"}
    assert store.of["acme"].alarms == {("echo.now", "eli"): due + TRY_AGAIN}


def test_an_alarm_that_was_moved_meanwhile_does_not_ring():
    store, engine = an_engine(telling(Kind.REPLY))
    store.of["acme"].alarms["echo.now", "dana"] = at("09:00")
    stale = store.due(at("09:00"), 10)
    store.of["acme"].alarms["echo.now", "dana"] = at("12:00")
    store.due = lambda _now, _limit: stale
    assert engine.tick(at("09:00")) == 0
    assert store.of["acme"].messages == {}


def test_an_alarm_may_set_itself_anew():
    again = rang("echo.now", "dana", at("09:00"))
    store, engine = an_engine(
        lambda it: Decision(alarms=(Alarm(alarm=it.alarm, subject=it.subject, at=it.at + timedelta(days=1)),))
    )
    store.of["acme"].alarms["echo.now", "dana"] = again.due_at
    assert engine.tick(again.due_at) == 1
    assert store.of["acme"].alarms == {("echo.now", "dana"): again.due_at + timedelta(days=1)}


def test_one_companys_failure_never_stops_anothers():
    acme, bolt = a_company(), a_company(a_member(), slug="bolt")
    store = MemoryStore(acme, bolt)
    engine = Engine(store, no_holidays, (a_routine(telling(Kind.REPLY)),))
    for slug in ("acme", "bolt"):
        store.of[slug].alarms["echo.now", "dana"] = at("09:00")
    whole = store.work

    def broken(slug):
        if slug == "acme":
            raise RuntimeError("its rows can't be read")
        return whole(slug)

    store.work = broken
    assert engine.tick(at("09:00")) == 1
    assert "k" in store.of["bolt"].messages


# --- decided ahead ---------------------------------------------------------------------------------------------------
def an_engine_that_looks_first(still, seen):
    """Decides by how many names are taken, which takes a transaction's own eye to see."""
    store = MemoryStore(a_company())

    def gather(records, _event, _holidays):
        seen.append(len(records.calls("2026-Q4")))
        return seen[-1]

    routine = Routine(
        name="slow",
        words=frozenset({"slow", ""}),
        gather=gather,
        decide=lambda n, _event: Decision(
            records=(a_call(called_at=at() + timedelta(hours=n)),), reply=note(f"call {n}")
        ),
        still=still,
    )
    return store, Engine(store, no_holidays, (routine,))


def test_what_takes_long_is_decided_before_its_transaction_and_stands_when_nobody_was_quicker():
    seen = []
    store, engine = an_engine_that_looks_first(lambda records, n: len(records.calls("2026-Q4")) == n, seen)
    assert engine.handle(commanded("coach", "slow", key="1")) == note("call 0")
    assert seen == [0], "looked once"
    assert engine.handle(commanded("coach", "slow", key="1")) is None
    assert len(store.of["acme"].calls) == 1, "a redelivery is decided and not kept"
    assert engine.handle_all([commanded("coach", "slow", key=it) for it in ("2", "3")]) == [
        note("call 1"),
        note("call 2"),
    ]


def test_when_somebody_was_quicker_it_is_decided_anew_within_the_transaction():
    seen = []
    _, engine = an_engine_that_looks_first(lambda _records, _n: False, seen)
    engine.handle(commanded("coach", "slow", key="1"))
    assert seen == [0, 0]


def test_a_failure_of_one_that_takes_long_is_its_own():
    def still(_records, _n):
        raise RuntimeError("boom")

    _, engine = an_engine_that_looks_first(still, [])
    outcomes = engine.handle_all([commanded("coach", "slow", key=it) for it in ("1", "2")])
    assert [str(it) for it in outcomes] == ["boom", "boom"]
