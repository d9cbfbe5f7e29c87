"""Two taps at once on a week's majors, on both databases: each is whole, and the last word stands."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from coaching.card import note
from coaching.chosen import Pick
from coaching.decision import Decision, Kind, Message
from coaching.engine import Engine
from coaching.escalation import LIVE, EscalationKind
from coaching.reviewed import Rule
from coaching.routines import escalate, majors, review
from storage.store import SqlStore
from tests.builders import MONDAY, a_choice, a_company, an_opportunity, at, pressed
from tests.fakes import no_holidays

CHOICES = (
    *(a_choice(opportunity=f"O-{n}", title=f"Deal {n}", place=n) for n in range(3)),
    a_choice(opportunity="O-9", title="Old hope", pick=Pick.DISTRACTION),
)


def a_week(engine):
    store = SqlStore(engine)
    with store.opened(a_company(), at()) as work:
        work.keep_company(a_company())
        work.keep_opportunities([an_opportunity(it.opportunity) for it in CHOICES])
        work.apply(Decision(records=CHOICES), at())
    return store, Engine(store, no_holidays, (review.ROUTINE, majors.ROUTINE, escalate.ROUTINE))


def tap(action, n, about="O-9", **more):
    args = {"on": MONDAY.isoformat(), "about": about}
    now = at("09:30") + timedelta(seconds=n)
    return pressed(action, now, key=f"tap:{n}", args=args, message="m1", **more)


def kept(store):
    with store.work("acme") as work:
        found = {it.opportunity: it for it in work.choices(MONDAY, MONDAY)}
        gone = [it for it in work.reviewed(MONDAY, MONDAY) if it.rule is Rule.DISTRACTION]
        live = [it for it in work.escalations(LIVE) if it.kind is EscalationKind.MAJORS]
    return found, gone, live


def at_once(engine, *events):
    with ThreadPoolExecutor(len(events)) as pool:
        list(pool.map(engine.handle, events))


def test_drop_and_keep_at_once_end_in_one_of_the_two_whole(each_engine):
    store, engine = a_week(each_engine)
    at_once(engine, tap("majors.yes", 1), tap("majors.send", 2, fields={"why": "moving"}))
    found, gone, live = kept(store)
    dropped = found["O-9"].dropped
    assert found["O-9"].answered
    assert [it.let_go for it in gone] in ([[True]] if dropped else [[], [False]])
    assert len(live) == (0 if dropped else 1)


def test_the_same_disagreement_sent_twice_is_one_matter(each_engine):
    store, engine = a_week(each_engine)
    sent = [tap("majors.send", n, "O-0", fields={"words": f"Because {n}"}) for n in range(6)]
    at_once(engine, *sent)
    found, _, live = kept(store)
    assert len(live) == 1
    assert found["O-0"].words in live[0].text


def test_all_and_one_at_once_leave_no_deal_unanswered(each_engine):
    store, engine = a_week(each_engine)
    at_once(engine, tap("majors.all", 1), tap("majors.yes", 2, "O-1"), tap("majors.all", 3))
    found, gone, live = kept(store)
    assert all(it.agrees for it in found.values())
    assert ([it.opportunity for it in gone], live) == (["O-9"], [])


def test_a_tap_delivered_twice_counts_once(each_engine):
    store, engine = a_week(each_engine)
    at_once(
        engine,
        tap("majors.send", 1, "O-0", fields={"why": "better"}),
        tap("majors.send", 1, "O-0", fields={"why": "better"}),
    )
    _, _, live = kept(store)
    assert len(live) == 1


def test_the_managers_word_is_on_the_card_of_monday_once_however_often_it_is_pressed(each_engine):
    store, engine = a_week(each_engine)
    key = f"review:dana:{MONDAY}"
    with store.work("acme") as work:
        first = Message(key=key, to="dana", card=note("Your week"), kind=Kind.REVIEW)
        work.apply(Decision(messages=(first,)), at("09:00"))
    engine.handle(tap("majors.send", 1, "O-0", fields={"why": "not_ready"}))
    [matter] = kept(store)[2]
    args = {"id": matter.id, "member": "dana"}
    rulings = [
        pressed("escalate.agree", at("10:00") + timedelta(seconds=n), key=f"rule:{n}", member="morgan", args=args)
        for n in range(4)
    ]
    at_once(engine, *rulings)
    with store.work("acme") as work:
        shown = work.message("dana", key)
        edits = [it for n in range(4) if (it := work.message("dana", f"{key}:rule:{n}"))]
    assert "Morgan agrees with you." in str(shown)
    assert edits == [shown]
