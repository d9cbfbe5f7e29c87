"""Everything held about a person, as files for them: JSON and CSV for machines, a page and a text for people."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bot import plain
from bot.reports.report import Report, instant, number, written
from coaching.card import Card, Element, Facts, Heading, Table, quiet, say
from coaching.company import Company
from coaching.identity import PLATFORMS
from coaching.language import marked, t, tn, worded
from coaching.money import Money
from coaching.people import Member, Role
from coaching.phrases import stamp
from coaching.redaction import Redaction
from storage import codec
from storage.inventory import INVENTORY, Holds
from storage.person import Kept

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of rows: its table, its file, what it is called, what it is for, and what of it a summary shows."""

    table: str
    file: str
    title: str
    why: str
    shown: tuple[str, ...] = ()


# In the order in which they are told.
KINDS = (
    Kind("member", "profile", marked("Profile"), marked("To know who you are and when you may be written to.")),
    Kind(
        "handle",
        "handles",
        marked("Who you are in chat"),
        marked("To recognise you when you write or press."),
        ("platform", "handle"),
    ),
    Kind(
        "newcomer",
        "links",
        marked("How you are known there"),
        marked("What said that an account is yours: a checked e-mail address, or the manager."),
        ("platform", "handle", "how", "by", "settled_at"),
    ),
    Kind(
        "address",
        "addresses",
        marked("Where you are reached in Teams"),
        marked("To write to you there, at your own hours."),
        ("platform", "time_zone", "installed_at", "removed_at"),
    ),
    Kind(
        "checkin",
        "checkins",
        marked("Check-ins"),
        marked("Your daily practice; the habits' targets and your ratios are made from it."),
        ("day", "status", "counts", "answer", "commitment", "note"),
    ),
    Kind(
        "commitment",
        "commitments",
        marked("Commitments"),
        marked("To ask you next time what became of them."),
        ("made_on", "due_on", "text", "state"),
    ),
    Kind(
        "forecast_call",
        "calls",
        marked("Forecast calls"),
        marked("What you called, and what was called about you; how calls and results compare is learned from it."),
        ("called_at", "period", "by", "commit", "best_case", "reason"),
    ),
    Kind(
        "forecast_remark",
        "remarks",
        marked("What was said about your forecast"),
        marked("That you and your manager agreed on a figure, what it rests on, and what you answered."),
        ("at", "period", "kind", "by", "text", "opportunity"),
    ),
    Kind(
        "forecast_lock",
        "locks",
        marked("Your forecast at each week’s lock"),
        marked("To see what was said by then, and what has changed since."),
        ("on", "period", "commit", "best_case", "overlay_commit", "agreed_by", "p10", "p50", "p90"),
    ),
    Kind(
        "forecast_estimate",
        "estimates",
        marked("What the coach expected of you"),
        marked("Kept each morning, so that the coach is scored as you are."),
        ("on", "period", "by", "expected", "p10", "p50", "p90"),
    ),
    Kind(
        "escalation",
        "escalations",
        marked("Matters raised about you"),
        marked("What went to your manager, word for word as you saw it."),
        ("raised_at", "text", "context", "state", "resolution"),
    ),
    Kind(
        "opportunity",
        "opportunities",
        marked("Your deals"),
        marked("From the CRM: what you are coached on and the forecast is made from."),
        ("crm_id", "name", "account", "stage", "status", "amount", "close_date"),
    ),
    Kind(
        "opportunity_change",
        "changes",
        marked("How your deals moved"),
        marked("To say what changed this week."),
        ("on", "opportunity", "field", "before", "after"),
    ),
    Kind(
        "evidence",
        "evidence",
        marked("What you learned from buyers"),
        marked("To know what is missing in a deal, and to ask about nothing twice."),
        ("at", "opportunity", "criterion", "answer", "quote", "source"),
    ),
    Kind(
        "asked",
        "asked",
        marked("Questions you were asked about deals"),
        marked("So that no deal is asked about twice in a week."),
        ("on", "opportunity", "criterion"),
    ),
    Kind(
        "reviewed",
        "reviewed",
        marked("What reviews asked you"),
        marked("What you answered, so that it isn’t asked again; nothing of it is written to the CRM."),
        ("on", "title", "said", "question", "reason", "close_date", "next_step", "words"),
    ),
    Kind(
        "choice",
        "choices",
        marked("Your majors, and deals to drop"),
        marked("What was proposed to you and what you and your manager said to it, so that the next week knows."),
        ("on", "pick", "title", "said", "agrees", "why", "words", "ruling", "ruling_note"),
    ),
    Kind(
        "mandate",
        "decisions",
        marked("Decisions about your deals, and those you took"),
        marked("What the owner was asked, and what they answered."),
        ("put_on", "question", "word", "answered_at"),
    ),
    Kind(
        "snapshot",
        "snapshots",
        marked("Your open deals, day by day"),
        marked("To compare the pipeline with earlier days."),
    ),
    Kind(
        "delivery",
        "messages",
        marked("Messages sent to you"),
        marked("So that each is sent once, and can be changed when you answer."),
        ("created_at", "kind", "text", "state"),
    ),
    Kind(
        "chat_line",
        "chat",
        marked("Your local chat"),
        marked("The conversation as the local chat shows it."),
        ("at", "author", "text"),
    ),
    Kind(
        "alarm",
        "alarms",
        marked("What you will be asked next"),
        marked("When the coach turns to you again."),
        ("due_at", "alarm"),
    ),
    Kind(
        "home_tab",
        "home",
        marked("Your App Home"),
        marked("To show the newest there, and to write it no more often than it changes."),
    ),
    Kind("gate", "pacing", marked("Pacing"), marked("So that messages to you are not sent too fast.")),
    Kind(
        "claim",
        "events",
        marked("Events seen"),
        marked("So that a press that arrives twice counts once; forgotten after a week."),
    ),
)
_ROLES = {Role.MANAGER: "the manager", Role.OWNER: "the owner", Role.ADMIN: "the admin", Role.REP: "a colleague"}
_TEXTS = frozenset({"text", "resolution", "reason", "question"})
"""What somebody else wrote; their own answers and notes stay as they wrote them."""
_MONEY = frozenset({"amount", "commit", "best_case", "expected", "p10", "p50", "p90", "at_stake"})
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


