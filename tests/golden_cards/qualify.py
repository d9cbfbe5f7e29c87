"""A question about a deal, with its ways to find out and its errors; what was kept; the deal's card for each reader."""

from dataclasses import replace

from coaching import qualify_card as card
from coaching.company import Stage
from coaching.deal_card import DealView, deal_card
from coaching.opportunities import Field, Status
from coaching.playbooks import playbook
from coaching.qualification import ANY, Answer, Asked, Deal, Evidence, qualified, to_ask
from coaching.qualify_card import Typed
from coaching.qualifying import Choice
from tests.builders import (
    MONDAY,
    a_change,
    a_company,
    a_manager,
    a_member,
    an_opportunity,
    an_owner,
    at,
    days_later,
    dollars,
)

COMPANY = a_company(
    a_member(),
    a_manager(),
    an_owner(),
    stages=(
        Stage(name="Discovery"),
        Stage(name="Proposal", exit=("problem", "decision_process")),
        Stage(name="Won", won=True),
    ),
)
BOOK = playbook(COMPANY)
ACME = an_opportunity("O-1", name="Acme pilot", amount=dollars(60_000), stage="Proposal")


WON = replace(ACME, status=Status.WON, stage="Won", closed_on=days_later(-1))


def learned(criterion, answer=Answer.YES, days=0, **more):
    return Evidence(
        opportunity="O-1", criterion=criterion, answer=answer, by="dana", at=at(day=days_later(days)), **more
    )


PROBLEM = learned("problem", days=-70, quote="We lose a day a week to returns", source="Kim Adler, operations")
CHAMPION = learned("champion", Answer.PARTLY, days=-3, quote="I will bring it up on Thursday", source="Kim Adler")
RIVAL = learned("competition", Answer.NO, days=-2, quote="We also talk to <!channel> & Co", source="*the boss*")
PASS = replace(learned(ANY, quote="I was in the room when they said yes"), by="morgan")


def deal(*evidence):
    return Deal(
        opportunity=ACME, evidence=evidence, asked=(Asked(member="dana", opportunity="O-1", criterion="x", on=MONDAY),)
    )


def choice(*evidence):
    it = deal(*evidence)
    found = qualified(COMPANY, BOOK, it, MONDAY)
    return Choice(it, found, to_ask(found, 1.0), 0)


def view(reader, *evidence, **more):
    it = deal(*evidence)
    changes = (
        a_change("O-1", on=days_later(-20), before="Discovery", after="Proposal"),
        a_change("O-1", on=days_later(-6), field=Field.CLOSE_DATE, before="2026-12-01", after="2026-12-18"),
        a_change("O-1", on=days_later(-6), field=Field.AMOUNT, before="4000000", after="6000000"),
    )
    found = qualified(COMPANY, BOOK, it, MONDAY)
    return DealView(company=COMPANY, reader=reader, today=MONDAY, deal=it, found=found, changes=changes, **more)


def kept(*evidence):
    it = deal(*evidence)
    found = qualified(COMPANY, BOOK, it, MONDAY)
    item = next(one for one in found.items if one.criterion.id == evidence[-1].criterion)
    return card.kept(it, found, item)


WRONG = Typed(
    fields={"answer": "yes", "source": "Kim"}, errors={"quote": "What did they say? A few of their words are enough."}
)
CARDS = {
    "question_of_a_deal": card.question(choice(), MONDAY),
    "question_of_an_old_answer": card.question(choice(PROBLEM, *(learned(it.id) for it in BOOK.criteria[1:])), MONDAY),
    "question_with_ways_to_find_out": card.question(choice(), MONDAY, Typed(fields={"quote": "so far"}, tactics=True)),
    "question_that_lacks_words": card.question(choice(), MONDAY, WRONG),
    "question_kept": kept(CHAMPION),
    "question_later": card.later(ACME),
    "deal": deal_card(view(a_member(), PROBLEM, CHAMPION, RIVAL)),
    "deal_for_the_manager": deal_card(view(a_manager(), PROBLEM, CHAMPION)),
    "deal_let_pass": deal_card(view(a_manager(), PROBLEM, PASS)),
    "deal_for_the_owner": deal_card(view(an_owner(), PROBLEM)),
    "deal_won": deal_card(replace(view(a_member(), PROBLEM), deal=replace(deal(PROBLEM), opportunity=WON))),
    "deal_not_found": card.which((), "Initech"),
    "deal_which_to_drop": card.which((ACME, replace(ACME, id="O-2", name="Acme rollout")), "acme", dropping=True),
    "deal_dropped": card.dropped(ACME, deal_card(view(a_member(), PROBLEM))),
    "deal_of_another_kept": card.not_yours_to_drop(ACME, COMPANY),
    "deal_which": card.which((ACME, replace(ACME, id="O-2", name="Acme rollout")), "acme"),
}
