"""The owner's page, in money and dates, in the order an owner asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from coaching import mandate_card
from coaching.card import (
    Action,
    Bar,
    Bars,
    Bold,
    Bullets,
    Buttons,
    Card,
    Element,
    Figure,
    Heading,
    Maths,
    Picture,
    Spans,
    Table,
    quiet,
    say,
)
from coaching.credits import told
from coaching.digest import LEAST_PEOPLE, STALE_AFTER, Deciding, Digest, Pile, missing_in, pile
from coaching.language import marked, t, tn, tns, ts, worded
from coaching.majors_words import time
from coaching.mandate import Mandate
from coaching.money import Money, rough, symbol, total
from coaching.numbers.forecast import NoRange, Range
from coaching.numbers.outlook import Basis
from coaching.outlook_words import in_words
from coaching.phrases import day, listed, percent
from coaching.questions import shortened
from coaching.review_summary import changed
from coaching.risks import Hazard, Risk
from coaching.told_apart import called
from coaching.told_to_owner import too_few_calls
from coaching.waterfall import Waterfall

TOLD_RISKS = 4
DAY = timedelta(days=1)
TITLE = 60
COUNTED = marked(
    "What the pipeline counts on is amount times chance, the higher of its stage’s and of what earlier deals became."
)
LIKELY = marked("The chance is the forecast’s, of being won at all.")
REBUILT = marked(
    "Nothing had been imported by that day. The figures about deals are by the deals’ own days: stages, amounts and"
    " close dates as they were first seen, and unknown for deals that had closed before they were seen."
)


def few() -> str:
    """Why a figure about people is not there."""
    return t("left out: with fewer than {n} people a figure would be about somebody", n=LEAST_PEOPLE)


def card(it: Digest, *, answerable: bool = True) -> Card:
    """What the owner reads on Friday. Without buttons where nobody could press them."""
    facts = it.facts
    head = t("{company}: week to {day}", company=facts.company.name, day=day(facts.today))
    elements = (
        Heading(head),
        *stale(it),
        say(*landing(it)),
        *picture(it),
        Bullets(tuple(_standing(it))),
        *(say(line) for line in it.toward),
        *changed_part(it),
        *_deciding(it),
        *risks_part(it),
        *_decisions(it, answerable=answerable),
        *wins_part(it),
        Heading(t("The team")),
        Bullets(tuple(_team(it))),
        Heading(t("Left undone on purpose")),
        *_undone(it),
        quiet(_maths(it)),
        *((Buttons((Action("digest.maths", t("See the maths"), {"on": str(facts.today)}),)),) if answerable else ()),
    )
    return Card(f"{facts.company.name}, {facts.period}: {_headline(it)}", elements)


def _headline(it: Digest) -> str:
    days = (it.facts.period.end - it.facts.today).days
    open_ = sum(not one.answered for one in it.decisions)
    asked = tn("; {n} decision for you", "; {n} decisions for you", open_) if open_ else ""
    if it.target is None:
        return tn("{won} won, {n} day left", "{won} won, {n} days left", days, won=it.won.amount) + asked
    landed = {"won": it.won.amount, "target": it.target}
    return tn("{won} of {target} won, {n} day left", "{won} of {target} won, {n} days left", days, **landed) + asked


def stale(it: Digest) -> tuple[Element, ...]:
    """A digest never shows old pipeline figures as if they were today's."""
    on = it.facts.refreshed_on
    if it.facts.rebuilt:
        return (say(worded(REBUILT)),)
    if on is None:
        return (
            say(
                Bold(t("No opportunities have been imported yet.")), t(" The figures about deals are empty until then.")
            ),
        )
    if it.facts.today - on > STALE_AFTER:
        last = Bold(t("The pipeline was last refreshed on {day}.", day=day(on)))
        return (say(last, t(" Figures about deals are as of then.")),)
    return ()


# --- where it lands ------------------------------------------------------------------------------------------------
def landing(it: Digest) -> Spans:
    """In one sentence."""
    found, period = it.outlook.total, it.facts.period
    if isinstance(found, NoRange):
        return (t("No range for where {period} will land: {why}.", period=period, why=found.why),)
    won = Figure(str(it.won.amount), rows(it, "won"))
    if it.outlook.basis is Basis.OVER:
        return ts("{period} ended at {won}.", period=period, won=won)
    if not ahead(it):
        return ts("{period} stands at {won}; no open deal is due in it.", period=period, won=won)
    range_ = Figure(t("{low} and {high}", low=found.p10, high=found.p90), rows(it, "open"))
    if it.target is None or found.chance is None:
        return ts("{period} will most likely land between {range}.", period=period, range=range_)
    return ts(
        "{period} will most likely land between {range}; the target of {target} is reached {odds}.",
        period=period,
        range=range_,
        target=it.target,
        odds=_odds(found.chance),
    )


