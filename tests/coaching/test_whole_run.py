"""A run of check-ins is as long as it is, however far back it reaches and wherever it is told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import plain
from coaching import arrival_facts
from coaching.checkin_card import status
from coaching.checkins import CheckInStatus
from coaching.recap import recap
from coaching.routines import checkin, home
from coaching.routines.recap import facts_on
from coaching.streaks import Streak, earlier, streak, with_earlier
from tests.builders import MONDAY, a_checkin, a_company, a_manager, a_member, at, commanded, days_later
from tests.fakes import Memory, MemoryStore, MemoryWork, no_holidays, remember

MANAGER = a_manager()
COMPANY = a_company(members=(a_member(), a_member("gus", name="Gus"), MANAGER))
WORKDAYS = [on for n in range(400, 0, -1) if (on := days_later(-n)).weekday() < 5]


class AskedOnce(MemoryWork):
    """Answers one question about check-ins, and no second one."""

    def checkins_and_before(self, *of):
        found = super().checkins_and_before(*of)
        self.checkins = None
        return found


def records(**of):
    """Of each member so many of the last working days before Monday answered, after two misses."""
    store = MemoryStore(COMPANY)
    for member, n in of.items():
        missed = [a_checkin(on, member, status=CheckInStatus.MISSED) for on in WORKDAYS[-n - 2 : -n]]
        remember(store.of["acme"], *missed, *(a_checkin(on, member) for on in WORKDAYS[-n:]))
    return store.look("acme")


@pytest.mark.parametrize("n", [3, 60, 64, 65, 66, 70, 130, 200])
def test_every_place_tells_the_same_run(n):
    with records(dana=n, gus=5) as them:
        dana = COMPANY.reps[0]
        assert recap(facts_on(them, dana, MONDAY)).streak == Streak(n)
        event = commanded("status", now=at())
        own = checkin.gather(them, event, no_holidays)
        assert f"{n + 1} check-ins in a row." in plain.text(status(own, a_checkin()), room=200)
        day = home.gather(them, replace(event, text="home"), no_holidays)
        assert f"{n} check-ins in a row." in plain.text(home.card(day), room=200)
        brief = arrival_facts.gathered(them, MONDAY, at(), days_later(1), no_holidays)
        assert (brief.run("dana"), brief.run("gus")) == (Streak(n), Streak(5))
        team = home.gather(them, replace(event, member=MANAGER.id, text="home"), no_holidays)
        assert team.runs == {"dana": str(n), "gus": "5"}


def test_of_somebody_new_nothing_older_is_asked_for():
    memory = remember(Memory(COMPANY), *(a_checkin(days_later(-n)) for n in range(1, 4)))
    own = checkin.gather(AskedOnce(memory), commanded("status", now=at()), no_holidays)
    assert (len(own.checkins), own.before) == (3, ())


@pytest.mark.parametrize("weeks", [2, 10, 12])
def test_an_absence_does_not_end_a_run(weeks):
    before = WORKDAYS[-5 * weeks - 8 : -5 * weeks]
    memory = remember(Memory(COMPANY), *map(a_checkin, before), a_checkin(WORKDAYS[-1]))
    own = checkin.gather(MemoryWork(memory), commanded("status", now=at()), no_holidays)
    assert "10 check-ins in a row." in plain.text(status(own, a_checkin()), room=200)


def test_after_half_a_year_away_a_run_begins_anew_whenever_it_is_looked_at():
    back = [days_later(n) for n in range(130)]
    memory = remember(Memory(COMPANY), *(a_checkin(days_later(-150 - n)) for n in range(10)), *map(a_checkin, back))
    told = [streak(it for part in run_until(MemoryWork(memory), day) for it in part).days for day in back]
    assert told == list(range(1, 131))


def run_until(them, day):
    return with_earlier(them, day - timedelta(days=90), day, "dana")


def test_a_run_that_has_an_end_reads_no_more():
    with records(dana=5) as them:
        first = MONDAY - timedelta(days=20)
        assert earlier(them, them.checkins(first, MONDAY, "dana"), first, "dana") == ()


def test_a_forgiven_miss_on_the_edge_is_forgiven():
    store = MemoryStore(COMPANY)
    for n, on in enumerate(reversed(WORKDAYS)):
        kind = CheckInStatus.MISSED if n in {40, 90, 91} else CheckInStatus.ANSWERED
        remember(store.of["acme"], a_checkin(on, status=kind))
    with store.look("acme") as them:
        for edge in range(38, 43):
            first = WORKDAYS[-edge]
            known = them.checkins(first, MONDAY, "dana")
            assert streak((*earlier(them, known, first, "dana"), *known)) == Streak(89, forgiven=1)
