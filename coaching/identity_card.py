"""What the manager is asked about people whom nobody knows, and what those are told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from coaching.card import Action, Bold, Buttons, Card, Element, Field, Heading, Input, Look, Spans, note, quiet, say
from coaching.files_card import WHO as WHO_IS_WHO
from coaching.identity import PLATFORMS, Newcomer, Standing, choice, reason
from coaching.language import t, tn, tns
from coaching.people import Role
from coaching.phrases import listed

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.people import Member

MOST_CHOICES = 90
"""Slack takes a hundred; beyond that a name is written."""
MOST_NAMED = 5
FORMS_IN = frozenset({"slack", "teams"})
"""Where whoever decides can add people."""
WHO = "member"


def _where(it: Newcomer) -> str:
    return PLATFORMS.get(it.platform, it.platform)


def _args(it: Newcomer) -> dict[str, str]:
    return {"platform": it.platform, "handle": it.handle}


# --- for the manager -----------------------------------------------------------------------------------------------
def question(it: Newcomer, company: Company, error: str = "") -> Card:
    """One of them, with those who it may be."""
    line = t(
        "Somebody wrote that I don’t know: {name} in {platform}. Who is this?", name=it.called, platform=_where(it)
    )
    member = company.member(it.member) if it.member else None
    people = choice(company, it)
    nobody = Action("identity.nobody", t("Nobody of ours"), _args(it))
    again = Action("identity.open", t("Look again"), _args(it))
    new = (Action(WHO_IS_WHO, t("Somebody new"), _args(it)),) if it.platform in FORMS_IN else ()
    known = Action("identity.is", t("That’s who it is"), _args(it), Look.PRIMARY)
    return Card(
        line,
        (
            say(line),
            quiet(reason(it.doubt, it.platform, company.called(member) if member else "")),
            *((_who(people, company, error),) if people else (_all_known(),)),
            Buttons((known, *new, nobody) if people else (*new, nobody, again)),
            quiet(
                t("A name can be chosen freely there. Ask them yourself if you aren’t sure; so far they see nothing.")
            ),
        ),
    )


def _all_known() -> Element:
    """With what to do where somebody came back with another account."""
    return say(
        t(
            "Everybody in your list is known there already. If one of them has a new account, have the old one closed "
            "there and look again: then I offer them here, and the new one takes its place."
        )
    )


def _who(people: Sequence[Member], company: Company, error: str) -> Field:
    if len(people) > MOST_CHOICES:
        hint = t("As your list has it.")
        return Field(name=WHO, label=t("Their full name"), input=Input.LINE, hint=hint, error=error)
    options = tuple((it.id, company.in_full(it)) for it in people)
    return Field(name=WHO, label=t("Who it is"), input=Input.CHOICE, options=options, error=error)


def several(waiting: Sequence[Newcomer]) -> Card:
    """All who wait, a button each."""
    if not waiting:
        return note(t("Everybody who wrote to me is known."))
    return Card(how_many(waiting), (Heading(how_many(waiting)), *_each(waiting)))


def _each(waiting: Sequence[Newcomer]) -> tuple[Element, ...]:
    shown = tuple(
        Action("identity.open", t("{name} in {platform}", name=it.called[:50], platform=_where(it)), _args(it))
        for it in waiting[:MOST_NAMED]
    )
    more = len(waiting) - len(shown)
    left = (quiet(t("And {n} more behind these.", n=more)),) if more > 0 else ()
    return (Buttons(shown), *left)


def how_many(waiting: Sequence[Newcomer]) -> str:
    """Where nothing else waits, this is what does."""
    return tn("{n} person wrote whom I don’t know", "{n} people wrote whom I don’t know", len(waiting))


def waits(waiting: Sequence[Newcomer]) -> tuple[Element, ...]:
    """In the queue and the Home of whoever decides; nothing where nobody waits."""
    if not waiting:
        return ()
    return (say(*who_wrote(waiting)), Buttons((Action("identity.list", t("Who is this?")),)))


def who_wrote(waiting: Sequence[Newcomer]) -> Spans:
    """In a sentence."""
    return tns(
        "{n} person wrote whom I don’t know: {names}.",
        "{n} people wrote whom I don’t know: {names}.",
        len(waiting),
        names=Bold(listed([it.called for it in waiting], MOST_NAMED)),
    )


def settled(it: Newcomer, company: Company) -> Card:
    """As it is now, with the way back."""
    member = company.member(it.member) if it.member else None
    if it.standing is Standing.KNOWN and member:
        line = t("{name} in {platform} is {member}.", name=it.called, platform=_where(it), member=member.name)
        return Card(line, (say(line), Buttons((_undo(it, member),))))
    line = t(
        "{name} in {platform} is nobody of yours. I help them with nothing until you say otherwise.",
        name=it.called,
        platform=_where(it),
    )
    return Card(line, (say(line), Buttons((Action("identity.open", t("Choose again"), _args(it)),))))


def _undo(it: Newcomer, member: Member) -> Action:
    label = t("That isn’t {name}", name=member.first_name)
    return Action("identity.undo", label, {**_args(it), "member": member.id}, Look.DANGER)


def linked(it: Newcomer, member: Member, *, may_undo: bool) -> Card:
    """An address said it; whoever answers for the team hears of it."""
    line = t(
        "{name} is known in {platform} now: {platform} vouches for the e-mail address that your list has for them.",
        name=member.name,
        platform=_where(it),
    )
    return Card(line, (say(line), *((Buttons((_undo(it, member),)),) if may_undo else ())))


# --- for the person ------------------------------------------------------------------------------------------------
def known_by(it: Newcomer, member: Member, company: Company, by: Member | None) -> tuple[str, ...]:
    """How they are known from now on; and where they are one person. Each can stand alone."""
    others = listed([PLATFORMS.get(name, name) for name in member.handles if name != it.platform])
    if by is not None:
        line = t("{manager} told me that it’s you, so I’m here for you.", manager=company.called(by))
    else:
        line = t(
            "I know you by the e-mail address that {platform} and {company} have for you.",
            platform=_where(it),
            company=company.name,
        )
    both = (t("What you do here counts in {others} too, and the other way round.", others=others),) if others else ()
    lost = t("If you have written to me before, please write it again: I couldn’t keep it then.")
    return (line, *both, *((lost,) if it.told_at else ()))


def welcome(member: Member, known: Sequence[str]) -> Card:
    """To whoever has met the coach before."""
    first, *more = known
    line = t("Hello {name}. {known_by}", name=member.first_name, known_by=first)
    return Card(line, (say(line), *map(say, more)))


def unknown(it: Newcomer, asked: Member | None, *, again: bool) -> Card:
    """One polite sentence; of the company's it says nothing. Who comes again hears that nobody has answered yet."""
    values = {"platform": _where(it), "handle": it.handle, "whom": _whom(asked)}
    if it.standing is Standing.NOBODY or asked is None:
        return note(t("I don't know you here. Ask {whom} to add you; your {platform} id is {handle}.", **values))
    if again:
        return note(
            t(
                "I still don't know you here: {whom} hasn't said yet who you are. Ask them yourself if it "
                "can't wait; your {platform} id is {handle}.",
                **values,
            )
        )
    return note(
        t(
            "I don't know you here yet, so I have asked {whom} who you are, and I write to you as soon as I know; "
            "your {platform} id is {handle}.",
            **values,
        )
    )


def _whom(asked: Member | None) -> str:
    """No name: who asks is nobody's yet."""
    if asked is None:
        return t("whoever looks after me")
    return t("the sales manager") if asked.role is Role.MANAGER else t("the owner")


def left() -> Card:
    """Their history is theirs and the company's; they are not coached any more."""
    return note(t("I don't know you here any more. Ask whoever leads the team if that is wrong."))
