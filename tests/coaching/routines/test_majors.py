"""The week's majors, from the rep's Monday to the manager's word, and to the next Monday."""

from dataclasses import replace

import pytest

from coaching.book import book_of
from coaching.card import plain
from coaching.chosen import Pick, Ruling, Why
from coaching.company import Engagement, Weekday
from coaching.decision import Kind
from coaching.engine import Engine
from coaching.escalation import EscalationKind, EscalationState
from coaching.opportunities import Status
from coaching.people import TimeOff
from coaching.reviewed import Rule
from coaching.routines import escalate, forecast, majors, review
from tests.builders import (
    MONDAY,
    a_change,
    a_company,
    a_history,
    a_manager,
    a_member,
    an_opportunity,
    an_owner,
    at,
    commanded,
    days_later,
    dollars,
    imported,
    planned,
    pressed,
)
from tests.fakes import MemoryStore, MemoryWork, holidays_on, no_holidays, remember

EVERY_DAY = Engagement(days=frozenset(list(Weekday)[:5]))
PAST = a_history(until=days_later(-10))
GOOD = tuple(
    an_opportunity(
        f"O-{n}",
        name=f"Deal {n}",
        amount=dollars(40_000 + n * 1_000),
        stage="Proposal",
        created_on=days_later(-25 - n),
        next_step_on=days_later(60),
        close_date=days_later(60),
    )
    for n in range(6)
)
DEAD = an_opportunity(
    "O-9", name="Old hope", amount=dollars(5_000), stage="Proposal", created_on=days_later(-400),
    next_step_on=days_later(60), close_date=days_later(60),
)  # fmt: skip
LATE = replace(GOOD[0], close_date=days_later(-3))


class Desk:
    """One company with what majors touch: the review that proposes them, the queue, the forecast."""

    def __init__(self, *things, company=None, holidays=no_holidays):
        self.store = MemoryStore(company or a_company(engagement=EVERY_DAY, targets=()))
        self.memory = remember(self.store.of["acme"], *PAST, *things)
        routines = (review.ROUTINE, majors.ROUTINE, escalate.ROUTINE, forecast.ROUTINE)
        self.engine = Engine(self.store, holidays, routines)
        self._n = 0

    def monday(self, now=None):
        self.engine.handle(planned(at("07:00")))
        self.engine.tick(now or at("09:00"))
        return self

    @property
    def sent(self):
        return self.memory.messages.get(f"review:dana:{MONDAY}")

    @property
    def choices(self):
        return {it.opportunity: it for it in self.memory.choices.values() if it.on == MONDAY}

    def press(self, action, about="", now=None, fields=None, member="dana", **args):
        self._n += 1
        named = {"about": about} if about else {}
        event = pressed(
            action,
            now or at("09:30"),
            key=f"press:{self._n}",
            member=member,
            message="m1",
            args={"on": MONDAY.isoformat(), **named, **args},
            fields=fields or {},
        )
        self.engine.handle(event)
        shown = self.memory.messages.get(f"reply:press:{self._n}")
        return shown.card if shown else None

    def argue(self, about, **fields):
        return self.press("majors.send", about, fields=fields or {"why": "not_ready"})

    @property
    def matters(self):
        return [it for it in self.memory.escalations.values() if it.kind is EscalationKind.MAJORS]

    def rule(self, action, note="", now=None):
        [matter] = self.matters
        now = now or at("10:30")
        args = {"id": matter.id, "member": "dana"}
        event = pressed(
            f"escalate.{action}",
            now,
            key=f"rule:{now}",
            member="morgan",
            message="m2",
            args=args,
            fields={"note": note},
        )
        self.engine.handle(event)
        shown = self.memory.messages.get(f"reply:rule:{now}")
        return shown.card if shown else None

    def told(self, day=MONDAY):
        with self.store.work("acme") as work:
            assert isinstance(work, MemoryWork)
            return {it.id for it in book_of(work, day).open}


def words(card):
    found = [card.summary]
    for it in card.elements:
        for part in ("spans", "text", "label", "error", "alt", "title", "figure", "value"):
            value = getattr(it, part, None)
            found.append(plain(value) if isinstance(value, tuple) else value or "")
        found += [plain(spans) for spans in getattr(it, "items", ())]
    return "\n".join(found)


