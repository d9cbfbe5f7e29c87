"""A company's file: what is read, what is refused, and that nothing is lost on the way back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from bot.files.company import read_company
from bot.files.plain import dump
from bot.files.refusal import FileRefusedError
from bot.languages import language
from coaching.company import Company, Weekday, Weekly
from coaching.language import speaking
from coaching.money import Money
from coaching.people import Hours, Reminders, Role, TimeOff
from tests.builders import CALLS, PROPOSALS, a_company, a_manager, a_member, an_owner

WHOLE = """
company: acme
name: Acme Robotics
timezone: America/New_York
currency: USD
country: US-NY
fiscal_year_start: 2
engagement: {type: interim, days: [tue, thu], hours: "09:00-17:00", hours_per_week: 10, start: 2026-10-01}
slack: {team: T0ACME, channel: C0SALES}
teams: {tenant: 5c0, team: "19:x"}
members:
  - {id: morgan, name: Morgan Lee, role: manager, slack: U0MORGAN, email: morgan@lee.example}
  - {id: olivia, name: Olivia Park, role: owner, teams: 1b2, email: olivia@acme.example}
  - {id: dana, name: Dana Reyes, role: rep, slack: U0DANA, timezone: America/Chicago, crm_owner: D. Reyes,
     time_off: [{from: 2026-12-23, to: 2026-12-31}], reminders: light, quiet_hours: "18:00-08:00"}
steps: [prospecting, appointment, close]
habits:
  - {id: calls, name: Calls, unit: calls, step: prospecting, per_day: 20}
  - {id: proposals, name: Proposals sent, unit: proposals, per_week: 2}
quiet_hours: "20:00-07:00"
checkin: {at: 08:45, days: [mon, wed], window_hours: 2.5, reminders: active}
review: {at: "tue 10:00"}
digest: {at: "fri 16:00", to: [olivia]}
targets:
  - {period: 2026-Q4, amount: 500000}
  - {period: 2026-Q4, member: dana, amount: 180000.50}
stages:
  - {name: Discovery, probability: 0.2}
  - {name: Proposal, probability: 0.5, exit: [problem, decision_process]}
  - {name: Won, won: true}