def ahead(it: Digest) -> Range | None:
    """The range, if there is anything that it was made from."""
    found = it.outlook.total
    if isinstance(found, NoRange) or it.outlook.basis is Basis.OVER:
        return None
    return found if found.n or it.outlook.basis is Basis.HISTORY else None


def _odds(chance: float) -> str:
    """A sum of stage probabilities is never certain, whatever it rounds to."""
    if chance >= 0.99:
        return t("in more than 99 of 100 cases")
    if chance < 0.01:
        return t("in less than 1 of 100 cases")
    return t("in {share} of cases", share=percent(chance))


def picture(it: Digest, *, managers: bool = False) -> tuple[Element, ...]:
    """The manager's has the calls of however few."""
    bars = [Bar(t("Won so far"), float(it.won.amount.amount))]
    if (managers or it.enough_called) and it.commit is not None and it.best_case is not None:
        bars.append(Bar(t("Called by the reps"), float(it.commit.amount), float(it.best_case.amount)))
    locked = _locked(it)
    if locked is not None:
        bars.append(Bar(t("Agreed and locked"), float(locked.amount)))
    if found := ahead(it):
        bars.append(Bar(t("The coach expects"), float(found.p10.amount), float(found.p90.amount)))
    words = "; ".join(_bar(bar, it) for bar in bars)
    target = t("; target {target}", target=it.target) if it.target else ""
    return (
        Picture(
            alt=words + target,
            title=t("{period} against target", period=it.facts.period) if it.target else str(it.facts.period),
            plot=Bars(tuple(bars)),
            unit=symbol(it.facts.company.currency).strip(),
            mark=float(it.target.amount) if it.target else None,
            mark_label=t("Target"),
        ),
    )


def _bar(bar: Bar, it: Digest) -> str:
    if bar.reach is None:
        return t("{label} {amount}", label=bar.label, amount=_money(bar.value, it))
    return t("{label} {low} to {high}", label=bar.label, low=_money(bar.value, it), high=_money(bar.reach, it))


def _money(value: float, it: Digest) -> Money:
    return Money.of(str(round(value, 3)), it.facts.company.currency)


def _locked(it: Digest) -> Money | None:
    """A sum that is nobody's own: from so many reps on."""
    locked = it.facts.agreed.locked if it.facts.agreed else None
    return locked.commit if locked and locked.called >= LEAST_PEOPLE else None


def _standing(it: Digest) -> Iterable[Spans]:
    yield _won(it)
    reps = len(it.facts.company.reps)
    if it.commit is None:
        yield (_nobody(reps),)
    elif not it.enough_called:
        yield (too_few_calls(it.facts.company, it.called),)
    else:
        amounts = t("{commit} commit, {best} best case", commit=it.commit, best=it.best_case)
        called = Figure(amounts, rows(it, "calls"))
        yield tns(
            "Called by the reps, won deals included: {called} ({k} of {n} rep)",
            "Called by the reps, won deals included: {called} ({k} of {n} reps)",
            reps,
            called=called,
            k=it.called,
        )
    yield from _agreed(it)
    yield _goals(it)


def _won(it: Digest) -> Spans:
    won, n = Figure(str(it.won.amount), rows(it, "won")), len(it.won.deals)
    unknown = _unknown(it.won)
    if it.target and it.target > it.won.amount:
        return tns(
            "Won so far: {won} from {n} deal, {gap} to go{unknown}",
            "Won so far: {won} from {n} deals, {gap} to go{unknown}",
            n,
            won=won,
            gap=it.target - it.won.amount,
            unknown=unknown,
        )
    return tns(
        "Won so far: {won} from {n} deal{unknown}", "Won so far: {won} from {n} deals{unknown}", n, won=won,
        unknown=unknown,
    )  # fmt: skip


def _nobody(reps: int) -> str:
    if not reps:
        return t("There is no rep who could have called the quarter yet")
    return tn("The only rep has not called the quarter yet", "None of {n} reps has called the quarter yet", reps)