# --- Monday --------------------------------------------------------------------------------------------------------
def test_majors_and_findings_are_one_message():
    desk = Desk(*GOOD[1:], LATE, DEAD).monday()
    mine = [it for it in desk.memory.messages.values() if it.to == "dana"]
    assert [it.kind for it in mine] == [Kind.REVIEW]
    text = words(desk.sent.card).partition("\n")[2]
    assert text.index("This week’s majors") < text.index("You might drop") < text.index("could move")
    assert [it.pick for it in desk.choices.values()] == [Pick.MAJOR] * 3 + [Pick.DISTRACTION]
    assert desk.sent.card.summary.startswith("To work this week: Deal ")


def test_majors_come_even_if_nothing_else_stands_out():
    desk = Desk(*GOOD).monday()
    assert "This week’s majors" in words(desk.sent.card)
    assert not desk.memory.reviewed


def test_with_three_deals_or_fewer_nothing_is_proposed():
    desk = Desk(*GOOD[:3]).monday()
    assert desk.sent is None
    assert desk.choices == {}


def test_holidays_and_days_off_win():
    assert Desk(*GOOD, holidays=holidays_on(MONDAY)).monday().sent is None
    off = a_company(a_member(time_off=(TimeOff(MONDAY, days_later(1)),)), a_manager(), an_owner(), targets=())
    assert Desk(*GOOD, company=off).monday().choices == {}


def test_who_asks_earlier_gets_them_then_and_not_again():
    desk = Desk(*GOOD)
    shown = desk.engine.handle(commanded("coach", "majors", at("08:00")))
    assert "Deal 5" in words(shown)
    assert len(desk.choices) == 3
    desk.monday()
    assert desk.sent is None
    late = Desk(*GOOD[1:], LATE)
    late.engine.handle(commanded("coach", "majors", at("08:00")))
    late.monday()
    assert "could move" in words(late.sent.card)
    assert "This week’s majors" in words(late.sent.card)


# --- confirming ----------------------------------------------------------------------------------------------------
def test_one_tap_confirms_all_and_drops():
    desk = Desk(*GOOD, DEAD).monday()
    [yes] = [it for it in desk.sent.card.actions if it.name == "majors.all"]
    assert yes.label == "Yes, and drop that one"
    text = words(desk.press("majors.all"))
    assert all(it.agrees for it in desk.choices.values())
    assert "A good call: that frees about" in text
    [gone] = desk.memory.reviewed.values()
    assert (gone.rule, gone.let_go, gone.opportunity) == (Rule.DISTRACTION, True, "O-9")


def test_what_is_dropped_leaves_the_forecast_and_comes_back_with_second_thoughts():
    desk = Desk(*GOOD, DEAD).monday()
    assert "O-9" in desk.told()
    desk.press("majors.yes", "O-9")
    assert "O-9" not in desk.told()
    desk.argue("O-9", why="moving")
    assert "O-9" in desk.told()
    assert desk.choices["O-9"].why is Why.MOVING


@pytest.mark.parametrize("action", ["majors.yes", "majors.drop"])
def test_what_the_crm_moved_after_it_was_dropped_counts_again_says_so_and_can_be_dropped_again(action):
    desk = Desk(*GOOD, DEAD).monday()
    desk.press("majors.all")
    remember(desk.memory, a_change("O-9", on=days_later(1)))
    card = desk.press("majors.show", now=at("09:00", days_later(2)))
    told = "dropped, but something newer is known of it, so it counts again."
    assert f"Old hope: {told}" in words(card)
    assert "A good call" not in words(card)
    assert "Let Old hope go" in {it.label for it in card.actions}
    each = desk.press("majors.each", now=at("09:01", days_later(2)))
    assert told.capitalize() in words(each)
    assert [it.args["about"] for it in each.actions if it.label == "Drop it"] == ["O-9"]
    assert "Dropped:" not in words(
        desk.engine.handle(commanded("coach", "majors", at("09:02", days_later(2)), member="morgan"))
    )
    card = desk.press(action, "O-9", now=at("09:05", days_later(2)))
    assert "Old hope: dropped." in words(card)
    assert "A good call" in words(card)
    assert "O-9" not in desk.told(days_later(2))
    assert "Old hope: dropped." in words(desk.press("majors.show", now=at("09:10", days_later(2))))


