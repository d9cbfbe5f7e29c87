"""How days, counts and shares read in a sentence, the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from coaching.language import number, spoken, t, tn

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.people import Member

_AROUND = frozenset({"“”", "„“", "„”", "«»", "»«", '""'})


def day(it: date, today: date | None = None) -> str:
    """`Mon 23 Nov`; the year is added when it isn't this one."""
    language = spoken()
    written = language.day.format(
        weekday=language.weekdays[it.weekday()], day=it.day, month=language.months[it.month - 1]
    )
    return f"{written} {it.year}" if today and it.year != today.year else written


def capital(text: str) -> str:
    """The first letter only: names inside stay as they are."""
    return text[:1].upper() + text[1:]


def stopped(text: str) -> str:
    """With a full stop, where it ends in none: what ends in somebody's own words may."""
    return text if text.rstrip('”“"»«’ )')[-1:] in {*".!?…"} else f"{text}."


def inside(heading: str) -> str:
    """A heading's words as they stand within a sentence."""
    return heading.lower() if spoken().lowers else heading


def small(heading: str) -> str:
    """The same with its first letter only, where there may be names in it."""
    return heading[:1].lower() + heading[1:] if spoken().lowers else heading


def weekday(it: date) -> str:
    """`Monday`."""
    return spoken().whole_weekdays[it.weekday()]


def whole_day(it: date) -> str:
    """`23 November`."""
    language = spoken()
    return language.whole_day.format(day=it.day, month=language.whole_months[it.month - 1])


def moment(it: datetime, member: Member) -> str:
    """`Tue 24 Nov at 10:00`, by the clock of whoever reads it."""
    local = it.astimezone(member.tz)
    return t("{day} at {time}", day=day(local.date()), time=f"{local:%H:%M}")


def stamp(local: datetime) -> str:
    """`2026-11-27 12:00`, as the language writes it in figures."""
    return t(
        "{year}-{month}-{day} {time}", year=f"{local:%Y}", month=f"{local:%m}", day=f"{local:%d}", time=f"{local:%H:%M}"
    )


def stretch(begin: datetime, end: datetime, member: Member) -> str:
    """`Tue 1 Dec, 09:00-17:00`, by the clock of whoever reads it."""
    first, last = begin.astimezone(member.tz), end.astimezone(member.tz)
    if (last - timedelta(minutes=1)).date() != first.date():
        return t("{begin} to {end}", begin=moment(begin, member), end=moment(end, member))
    return t("{day}, {begin}-{end}", day=day(first.date()), begin=f"{first:%H:%M}", end=f"{last:%H:%M}")


def count(n: int, noun: str, many: str = "") -> str:
    """`1 deal`, `3 deals`."""
    return f"{n:,} {noun if n == 1 else many or noun + 's'}"


def percent(share: float) -> str:
    """`17 %`, in whole percent; what isn't all or nothing isn't rounded to it."""
    if 0.995 <= share < 1:
        return t("over 99 %")
    return t("under 1 %") if 0 < share < 0.005 else f"{number(round(share * 100))} %"


def ago(days: int) -> str:
    """`today`, `yesterday`, `6 days ago`."""
    if days in {0, 1}:
        return t("yesterday") if days else t("today")
    return tn("{n} day ago", "{n} days ago", days)


def quoted(text: str) -> str:
    """Between quotes; its own become single ones, and those around all of it are not doubled."""
    return t("“{text}”", text=bare(text).translate(str.maketrans("“”„", "‘’‚")))


def bare(text: str) -> str:
    """Without the quotes around all of it, as people and CRMs write them."""
    inner = text.strip()[1:-1]
    around = text.strip()[:1] + text.strip()[-1:]
    return inner if around in _AROUND and not set(inner) & set(around) and inner.strip() else text


def managers(company: Company) -> str:
    """All who see what a manager sees: `Morgan and Eva`; empty where there is none."""
    return listed([company.called(it) for it in company.managers], most=len(company.managers))


def takers(company: Company, member: str) -> str:
    """All who may answer a member's matter: `Morgan and Eva`; empty where there is nobody."""
    them = company.takers(member)
    return listed([company.called(it) for it in them], most=len(them))


def planner(company: Company) -> str:
    """With whom a target is talked about."""
    first = company.manager or company.owner
    return company.called(first) if first else t("whoever sets the targets")


def listed(names: Sequence[str], most: int = 5) -> str:
    """`A, B and C`; beyond `most`, how many more there are."""
    shown, more = list(names[:most]), len(names) - most
    if more > 0:
        return t("{names} and {more} more", names=", ".join(shown), more=more)
    if len(shown) < 2:
        return "".join(shown)
    return t("{names} and {last}", names=", ".join(shown[:-1]), last=shown[-1])