# --- rows ----------------------------------------------------------------------------------------------------------
def rows(kept: Kept, company: Company, member: Member) -> dict[str, tuple[Row, ...]]:
    """By file name, ready for JSON: dates and instants ISO, money decimal, cards as text too, others not named."""
    others = [
        Redaction.of(it, company, label=_ROLES[it.role], alias=f"{it.role.value}")
        for it in company.members
        if it.id != member.id
    ]
    holds = {kind.__tablename__: columns for kind, columns in INVENTORY.items()}
    return {
        it.file: tuple(_row(row, holds[it.table], others, company) for row in kept.get(it.table, ())) for it in KINDS
    }


def _row(row: Row, holds: Mapping[str, Holds], others: Sequence[Redaction], company: Company) -> Row:
    alone = {name: _alone(name, value, holds[name], others) for name, value in row.items()}
    told = {name: _value(name, value, row, company) for name, value in alone.items() if name != "card"}
    if "card" not in alone:
        return told
    return told | {"text": plain.text(codec.load(Card, alone["card"])).strip(), "card": alone["card"]}


def _alone(name: str, value: Any, holds: Holds, others: Sequence[Redaction]) -> Any:
    """Without other people."""
    for it in others:
        match holds:
            case Holds.CARD:
                value = it.inside(value)
            case Holds.KEY if value:
                value = it.key(value)
            case Holds.MEMBER if value in it.ids:
                value = it.alias
            case Holds.OWNER if value and it.owns(value):
                value = it.label
            case Holds.WORDS if name in _TEXTS and value:
                value = it.words(value)
            case _:
                pass
    return value


def _value(name: str, value: Any, row: Row, company: Company) -> Any:
    match value:
        case datetime():
            return instant(value)
        case date():
            return value.isoformat()
        case int() if name in _MONEY:
            return number(Money(value, row["currency"] or company.currency))
        case str() if name in {"before", "after"} and row.get("field") == "amount":
            return number(Money(int(value), company.currency))
        case _:
            return value