def test_who_confirms_the_rest_of_the_week_drops_nothing_that_counts_again():
    desk = Desk(*GOOD, DEAD).monday()
    desk.press("majors.yes", "O-9")
    remember(desk.memory, a_change("O-9", on=days_later(1)))
    desk.press("majors.all", now=at("09:00", days_later(2)))
    assert "O-9" in desk.told(days_later(2))


def test_an_import_that_has_it_closed_confirms_the_drop():
    desk = Desk(*GOOD, DEAD).monday()
    desk.press("majors.yes", "O-9")
    remember(desk.memory, replace(DEAD, status=Status.LOST, closed_on=days_later(1)))
    desk.engine.handle(imported(at("06:00", days_later(2))))
    assert next(iter(desk.memory.reviewed.values())).confirmed_on == days_later(2)


def test_the_same_tap_twice_changes_nothing():
    desk = Desk(*GOOD, DEAD).monday()
    desk.press("majors.all")
    before = dict(desk.memory.choices)
    desk.press("majors.all", now=at("09:40"))
    desk.press("majors.yes", "O-9", now=at("09:41"))
    assert desk.memory.choices == before
    assert len(desk.memory.reviewed) == 1


def test_an_answered_major_stands_on_the_reviews_card_too():
    desk = Desk(*GOOD[1:], LATE).monday()
    desk.press("majors.all", whole="1")
    shown = desk.press("review.let_go", "O-0", rule="close_date_past", now=at("09:40"))
    assert "you are on it." in words(shown)
    alone = words(desk.press("majors.show"))
    assert "you are on it." in alone
    assert "could move" not in alone


def test_old_buttons_do_nothing():
    desk = Desk(*GOOD).monday()
    assert "That week is over" in words(desk.press("majors.all", now=at("09:00", days_later(14))))
    assert not any(it.answered for it in desk.choices.values())


@pytest.mark.parametrize("action", ["majors.yes", "majors.drop", "majors.argue", "majors.send"])
@pytest.mark.parametrize(
    ("end", "word"),
    [
        ({"status": Status.WON, "closed_on": MONDAY}, "won"),
        ({"status": Status.LOST, "closed_on": MONDAY}, "lost"),
        ({"gone_on": MONDAY}, "no longer in the CRM"),
    ],
)
def test_an_old_cards_tap_on_a_deal_that_has_ended_is_refused_and_says_how_it_ended(action, end, word):
    desk = Desk(*GOOD, DEAD).monday()
    best = next(iter(desk.choices))
    remember(desk.memory, replace(next(it for it in GOOD if it.id == best), **end))
    before = desk.choices
    card = desk.press(action, best, fields={"why": "not_winnable"}, whole="1")
    assert card.summary == f"{before[best].title} is no longer open ({word}), so I changed nothing."
    assert words(card).count(card.summary) == 2, "on top of the week as it is now"
    assert "One by one…" in {one.label for it in card.elements for one in getattr(it, "actions", ())}
    assert desk.choices == before
    assert not desk.memory.reviewed
    assert not desk.matters


def test_what_is_confirmed_as_a_whole_leaves_out_what_has_ended():
    desk = Desk(*GOOD).monday()
    best, *others = desk.choices
    remember(desk.memory, replace(next(it for it in GOOD if it.id == best), status=Status.WON, closed_on=MONDAY))
    desk.press("majors.all")
    assert [it for it, one in desk.choices.items() if one.answered] == others


def test_nobody_answers_for_somebody_else():
    desk = Desk(*GOOD).monday()
    desk.press("majors.all", member="morgan")
    desk.press("majors.all", member="olivia")
    assert not any(it.answered for it in desk.choices.values())


# --- arguing -------------------------------------------------------------------------------------------------------
def test_a_disagreement_goes_to_the_managers_queue_once_and_hurries_nobody():
    desk = Desk(*GOOD).monday()
    best = next(iter(desk.choices))
    desk.argue(best, why="not_ready", words="They froze budgets", instead="O-0")
    desk.argue(best, why="not_ready", words="They froze all budgets", instead="O-0")
    [matter] = desk.matters
    assert "Dana would rather work Deal 0 than Deal" in matter.text
    assert "“They froze all budgets”" in matter.text
    assert "I have it among the three of the week: $4" in matter.text
    assert not any(alarm == "escalate.overdue" for alarm, _ in desk.memory.alarms)
    desk.engine.tick(at("17:00", days_later(3)))
    assert not any(it.to == "olivia" for it in desk.memory.messages.values())