def _agreed(it: Digest) -> Iterable[Spans]:
    found, locked = it.facts.agreed, _locked(it)
    if found is None or found.locked is None or found.locked_at is None or locked is None:
        return
    when = day(found.locked_at.astimezone(it.facts.company.tz).date(), it.facts.today)
    enough = found.now.called >= LEAST_PEOPLE
    since = t("; {change} since", change=_signed(found.change)) if found.change and enough else ""
    if locked.currency == it.won.amount.currency and locked < it.won.amount:
        since += t("; more is won by now, so some calls are from before it was")
    yield ts(
        "Locked on {day}: {amount}; {agreed} of {called} calls agreed, {beside} by the manager’s figure{since}",
        day=when,
        amount=Figure(str(locked), rows(it, "agreed")),
        agreed=found.locked.agreed,
        beside=found.locked.overlaid,
        called=found.locked.called,
        since=since,
    )


def _signed(it: Money) -> str:
    return str(it) if it.minor < 0 else f"+{it}"


def _goals(it: Digest) -> Spans:
    if not it.goals:
        return (t("Reps at goal: no rep has a target of their own"),)
    if len(it.goals) < LEAST_PEOPLE:
        return (t("Reps at goal: {why}", why=few()),)
    reached = sum(goal.on_course for goal in it.goals)
    share = t("{k} of {n} ({share})", k=reached, n=len(it.goals), share=percent(reached / len(it.goals)))
    return ts("Reps at goal, by what is won or the commit that stands: {share}", share=Figure(share, rows(it, "goals")))


# --- what only the owner can decide --------------------------------------------------------------------------------
def _decisions(it: Digest, *, answerable: bool) -> tuple[Element, ...]:
    head = Heading(t("Decisions we need from you"))
    if not it.decisions:
        return head, say(t("None this week."))
    parts = (part for one in it.decisions for part in _decision(it, one, answerable=answerable))
    return head, *parts


def _decision(it: Digest, one: Mandate, *, answerable: bool) -> tuple[Element, ...]:
    return mandate_card.asked(one, it.facts.company, it.facts.today, answerable=answerable)


# --- what changed --------------------------------------------------------------------------------------------------
def changed_part(it: Digest) -> tuple[Element, ...]:
    found = it.facts.changed
    head = Heading(t("What changed since {day}", day=day(it.facts.first - DAY)))
    listed_ = Bullets(tuple(_week(it)))
    if found is None:
        return head, say(t("There is no export from a week ago yet, so that only what is dated is told.")), listed_
    net = Figure(_signed(found.closing - found.opening), rows(it, "changed"))
    said = ts(
        "Open and due by {end}: {opening} at the end of {first}, {closing} on {last} ({net}).",
        end=day(it.facts.period.end, it.facts.today),
        opening=found.opening,
        first=day(found.first),
        closing=found.closing,
        last=day(found.last),
        net=net,
    )
    pictures = (one for one in changed(found) if not isinstance(one, Maths))
    return head, say(*said), *_as_told(found), *pictures, listed_


def _as_told(it: Waterfall) -> tuple[Element, ...]:
    """Why the opening isn't what the page before called its closing."""
    if not it.told_late:
        return ()
    return (
        quiet(
            tn(
                "At the end of {first} it was told as {told}: {n} deal had ended by then and was told later.",
                "At the end of {first} it was told as {told}: {n} deals had ended by then and were told later.",
                len(it.told_late),
                first=day(it.first),
                told=it.opening_as_told,
            )
        ),
    )


def _week(it: Digest) -> Iterable[Spans]:
    for name, words, what in (
        ("won-week", t("Won"), it.won_week),
        ("lost-week", t("Lost"), it.lost_week),
        ("pushed", t("Pushed to a later date"), it.pushed),
        ("new", t("New"), it.new),
    ):
        if not what.deals:
            yield (t("{what}: nothing", what=words),)
            continue
        value = Figure(_sum(what), rows(it, name))
        more = f"{_unknown(what)}{_not_due(it, what) if name == 'new' else ''}"
        yield ts("{what}: {sum}{largest}{unknown}", what=words, sum=value, largest=_largest(what), unknown=more)
    yield from _late(it)