# --- files ---------------------------------------------------------------------------------------------------------
def archive(kept: Kept, company: Company, member: Member, now: datetime) -> bytes:
    """A ZIP file's content."""
    found = rows(kept, company, member)
    report = Report(_data(found, company, member, now), _summary(found, company, member, now))
    files = {f"csv/{name}.csv": table(some) for name, some in found.items() if some}
    files |= {f"summary.{end}": written(report, form) for end, form in (("html", "html"), ("txt", "text"))}
    files["data.json"] = written(report, "json") + "\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as it:
        for name, content in sorted(files.items()):
            # Excel takes a CSV for UTF-8 only when it begins with this mark.
            encoded = content.encode("utf-8-sig" if name.endswith(".csv") else "utf-8", "replace")
            it.writestr(zipfile.ZipInfo(name, now.timetuple()[:6]), encoded, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def table(some: Sequence[Row]) -> str:
    """As CSV that no spreadsheet takes for formulas; numbers stay numbers."""
    flat = [dict(_flat(it)) for it in some]
    columns = list(dict.fromkeys(name for it in flat for name in it))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(map(_safe, columns))
    writer.writerows([_safe(it.get(name)) for name in columns] for it in flat)
    return out.getvalue()


def _flat(row: Row, before: str = "") -> list[tuple[str, Any]]:
    """`counts: {calls: 12}` becomes `counts.calls: 12`; what is no cell's worth becomes JSON."""
    found: list[tuple[str, Any]] = []
    for name, value in row.items():
        if name == "card":
            continue
        if isinstance(value, Mapping):
            found += _flat(value, f"{before}{name}.")
        else:
            cell = json.dumps(value, ensure_ascii=False) if isinstance(value, list | tuple) else value
            found.append((f"{before}{name}", cell))
    return found


def _safe(cell: Any) -> Any:
    match cell:
        case bool():
            return "yes" if cell else "no"
        case int() | float() | Decimal() | None:
            return cell
        case _:
            text = str(cell)
            return f"'{text}" if text.startswith(_FORMULA) else text


def _data(found: Mapping[str, Sequence[Row]], company: Company, member: Member, now: datetime) -> Row:
    return {
        "company": company.slug,
        "member": member.id,
        "name": member.name,
        "exported_at": instant(now),
        "held": {it.file: {"what_for": worded(it.why), "rows": found[it.file]} for it in KINDS},
    }


# --- the summary ---------------------------------------------------------------------------------------------------
def _summary(found: Mapping[str, Sequence[Row]], company: Company, member: Member, now: datetime) -> Card:
    title = t("Everything held about {name} at {company}", name=member.name, company=company.name)
    parts: list[Element] = [
        Heading(title),
        say(
            t(
                "As of {now} UTC. This is all that your coach keeps about you, and what each part is for. "
                "Something is wrong, or you want it removed? Tell your manager or the owner. In the file data.json is "
                "the same for machines, in the folder csv for spreadsheets.",
                now=stamp(now),
            )
        ),
        *_profile(member),
    ]
    for it in KINDS[1:]:
        told = quiet(f"{worded(it.why)} {_many(found[it.file], it)}")
        parts += [Heading(worded(it.title)), told, *_table(found[it.file], it)]
    return Card(title, tuple(parts))


def _profile(member: Member) -> tuple[Element, ...]:
    away = ", ".join(t("{first} to {last}", first=it.first, last=it.last) for it in member.time_off)
    pairs = {
        t("Name"): member.name,
        t("Role"): worded(member.role.value),
        t("Time zone"): member.zone,
        t("E-mail"): member.email or "",
        t("Name in the CRM"): member.crm_owner or "",
        t("Reminders"): worded(member.reminders.value),
        t("Quiet hours"): str(member.quiet_hours),
        t("Days off"): away,
        t("Paused until"): str(member.paused_until or ""),
        t("Closed accounts"): ", ".join(PLATFORMS.get(it, it) for it in member.closed),
    }
    return (
        Heading(t("Profile")),
        quiet(worded(KINDS[0].why)),
        Facts(tuple((name, (it,)) for name, it in pairs.items() if it)),
    )


def _many(some: Sequence[Row], kind: Kind) -> str:
    if not some:
        return t("None are kept.")
    entries = tn("{n} entry", "{n} entries", len(some))
    return f"{entries}." if kind.shown else t("{entries}: see {file}.", entries=entries, file=f"csv/{kind.file}.csv")


def _table(some: Sequence[Row], kind: Kind) -> tuple[Element, ...]:
    if not some or not kind.shown:
        return ()
    headers = tuple(it.replace("_", " ").capitalize() for it in kind.shown)
    numbers = frozenset(at for at, it in enumerate(kind.shown) if it in {"amount", "commit", "best_case"})
    return (Table(headers, tuple(tuple((_cell(row[it]),) for it in kind.shown) for row in some), numbers),)


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case Mapping():
            return ", ".join(f"{it} {name}" for name, it in value.items())
        case int() | float():
            return f"{value:,}"
        case _:
            return str(value)