def test_a_major_that_cannot_be_won_is_let_go_where_it_is_said():
    desk = Desk(*GOOD).monday()
    best, *others = desk.choices
    for it in others:
        desk.press("majors.yes", it)
    card = desk.argue(best, why="not_winnable", instead="O-0")
    assert "not this one: It can’t be won. Rather Deal 0." in words(card)
    assert "majors.drop" in {one.name for it in card.elements for one in getattr(it, "actions", ())}
    desk.press("majors.drop", best)
    assert best not in desk.told()
    assert [it.state for it in desk.matters] == ["withdrawn"]
    desk.argue(best, why="moving")
    assert best in desk.told()


@pytest.mark.parametrize("fields", [{"why": ""}, {"why": "other"}, {"words": "  "}])
def test_a_reason_is_asked_for(fields):
    desk = Desk(*GOOD).monday()
    best = next(iter(desk.choices))
    desk.argue(best, **fields)
    assert not desk.choices[best].answered
    assert desk.matters == []


def test_the_manager_agrees_and_the_rep_hears_it_and_it_rests():
    desk = Desk(*GOOD).monday()
    best = next(iter(desk.choices))
    desk.argue(best)
    desk.rule("agree", "Let it rest")
    assert (desk.choices[best].ruling, desk.choices[best].ruled_by) == (Ruling.AGREED, "morgan")
    [matter] = desk.matters
    assert matter.state is EscalationState.RESOLVED
    notice = desk.memory.messages[f"escalation:{matter.id}:closed"]
    assert "agreed, it is no major. “Let it rest”" in words(notice.card)
    desk.engine.tick(at("09:00", days_later(7)))
    assert best not in {it.opportunity for it in desk.memory.choices.values() if it.on == days_later(7)}


def test_the_manager_insists_with_a_reason_and_it_is_proposed_again():
    desk = Desk(*GOOD).monday()
    best = next(iter(desk.choices))
    desk.argue(best)
    assert "A line why" in words(desk.rule("insist"))
    assert desk.choices[best].ruling is None
    desk.rule("insist", "Their board meets on Friday", now=at("10:40"))
    assert desk.choices[best].ruling is Ruling.INSISTED
    [matter] = desk.matters
    notice = desk.memory.messages[f"escalation:{matter.id}:closed"].card
    assert "please work it this week. “Their board meets on Friday”" in words(notice)
    assert [it.name for it in notice.actions] == ["majors.yes"]
    desk.engine.tick(at("09:00", days_later(7)))
    assert best in {it.opportunity for it in desk.memory.choices.values() if it.on == days_later(7)}


@pytest.mark.parametrize(
    ("action", "words_of"),
    [("agree", "Morgan agrees with you."), ("insist", "Morgan stands by the proposal: “It is ripe”")],
)
def test_the_card_of_monday_says_what_the_manager_decided_and_nothing_new_is_sent_for_it(action, words_of):
    desk = Desk(*GOOD[1:], LATE).monday()
    best = next(iter(desk.choices))
    desk.argue(best)
    desk.rule(action, "It is ripe")
    [again] = [it for it in desk.memory.messages.values() if it.replaces == f"review:dana:{MONDAY}"]
    assert (again.to, again.only_edit) == ("dana", True)
    assert words_of in words(again.card)
    assert "could move" in words(again.card)
    desk.rule(action, "It is ripe", now=at("10:50"))
    assert [it for it in desk.memory.messages.values() if it.replaces == f"review:dana:{MONDAY}"] == [again]


def test_majors_that_a_rep_asked_for_have_no_card_of_monday_to_change():
    desk = Desk(*GOOD)
    desk.engine.handle(commanded("coach", "majors", at("08:00")))
    best = next(iter(desk.choices))
    desk.argue(best)
    desk.rule("agree")
    assert desk.choices[best].ruling is Ruling.AGREED
    assert not any(it.replaces and it.replaces.startswith("review:") for it in desk.memory.messages.values())


