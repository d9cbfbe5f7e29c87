"""Majors and distractions in words: why a deal is one, and how it is kept once it was proposed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from coaching.chosen import CameOf, Choice, Pick, Why
from coaching.language import number, t, tn
from coaching.majors import By, Distraction, RepMajors
from coaching.phrases import listed, percent
from coaching.review import money
from coaching.review_words import rough
from coaching.worth import SHUT, Worth

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.numbers.outlook import Odds

HOUR = 60
SHOWN = 90
"""Minutes from which on hours are said."""


# --- small things --------------------------------------------------------------------------------------------------
def amount(it: Worth, company: Company) -> str:
    """`$60,000`; one that nobody said is called about."""
    known = money(it.amount, company)
    if known is None or it.amount is None:
        return t("no amount yet")
    return t("about {amount}", amount=rough(it.amount, company)) if it.seen.estimated else str(known)


def time(minutes: float) -> str:
    """`40 minutes`, `2.5 hours`, `12 hours`: as finely as such a guess deserves."""
    if minutes < SHOWN:
        return tn("{n} minute", "{n} minutes", max(5, round(minutes / 5) * 5))
    hours = minutes / HOUR
    return t("{hours} hours", hours=number(hours, 0 if hours >= 10 or hours == round(hours) else 1))


def freed(minutes: int) -> str:
    """What dropping gives back."""
    return t("that frees about {time} a week", time=time(minutes))


def why_names(pick: Pick) -> dict[Why, str]:
    """The reasons that can be given in one choice."""
    if pick is Pick.MAJOR:
        return {
            Why.NOT_THIS_WEEK: t("Right, but not this week"),
            Why.NOT_WINNABLE: t("It can’t be won"),
            Why.NOT_READY: t("The buyer isn’t ready"),
            Why.BETTER: t("Another deal comes first"),
            Why.OTHER: t("Something else"),
        }
    return {
        Why.MOVING: t("It is moving, the data is behind"),
        Why.LITTLE_WORK: t("It takes hardly any work"),
        Why.OPENS_DOORS: t("It opens doors beyond its amount"),
        Why.NOT_THIS_WEEK: t("Not yet: one more try first"),
        Why.OTHER: t("Something else"),
    }


def came_words(it: CameOf) -> str:
    """What has become of a deal."""
    return {
        CameOf.WON: t("won"),
        CameOf.LOST: t("lost"),
        CameOf.GONE: t("no longer in the CRM"),
        CameOf.MOVED: t("moved to another stage"),
        CameOf.NOTHING: t("no move yet"),
    }[it]


# --- why -----------------------------------------------------------------------------------------------------------
def said(it: Worth, by: By, company: Company) -> str:
    """Why a deal is among those to work.

    `$60,000, 45 % likely, about 6 hours of work left: about $4,500 an hour.`
    """
    held = _held(it)
    return f"{_value(it, by, company)} {held}" if held else _value(it, by, company)


def _value(it: Worth, by: By, company: Company) -> str:
    shown = amount(it, company)
    if it.chance is None:
        return t("{amount}; how likely it is can’t be said yet.", amount=shown)
    likely = percent(it.chance)
    if it.expected is None:
        return t("{amount}, {share} likely.", amount=shown, share=likely)
    if by is By.HOUR and it.hours is not None and it.per_hour is not None:
        return t(
            "{amount}, {share} likely, about {time} of work left: about {value} an hour.",
            amount=shown,
            share=likely,
            time=time(it.hours.hours * HOUR),
            value=rough(it.per_hour, company),
        )
    return t("{amount}, {share} likely: about {value}.", amount=shown, share=likely, value=rough(it.expected, company))


def _held(it: Worth) -> str:
    if it.gate == 1 or it.qualified is None:
        return ""
    names = listed([one.criterion.name for one in it.qualified.missing])
    return t("It counts {share} of that until this is known: {names}.", share=percent(SHUT), names=names)


def said_of(it: Distraction, found: RepMajors, company: Company) -> str:
    """Why a deal might be dropped.

    `About $40 an hour, where the best three bring $900 and more. Besides: day 120, outside the usual cycle.`
    """
    hour, third = it.worth.per_hour or 0.0, rough(found.third or 0.0, company)
    worth = (
        t(
            "About {value} an hour, where the best three bring {third} and more.",
            value=rough(hour, company),
            third=third,
        )
        if round(hour) >= 1
        else t("Next to nothing an hour, where the best three bring {third} and more.", third=third)
    )
    signs = [one.short for one in it.signs]
    why = t("Besides: {signs}.", signs=listed(signs)) if signs else ""
    return " ".join(part for part in (worth, why, _held(it.worth)) if part)


def nothing(found: RepMajors, odds: Odds) -> str:
    """What isn't there, in a sentence: too few deals, too little known, nothing to drop; empty where there is."""
    if found.few:
        return tn(
            "{n} open deal: nothing to choose, it is the major.",
            "{n} open deals: nothing to choose, all of them are majors.",
            len(found.deals),
        )
    match found.by:
        case By.NOTHING:
            return t("Not enough data to choose by: no open deal has an amount or a chance yet.")
        case By.CHANCE:
            return t("By how likely they are alone: no amount is known. What to drop can’t be said yet.")
        case By.AMOUNT:
            return t("By amount alone: {why}. What to drop can’t be said yet.", why=odds.why or t("no chance is known"))
        case By.VALUE:
            return t(
                "By amount and chance, without hours: not enough data for a usual cycle. What to drop can’t be said."
            )
        case By.HOUR:
            return "" if found.distractions else t("Nothing to drop: no deal is both worth little and stuck.")
        case _:
            assert_never(found.by)


# --- as kept -------------------------------------------------------------------------------------------------------
def chosen(found: RepMajors, company: Company) -> tuple[Choice, ...]:
    """To be proposed to whose deals they are, on the day they were looked at, with the words as they are now."""
    majors = (_kept(it, said(it, found.by, company), Pick.MAJOR, company) for it in found.majors)
    dropping = (_kept(it.worth, said_of(it, found, company), Pick.DISTRACTION, company) for it in found.distractions)
    return (*_placed(majors), *_placed(dropping))


def _placed(them: Iterable[Choice]) -> Iterator[Choice]:
    return (replace(it, place=place) for place, it in enumerate(them))


def _kept(it: Worth, words: str, pick: Pick, company: Company) -> Choice:
    return Choice(
        member=it.seen.deal.member or "",
        on=it.seen.ground.today,
        opportunity=it.seen.deal.id,
        pick=pick,
        title=it.seen.deal.title,
        said=words,
        amount=money(it.amount, company),
        estimated=it.seen.estimated,
        at_stake=money(it.expected, company),
        per_hour=money(it.per_hour, company),
        minutes=round(it.hours.per_week * HOUR) if it.hours else None,
    )