qualification: {method: own, criteria: [problem, budget]}
escalation: {acknowledge_hours: 4, owner_after_hours: 8.5, overdue_amount: 50000}
"""
SMALL = "company: no\nname: NO\ntimezone: Europe/Oslo\ncurrency: NOK\ncountry: NO\nmembers: []\n"


def read(text: str) -> Company:
    return read_company(text.encode())


def refusals(text: str | bytes) -> list[str]:
    with pytest.raises(FileRefusedError) as refused:
        read_company(text if isinstance(text, bytes) else text.encode())
    return str(refused.value).splitlines()


def test_every_part_of_a_file_is_read():
    it = read(WHOLE)
    dana = it.member("dana")
    assert (it.slug, it.country, it.fiscal_year_start) == ("acme", "US-NY", 2)
    assert (it.slack_team, it.slack_channel, it.teams_tenant, it.teams_team) == ("T0ACME", "C0SALES", "5c0", "19:x")
    assert it.engagement.days == {Weekday.TUE, Weekday.THU}
    assert (it.engagement.hours_per_week, it.engagement.start) == (Decimal(10), date(2026, 10, 1))
    assert (dana.role, dana.zone, dana.crm_owner) == (Role.REP, "America/Chicago", "D. Reyes")
    assert dana.time_off == (TimeOff(date(2026, 12, 23), date(2026, 12, 31)),)
    assert it.checkin.window == timedelta(hours=2, minutes=30)
    assert it.review == Weekly(Weekday.TUE, time(10))
    assert it.targets[1].amount == Money(18_000_050, "USD")
    assert it.stages[1].exit == ("problem", "decision_process")
    assert it.qualification.criteria == ("problem", "budget")
    assert it.escalation.overdue_amount == Money.of(50_000, "USD")


def test_a_member_has_the_companys_zone_quiet_hours_and_reminders_unless_they_say_otherwise():
    it = read(WHOLE)
    assert (it.member("morgan").zone, it.member("morgan").reminders) == ("America/New_York", Reminders.ACTIVE)
    assert it.member("morgan").quiet_hours == Hours(time(20), time(7))
    assert (it.member("dana").reminders, it.member("dana").quiet_hours) == (Reminders.LIGHT, Hours(time(18), time(8)))


def test_norway_is_a_country_and_a_time_is_text():
    it = read(SMALL + "checkin: {at: 16:00}\n")
    assert (it.name, it.country, it.checkin.at) == ("NO", "NO", time(16))


@pytest.mark.parametrize("text", [WHOLE, SMALL])
def test_what_is_dumped_reads_back_to_an_equal_company(text):
    assert read(dump(read(text))) == read(text)


def test_cues_and_the_managers_habits_survive_a_dump():
    habits = (replace(CALLS, cue="after the Monday stand-up"), replace(PROPOSALS, step=None, role=Role.MANAGER))
    company = a_company(habits=habits)
    assert read(dump(company)).habits == habits


def test_hours_are_read_survive_a_dump_and_nobodys_word_stays_nobodys():
    text = (
        WHOLE.replace("probability: 0.2}", "probability: 0.2, hours_per_week: 1.5}") + "effort: {hours_per_week: 12}\n"
    )
    found = read(text)
    assert [it.hours_per_week for it in found.stages] == [Decimal("1.5"), None, None]
    assert (found.effort.hours_per_week, found.effort.hours) == (12, 12)
    assert read(dump(found)) == found
    assert (read(WHOLE).effort.hours_per_week, read(WHOLE).effort.hours) == (None, 20)
    assert "effort" not in dump(read(WHOLE))


def test_a_company_built_in_chat_dumps_to_a_file_too():
    company = a_company(a_member(name="1234"), a_manager(name="yes"), an_owner(name='Ol "O" # Park: x'), name="0x1F")
    assert read(dump(company)) == company


def test_who_left_is_not_in_the_dumped_file():
    company = a_company(a_member(), a_member("gone", active=False))
    assert [it.id for it in read(dump(company)).members] == ["dana"]


def test_every_fault_is_told_at_once_with_its_line_and_what_is_allowed():
    text = (
        WHOLE.replace("role: manager", "role: boss").replace("currency: USD", "currency: usd").replace("20}", "many}")
    )
    assert refusals(text) == [
        "line 5: currency: 'usd' is not a currency; did you mean USD?",
        "line 12: members[0].role: 'boss' is not a role; allowed: rep, manager, owner, admin",
        "line 18: habits[0].per_day: 'many' is not a number, such as 0.5 or 50000",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("company: acme", "company: Acme", "line 2: company: 'Acme' is not a short name"),
        ("name: Acme Robotics", "name: 2026", 'write it in quotes: "2026"'),
        ("name: Acme Robotics", "", "name: is missing"),
        ("timezone: America/New_York", "timezone: New York", "did you mean America/New_York?"),
        ('hours: "09:00-17:00"', 'hours: "17:00-09:00"', "ends before it begins"),
        ("days: [tue, thu]", "days: [tue, tue]", "names a day twice"),
        ("country: US-NY", "country: Narnia", "line 6: country: 'Narnia' is not"),
        ("country: US-NY", "country: US-ZZ", "line 6: country: "),
        ("country: US-NY", "country: USA", "line 6: country: "),
        ("fiscal_year_start: 2", "fiscal_year_start: 13", "13 is out of range; allowed: 1 to 12"),
        ("fiscal_year_start: 2", "fiscal_year_start: 1.5", "is not a whole number"),
        ('quiet_hours: "20', 'quiet_hour: "20', "line 20: quiet_hour: is not a known key; did you mean 'quiet_hours'?"),
        ("name: Acme Robotics", "name: A\nname: B", "line 4: name: is on line 3 already"),
        ("id: olivia", "id: morgan", "members[1].id: the member id morgan is on line 12 already"),
        ("teams: 1b2", "slack: U0MORGAN", "the Slack user U0MORGAN is on line 12 already"),
        ("email: olivia@acme.example", "email: MORGAN@lee.example", "is on line 12 already"),
        ("to: 2026-12-31", "to: 2026-12-01", "members[2].time_off[0].to: 2026-12-01 is before 2026-12-23"),
        ("from: 2026-12-23", "from: 2026-12-32", "'2026-12-32' is not a date"),
        ("step: prospecting", "step: calling", "'calling' is not a step of this company; there are: appointment"),
        ("per_day: 20}", "per_day: 20, per_week: 5}", "habits[0]: a habit has either per_day or per_week"),
        (", per_week: 2", "", "habits[1]: a habit has either per_day or per_week"),
        ("per_day: 20}", f"per_day: 20, cue: {'x' * 121}}}", "a cue has at most 120 characters, this one 121"),
        ("per_day: 20}", "per_day: 20, for: owner}", "'owner' does not practise habits here; allowed: rep, manager"),
        ("per_day: 20}", "per_day: 20, for: manager}", "a manager's habit feeds no step of the chain"),
        ("per_day: 20", "per_day: -1", "-1 is out of range"),
        ('"20:00-07:00"', "20-7", 'write "19:00-07:30"'),
        ('"20:00-07:00"', '"20:00-20:00"', "begins and ends at the same time"),
        ("at: 08:45", "at: 8:65", "'8:65' is not a time"),
        ("days: [mon, wed]", "days: [mon, mittwoch]", "checkin.days[1]: 'mittwoch' is not a day; allowed: mon, tue"),
        ("days: [mon, wed]", "days: []", "names no day"),
        ("reminders: active", "reminders: loud", "allowed: light, standard, active"),
        ('"tue 10:00"', "10:00", 'such as "mon 09:00"'),
        ("to: [olivia]", "to: [zed]", "digest.to[0]: 'zed' is not a member's id; there are: dana, morgan, olivia"),
        ("2026-Q4, amount", "2026-Q5, amount", "'2026-Q5' is not a period"),
        ("member: dana, amount", "member: zed, amount", "targets[1].member: 'zed' is not a member's id"),
        ("member: dana, amount", "amount", "the target of 2026-Q4 for the company is on line 25 already"),
        ("amount: 500000", "amount: 500k", "'500k' is not a number"),
        ("amount: 500000", "amount: -1", "-1 is out of range"),
        (
            "probability: 0.2",
            "probability: 0.2, hours_per_week: 0",
            "stages[0].hours_per_week: 0 is out of range; allowed: 0.1 to 100",
        ),
        ("probability: 0.2", "probability: 20", "stages[0].probability: 20 is out of range; allowed: 0 to 1"),
        ("won: true", "won: true, lost: true", "a stage is won or lost, not both"),
        ("won: true", "won: yes", "'yes' is neither true nor false"),
        ("name: Proposal,", "name: discovery,", "the stage discovery is on line 28 already"),
        ("method: own", "method: champ", "allowed: meddicc, spiced, bant, own"),
        ("method: own", "method: bant", "belong to `method: own`"),
        (", criteria: [problem, budget]", "", "`method: own` needs criteria"),
        ("overdue_amount: 50000", "overdue_amount: .nan", "is not a number"),
        ("{team: T0ACME, channel: C0SALES}", "T0ACME", "slack: expected keys with values here, found 'T0ACME'"),
        ("[prospecting, appointment, close]", "prospecting", "steps: expected a list, found 'prospecting'"),
    ],
)
def test_a_slip_is_refused_with_what_is_allowed(old, new, said):
    assert old in WHOLE
    assert said in "\n".join(refusals(WHOLE.replace(old, new, 1)))


def unfolding() -> bytes:
    levels = [f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 9)}]" for n in range(1, 9)]
    return "\n".join(["b0: &b0 [x]", *levels]).encode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty; a company's file was expected"),
        (b"# nothing\n", "the file is empty"),
        (b"- company: acme", "line 1: expected keys with values here, found a list"),
        (b"company: acme\n\tname: x", "line 2: can't be read as YAML from column 1 on: a tab is used to indent"),
        (b"company: [acme", "line 1: can't be read as YAML from column 15 on: a comma is missing here, or the bracket"),
        (
            b"company: a\nname: 'A\ntimezone: UTC\n",
            "line 2: can't be read as YAML from column 7 on: a quotation mark opens",
        ),
        (b"company: a\nname: [A,\n  B\ntimezone: UTC\n", "line 4: can't be read as YAML from column 9 on: a comma"),
        (b"company:\n  name: a\n zone: b", "line 3: can't be read as YAML from column 2 on: this stands neither under"),
        (b"company: - a", "a list’s dash where none is expected"),
        (b"company: @acme", "no value begins with this character"),
        (b'company: "a\\q"', "a backslash that means nothing"),
        (b"company: acme\nname\n", "a key without its colon"),
        (b"company: !x!y z", "column 10 on: this is no YAML (its reader says: found undefined tag handle '!x!')"),
        (b"company: a: b", "put text that holds a colon in quotes"),
        (b"company: acme\n---\ncompany: b", "a second document begins"),
        (b"company: *acme", "an alias (*name) of something that has no such name"),
        (b"company: &a [*a]", "an alias (*name) stands inside what it names"),
        (b"company: acme\nname: caf\xe9", "line 2: is not UTF-8"),
        (b"company: a\x00b", "a character"),
        (b"[" * 700, "nested too deeply"),
        (b"#" * 1_000_001, "1,000,001 bytes; at most 1,000,000 are read"),
        (unfolding(), "holds more than 100,000 values, with its aliases"),
    ],
)
def test_a_file_that_is_none_is_refused_in_one_line(content, said):
    found = refusals(content)
    assert said in found[0]
    assert len(found) == 1


def test_what_yaml_itself_refuses_is_said_in_the_readers_language():
    with speaking(language("de")):
        (said,) = refusals(b"company: a\nname: 'A\n")
    assert said.startswith("Zeile 2: lässt sich ab Spalte 7 nicht als YAML lesen: hier beginnt ein Anführungszeichen")


def test_targets_that_cannot_be_read_are_not_called_doubles_of_each_other():
    told = "\n".join(
        refusals(
            "company: a\nname: A\ntimezone: UTC\ncurrency: USD\nmembers: []\ntargets:\n"
            "  - {period: 2026-Q7, amount: 5}\n  - {period: 2026-Q8, amount: 6}\n"
        )
    )
    assert told.count("is not a period") == 2
    assert "already" not in told