def test_second_thoughts_take_it_out_of_the_queue():
    desk = Desk(*GOOD).monday()
    best = next(iter(desk.choices))
    desk.argue(best)
    desk.press("majors.yes", best, now=at("09:50"))
    assert desk.choices[best].agrees is True
    [matter] = desk.matters
    assert (matter.state, matter.resolution) == (EscalationState.WITHDRAWN, "Dana goes along with it.")


def test_a_disagreement_about_a_deal_that_has_closed_resolves_itself():
    desk = Desk(*GOOD).monday()
    best = next(iter(desk.choices))
    desk.argue(best)
    closed = next(it for it in GOOD if it.id == best)
    remember(desk.memory, replace(closed, status=Status.WON, closed_on=days_later(1)))
    desk.engine.handle(imported(at("06:00", days_later(2))))
    assert desk.matters[0].state is EscalationState.WITHDRAWN


def test_without_a_manager_or_owner_it_is_kept_and_nobody_is_named():
    alone = a_company(a_member(), targets=())
    desk = Desk(*GOOD, company=alone).monday()
    best = next(iter(desk.choices))
    desk.argue(best)
    assert desk.choices[best].argued
    assert desk.matters == []


# --- the week after ------------------------------------------------------------------------------------------------
def test_the_next_monday_says_what_came_of_the_last():
    desk = Desk(*GOOD).monday()
    first, second, third = desk.choices
    deals = {it.id: it for it in GOOD}
    remember(
        desk.memory,
        replace(deals[first], status=Status.WON, closed_on=days_later(3)),
        a_change(second, on=days_later(3)),
    )
    desk.engine.tick(at("09:00", days_later(7)))
    text = words(desk.memory.messages[f"review:dana:{days_later(7)}"].card)
    names = {it.id: it.title for it in GOOD}
    assert f"last majors. {names[first]}: won; {names[second]}: moved to another stage; {names[third]}: no" in text


def test_a_deal_to_work_instead_is_an_open_one_and_is_called_by_its_name_once_it_has_closed():
    twins = tuple(replace(it, name="Same name") for it in GOOD)
    desk = Desk(*twins, DEAD).monday()
    desk.press("majors.all")
    first = next(iter(desk.choices))
    form = desk.press("majors.argue", about=first)
    names = [name for it in form.fields if it.name == "instead" for _, name in it.options]
    assert len(names) == len(set(names)) > 1
    assert "Old hope" not in names, "let go"
    instead = next(value for it in form.fields if it.name == "instead" for value, _ in it.options)
    desk.argue(first, why="not_ready", instead=instead)
    remember(desk.memory, replace(next(it for it in twins if it.id == instead), status=Status.WON, closed_on=MONDAY))
    assert "Rather Same name" in words(desk.engine.handle(commanded("coach", "majors", at("12:00"))))


def test_the_manager_reads_how_they_were_taken():
    desk = Desk(*GOOD, DEAD).monday()
    first = next(iter(desk.choices))
    desk.press("majors.all")
    desk.argue(first)
    text = words(desk.engine.handle(commanded("coach", "review", at("12:00"), member="morgan")))
    assert "Sees Deal" in text
    assert "it is in your queue" in text
    assert "Dropped: Old hope; that frees about" in text
    assert "Deal 5" in words(desk.engine.handle(commanded("coach", "majors dana", at("12:01"), member="morgan")))
    assert "Dana" in words(desk.engine.handle(commanded("coach", "majors", at("12:02"), member="morgan")))


def test_the_owner_sees_deals_and_no_names():
    desk = Desk(*GOOD, DEAD).monday()
    desk.press("majors.all")
    text = words(desk.engine.handle(commanded("coach", "majors", at("12:00"), member="olivia")))
    assert "3 deals that the team works first this week" in text
    assert "1 deal was dropped to make room." in text
    assert "Dana" not in text


def test_the_maths_are_a_tap_away():
    desk = Desk(*GOOD, DEAD).monday()
    text = words(desk.press("majors.maths"))
    assert "Old hope: what an hour on it is worth" in text
    assert "Deals to drop" in text