def _not_due(it: Digest, what: Pile) -> str:
    """The picture above has the others alone."""
    later = frozenset(it.facts.changed.new_later) if it.facts.changed else frozenset()
    apart = pile((one for one in what.deals if one.id in later), it.facts.company)
    if not apart.deals:
        return ""
    return t("; not due by {end}: {sum}", end=day(it.facts.period.end, it.facts.today), sum=_sum(apart))


def _late(it: Digest) -> Iterable[Spans]:
    """What fell between two pages, each by its name and its day."""
    for name, what in (("won-late", it.won_late), ("lost-late", it.lost_late)):
        if not what.deals:
            continue
        named = listed([f"{one.title} ({day(one.closed_on, it.facts.today)})" for one in what.deals if one.closed_on])
        value, before = Figure(_sum(what), rows(it, name)), day(it.facts.first, it.facts.today)
        if name == "won-late":
            yield ts("Won before {day}, told only now: {sum}, {names}", day=before, sum=value, names=named)
        else:
            yield ts("Lost before {day}, told only now: {sum}, {names}", day=before, sum=value, names=named)


def _sum(what: Pile) -> str:
    n = len(what.deals)
    if n > what.unknown:
        return tn("{amount} in {n} deal", "{amount} in {n} deals", n, amount=what.amount)
    return tn("{n} deal", "{n} deals", n)


def _largest(what: Pile) -> str:
    priced = [it for it in what.deals if it.amount is not None]
    best = max(priced, key=lambda it: it.amount.minor if it.amount else 0, default=None)
    if best is None:
        return ""
    if len(what.deals) > 1:
        return t(", the largest {title}", title=best.title)
    return f", {best.title}"


def _unknown(what: Pile) -> str:
    return t(" ({n} without an amount)", n=what.unknown) if what.unknown else ""


# --- the deals it hangs on, and what could go wrong ----------------------------------------------------------------
def _deciding(it: Digest) -> tuple[Element, ...]:
    if not it.deciding:
        return ()
    facts = it.facts
    lines = tuple(_deal(it, one) for one in it.deciding)
    head = tn("The deal that decides {period}", "The {n} deals that decide {period}", len(lines), period=facts.period)
    table = Table((t("Deal"), t("Amount"), t("Chance"), t("Closes"), t("Missing")), lines, frozenset({1, 2}))
    return Heading(head), table, quiet(worded(LIKELY)), *_majors(it)


def _majors(it: Digest) -> tuple[Element, ...]:
    """Whether the week goes into them."""
    found = it.facts.majors
    if found is None or not found.open:
        return ()
    amount = str(found.amount)
    if any(one.choice.estimated for one in found.open):
        amount = t("about {amount}", amount=rough(found.amount))
    chosen = {one.choice.opportunity for one in found.open}
    both, worked = sum(one.seen.deal.id in chosen for one in it.deciding), len(found.open)
    if both:
        said = tn(
            "{n} of them is among the {worked} that the reps work first this week ({amount} in all).",
            "{n} of them are among the {worked} that the reps work first this week ({amount} in all).",
            both,
            worked=worked,
            amount=amount,
        )
    else:
        said = tn(
            "The deal that the reps work first this week is another ({amount}).",
            "The {n} deals that the reps work first this week are others ({amount} in all).",
            worked,
            amount=amount,
        )
    if not found.dropped:
        return (say(said),)
    freed = tn(
        "They let {n} deal go, which frees about {time} a week.",
        "They let {n} deals go, which frees about {time} a week.",
        len(found.dropped),
        time=time(found.freed),
    )
    return (say(f"{said} {freed}"),)


def _deal(it: Digest, one: Deciding) -> tuple[Spans, ...]:
    deal, today = one.seen.deal, it.facts.today
    worth = _money(one.seen.worth or 0.0, it)
    amount = t("about {amount}", amount=worth) if one.seen.estimated else str(worth)
    past = deal.close_date is not None and deal.close_date < today
    closes = day(deal.close_date, today) if deal.close_date else t("no date")
    return (
        (Bold(called(deal, it.facts.book.open, longest=TITLE)),),
        (amount,),
        (percent(one.chance),),
        (t("{day}, past", day=closes) if past else closes,),
        (_missing(it, one),),
    )


def _missing(it: Digest, one: Deciding) -> str:
    names = [missing.criterion.name for missing in missing_in(it, one.seen.deal)]
    return listed(names, 2) if names else ""


