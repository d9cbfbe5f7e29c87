"""A company as its file would hold it: plain values, and the file's text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

from coaching.company import Company, Stage, Target, Weekday, Weekly
from coaching.habits import Habit
from coaching.money import Money
from coaching.people import Hours, Member, Role, TimeOff

Plain = dict[str, Any]


def dump(company: Company) -> str:
    """A company's file, which reads back to an equal company. Members who left are not in it."""
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 1000
    out = StringIO()
    yaml.dump(_flowing(as_plain(company)), out)
    return out.getvalue()


def as_plain(company: Company) -> Plain:
    """What its file says, with every default written out but those that a member takes from the company."""
    return _filled(
        {
            "company": company.slug,
            "name": company.name,
            "timezone": company.zone,
            "currency": company.currency,
            "country": company.country,
            "language": company.language,
            "rewording": company.rewording,
            "fiscal_year_start": company.fiscal_year_start,
            "engagement": _engagement(company),
            "slack": _filled({"team": company.slack_team, "channel": company.slack_channel}),
            "teams": _filled({"tenant": company.teams_tenant, "team": company.teams_team}),
            "members": [_member(it, company) for it in company.members if it.active],
            "steps": list(company.steps),
            "habits": [_habit(it) for it in company.habits],
            "quiet_hours": _hours(company.quiet_hours),
            "checkin": _checkin(company),
            "review": {"at": _weekly(company.review)},
            "digest": _filled({"at": _weekly(company.digest.at), "to": list(company.digest.to)}),
            "forecast": _filled({"lock": _weekly(company.forecast.lock) if company.forecast.lock else None}),
            "targets": [_target(it) for it in company.targets],
            "stages": [_stage(it) for it in company.stages],
            "qualification": _filled(
                {"method": company.qualification.method, "criteria": list(company.qualification.criteria)}
            ),
            "effort": _filled({"hours_per_week": _stated(company.effort.hours_per_week)}),
            "escalation": _escalation(company),
        },
        keep=("members", "steps"),
    )


def _engagement(company: Company) -> Plain:
    it = company.engagement
    return _filled(
        {
            "type": it.type.value,
            "days": _days(it.days),
            "hours": _hours(it.hours),
            "hours_per_week": _stated(it.hours_per_week),
            "start": it.start,
        }
    )


def _member(it: Member, company: Company) -> Plain:
    return _filled(
        {
            "id": it.id,
            "name": it.name,
            "role": it.role.value,
            "slack": it.handles.get("slack"),
            "teams": it.handles.get("teams"),
            "email": it.email,
            "timezone": None if it.zone == company.zone else it.zone,
            "crm_owner": it.crm_owner,
            "time_off": [_time_off(off) for off in it.time_off],
            "reminders": None if it.reminders is company.checkin.reminders else it.reminders.value,
            "quiet_hours": None if it.quiet_hours == company.quiet_hours else _hours(it.quiet_hours),
        }
    )


def _time_off(it: TimeOff) -> Plain:
    return {"from": it.first, "to": it.last}


def _habit(it: Habit) -> Plain:
    return _filled(
        {
            "id": it.id,
            "name": it.name,
            "unit": it.unit,
            "step": it.step,
            "per_day": it.per_day,
            "per_week": it.per_week,
            "cue": it.cue or None,
            "for": None if it.role is Role.REP else it.role.value,
        }
    )


def _checkin(company: Company) -> Plain:
    it = company.checkin
    return {
        "at": Quoted(f"{it.at:%H:%M}"),
        "days": _days(it.days),
        "window_hours": _number(Decimal(it.window // timedelta(seconds=1)) / 3600),
        "reminders": it.reminders.value,
    }


def _target(it: Target) -> Plain:
    return _filled({"period": it.period, "member": it.member, "amount": _money(it.amount)})


def _stage(it: Stage) -> Plain:
    return _filled(
        {
            "name": it.name,
            "probability": it.probability,
            "won": it.won or None,
            "lost": it.lost or None,
            "exit": list(it.exit),
            "hours_per_week": _stated(it.hours_per_week),
        }
    )


def _escalation(company: Company) -> Plain:
    it = company.escalation
    return _filled(
        {
            "acknowledge_hours": _number(it.acknowledge_hours),
            "owner_after_hours": _number(it.owner_after_hours),
            "overdue_amount": None if it.overdue_amount is None else _money(it.overdue_amount),
        }
    )


def _days(days: frozenset[Weekday]) -> list[str]:
    return [it.name.lower() for it in sorted(days)]


def _hours(it: Hours) -> Any:
    return Quoted(str(it))


def _weekly(it: Weekly) -> Any:
    return Quoted(f"{it.day.name.lower()} {it.at:%H:%M}")


def _money(it: Money) -> int | float:
    return _number(it.amount)


def _number(it: Decimal) -> int | float:
    return int(it) if it == it.to_integral_value() else float(it)


def _stated(it: Decimal | None) -> int | float | None:
    return None if it is None else _number(it)


def _filled(values: Mapping[str, Any], keep: tuple[str, ...] = ()) -> Plain:
    """Without what says nothing."""
    return {key: it for key, it in values.items() if key in keep or it not in (None, [], {})}


def _flowing(plain: Plain) -> CommentedMap:
    """Groups and list items on a line each, as people write such a file."""
    return CommentedMap({key: _line(it) for key, it in plain.items()})


def _line(value: Any) -> Any:
    if isinstance(value, dict):
        line = CommentedMap({key: _line(it) for key, it in value.items()})
        line.fa.set_flow_style()
        return line
    if isinstance(value, list) and all(isinstance(it, str) for it in value):
        return _words(value)
    return [_line(it) for it in value] if isinstance(value, list) else value


def _words(words: list[str]) -> Any:
    line = CommentedSeq(words)
    line.fa.set_flow_style()
    return line
