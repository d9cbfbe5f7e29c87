"""Where a check-in's card goes: in place of the one that was pressed, as a reply, and over the one that asked."""

from __future__ import annotations

from coaching import checkin_times as times
from coaching.card import Card
from coaching.checkins import CheckIn, CheckInStatus
from coaching.decision import NOTHING, Alarm, Decision, Kind, Message, Record
from coaching.events import PersonEvent, Pressed

SETTLED = (CheckInStatus.ANSWERED, CheckInStatus.DAY_OFF)


def show(checkin: CheckIn, event: PersonEvent, shown: Card) -> Decision:
    """In place of the card that was pressed, or as a reply to words; the card that asked follows suit once settled."""
    key = times.message_key(checkin)
    if not isinstance(event, Pressed) or event.direct:
        follows = on_the_first_card(checkin, shown, event.key) if checkin.status in SETTLED else NOTHING
        return Decision(reply=shown) + follows
    place = event.message or (key if checkin.asked_at else None)
    message = Message(key=_named(key, event, place), to=checkin.member, card=shown, kind=Kind.REPLY, replaces=place)
    there = Decision(messages=(message,))
    elsewhere = checkin.status in SETTLED and not _on_the_first(key, place)
    return there + on_the_first_card(checkin, shown, event.key) if elsewhere else there


def may_wait(checkin: CheckIn, event: Pressed) -> bool:
    """Whether the card that was pressed can be put off: the one that asks can, whatever stands in its place."""
    return checkin.status is CheckInStatus.OPEN and _on_the_first(times.message_key(checkin), event.message)


def on_the_first_card(checkin: CheckIn, shown: Card, occasion: str) -> Decision:
    """Overwrites the card that asked, if it was asked; never a message of its own."""
    if checkin.asked_at is None:
        return NOTHING
    key = times.message_key(checkin)
    message = Message(
        key=f"{_over(key)}{occasion}", to=checkin.member, card=shown, kind=Kind.REPLY, replaces=key, only_edit=True
    )
    return Decision(messages=(message,))


def on_the_pressed_card(checkin: CheckIn, event: Pressed, shown: Card) -> Decision:
    """Nothing new: at most the card that was pressed looks right again."""
    if event.direct:
        return Decision(reply=shown)
    key = times.message_key(checkin)
    place = event.message or key
    message = Message(
        key=_named(key, event, place), to=checkin.member, card=shown, kind=Kind.REPLY, replaces=place, only_edit=True
    )
    return Decision(messages=(message,))


def _over(key: str) -> str:
    """How the name of a message begins that stands where the card that asked stood: who changes it, changes that."""
    return f"{key}:over:"


def _on_the_first(key: str, place: str | None) -> bool:
    return place is not None and (place == key or place.startswith(_over(key)))


def _named(key: str, event: Pressed, place: str | None) -> str:
    return f"{_over(key) if _on_the_first(key, place) else f'{key}:'}{event.key}"


def settled(
    checkin: CheckIn,
    records: tuple[Record, ...] | None = None,
    withdraw: tuple[str, ...] = (),
    alarms: tuple[Alarm, ...] = (),
) -> Decision:
    """Kept as it is now, or with all of `records`; nothing of that day rings or waits to be sent any more.

    `alarms` are for something else.
    """
    return Decision(
        records=(checkin,) if records is None else records,
        alarms=times.silenced(checkin) + alarms,
        withdraw=(*times.unsent(checkin), *withdraw),
    )