def risks_part(it: Digest) -> tuple[Element, ...]:
    if it.facts.review is None:
        return ()
    head = Heading(t("Risks, most money first"))
    if not it.risks:
        return head, say(t("None stands out."))
    lines = tuple((f"{one.said} ", *_stake(it, one)) for one in it.risks[:TOLD_RISKS])
    return head, Bullets(lines), quiet(t("{counted} A deal may be in several.", counted=worded(COUNTED)))


def _stake(it: Digest, one: Risk) -> Spans:
    amount = Figure(str(one.at_stake), rows(it, f"risk-{one.hazard}"))
    if one.hazard is Hazard.COVERAGE:
        return ts("At that ratio {amount} are missing.", amount=amount)
    return ts("The pipeline counts on {amount} of it.", amount=amount)


# --- wins, people, and what was left -------------------------------------------------------------------------------
def wins_part(it: Digest) -> tuple[Element, ...]:
    if not it.credited:
        return ()
    company, today = it.facts.company, it.facts.today
    lines = tuple(
        (Bold(shortened(one.deal.title, TITLE)), f" ({one.deal.amount or t('no amount')}). {told(one, company, today)}")
        for one in it.credited
    )
    return Heading(t("What went before the wins")), Bullets(lines)


def _team(it: Digest) -> Iterable[Spans]:
    if not it.asked:
        yield (t("No check-ins were asked for this week"),)
        return
    if it.answering < LEAST_PEOPLE:
        yield (t("Habits: {why}", why=few()),)
        return
    share = t("{k} of {n} ({share})", k=it.answered, n=it.asked, share=percent(it.answered / it.asked))
    yield tns(
        "Check-ins answered: {share}, {n} person",
        "Check-ins answered: {share}, {n} people",
        it.answering,
        share=Figure(share, rows(it, "checkins")),
    )
    for habit in it.practice:
        if habit.people < LEAST_PEOPLE:
            yield (t("{habit}: {why}", habit=habit.name, why=few()),)
        else:
            done = t(
                "{done} of {planned} planned ({share})",
                done=habit.done,
                planned=habit.plan,
                share=percent(habit.share),
            )
            yield ts("{habit}: {done}", habit=habit.name, done=Figure(done, rows(it, "habits")))


def _undone(it: Digest) -> tuple[Element, ...]:
    """How much, and what it is worth: what exactly is between the manager and whoever asked."""
    promises = dropped(it) if it.answering >= LEAST_PEOPLE else ()
    lines = tuple(line for line in (_put_off(it), let_go(it), promises) if line)
    return (Bullets(lines),) if lines else (say(t("Nothing was put off.")),)


def _put_off(it: Digest) -> Spans:
    if not it.undone:
        return ()
    worth = [found for one in it.undone if (found := it.worth(one)) and found.currency == it.facts.company.currency]
    n = len(it.undone)
    if not worth:
        return (tn("Put off by the manager: {n} matter", "Put off by the manager: {n} matters", n),)
    stake = total(worth, it.facts.company.currency)
    return (
        tn(
            "Put off by the manager: {n} matter, {amount} at stake",
            "Put off by the manager: {n} matters, {amount} at stake",
            n,
            amount=stake,
        ),
    )


def let_go(it: Digest) -> Spans:
    names = list(dict.fromkeys(one.title for one in it.let_go))
    return (t("Let go in the review, which frees time: {names}", names=listed(names)),) if names else ()


def dropped(it: Digest) -> Spans:
    if not it.dropped:
        return ()
    n = len(it.dropped)
    return (
        tn(
            "{n} commitment dropped by the team to make room", "{n} commitments dropped by the team to make room", n
        ),
    )  # fmt: skip


def _maths(it: Digest) -> str:
    found = ahead(it)
    out = ""
    if it.undated and it.outlook.basis is Basis.STAGES:
        out = " " + tn(
            "{n} open deal has no close date and can’t count.",
            "{n} open deals have no close date and can’t count.",
            it.undated,
        )
    if found is None:
        return t("The range needs open deals with an amount, a close date and a stage with a probability.") + out
    more = t(" It counts no deal that isn't created yet.") if it.outlook.basis is Basis.STAGES else ""
    return f"{in_words(it.outlook, found)}{more}{out}"


def rows(it: Digest, name: str) -> str:
    """The name of the page that lists what a figure was made from."""
    return f"digest/{it.facts.today}/{name}"
