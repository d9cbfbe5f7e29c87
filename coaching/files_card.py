"""The way to the page that takes the deals, and to the company as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coaching.card import Action, Buttons, Card, Page, note, quiet, say
from coaching.language import t
from coaching.people import LOOKS_AFTER

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.people import Member

DEALS, COMPANY = "deals", "company"
"""The two pages, as links name them."""
WHO, PLAN = "files.who", "files.plan"
"""What opens the forms of the set-up, where a platform has them."""


def deals_button() -> Action:
    """Asks for a fresh way in."""
    return Action("files.deals", t("Bring in deals"))


def file_button() -> Action:
    """The same, of the company."""
    return Action("files.company", t("The company’s file"))


def setup_button() -> Action:
    """Leads to the forms of the set-up."""
    return Action("files.setup", t("Set-up"))


def setup() -> Card:
    """What can be changed, and where."""
    title = t("What was set up, to be changed")
    forms = (Action(WHO, t("Who is who")), Action(PLAN, t("Days, habits, targets")))
    return Card(
        title,
        (
            say(title),
            quiet(t("You see what would change before anything does. What the forms don’t ask for stays as it is.")),
            Buttons((*forms, deals_button(), file_button())),
        ),
    )


def forms_elsewhere(company: Company, reader: Member) -> Card:
    """Where there are no such forms, the file says the same."""
    words = t(
        "The forms of the set-up open in Slack, and in your own chat with me in Teams. Everywhere else the company’s "
        "file says the same:"
    )
    return Card(words, (say(words), *company_file(company, reader).elements))


def deals(company: Company, reader: Member) -> Card:
    """A fresh link to the page that takes the CRM's export."""
    title = t("Bring in the open deals")
    return Card(
        title,
        (
            say(
                Page(
                    text=title,
                    page=DEALS,
                    member=reader.id,
                    more=t(", as your CRM exports them to CSV. The link is yours and opens for a day."),
                    otherwise=t(
                        "My pages can’t be reached from here. Whoever runs the coach sets COACH_PUBLIC_URL and "
                        "COACH_SECRET_KEYS, or brings the deals in with: coach import FILE.csv --company {slug}",
                        slug=company.slug,
                    ),
                )
            ),
            quiet(
                t(
                    "opportunity_id, owner, stage and amount are needed. All of it is taken, or nothing, with every "
                    "row that is wrong named. The same export twice is the same as once."
                )
            ),
        ),
    )


def company_file(company: Company, reader: Member) -> Card:
    """A fresh link to the company as a file."""
    title = t("{name} as a file", name=company.name)
    return Card(
        title,
        (
            say(
                Page(
                    text=title,
                    page=COMPANY,
                    member=reader.id,
                    more=t(": people, days, habits, targets, stages. The link is yours and opens for a day."),
                    otherwise=t(
                        "My pages can’t be reached from here. Whoever runs the coach sets COACH_PUBLIC_URL and "
                        "COACH_SECRET_KEYS, or prints the file with: coach company --company {slug}",
                        slug=company.slug,
                    ),
                )
            ),
            quiet(t("Whoever runs the coach takes a changed file back with: coach apply FILE.yaml")),
        ),
    )


def not_theirs(company: Company, reader: Member) -> Card:
    """Who can, for whoever can't."""
    names = ", ".join(company.called(it) for it in company.members if it.active and it.role in LOOKS_AFTER)
    if not names:
        return note(
            t("Nobody here looks after the set-up, {reader}: whoever runs the coach does.", reader=reader.first_name)
        )
    return note(
        t(
            "That is for whoever looks after the set-up here, {reader}. Ask one of them to write it to me: {names}",
            reader=reader.first_name,
            names=names,
        )
    )
