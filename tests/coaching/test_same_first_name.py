"""Two of one first name: wherever somebody else reads of them they are told apart, and each is greeted as before."""

from coaching.chat_card import introduction
from coaching.engine import Engine
from coaching.routines import ROUTINES
from tests.builders import a_company, a_manager, a_member, an_opportunity, an_owner, commanded
from tests.fakes import MemoryStore, no_holidays, remember
from tests.forecasting import a_call, words

ANNA = a_member("anna", name="Anna Kim")
OTHER = a_member("anna-b", name="Anna Berg")
JO = a_member("jo", name="Jo Ek")
TEAM = a_company(ANNA, OTHER, JO, a_manager(), an_owner())


def reads(text: str, *things: object, member: str = "morgan") -> str:
    store = MemoryStore(TEAM)
    remember(store.of["acme"], *things)
    return words(Engine(store, no_holidays, ROUTINES).handle(commanded("coach", text, member=member)))


def test_a_name_is_no_longer_than_it_takes():
    assert TEAM.names == {"anna": "Anna Kim", "anna-b": "Anna Berg", "jo": "Jo", "morgan": "Morgan", "olivia": "Olivia"}
    left = a_company(ANNA, a_member("anna-b", name="Anna Berg", active=False))
    assert left.names == {"anna": "Anna", "anna-b": "Anna Berg"}, "of who has left much is still read"
    same = a_company(ANNA, a_member("anna-2", name="Anna Kim"))
    assert [same.called(it) for it in same.members] == ["Anna Kim (anna)", "Anna Kim (anna-2)"]


def test_who_has_not_called_is_listed_as_who_they_are():
    shown = reads("forecast", a_call(member="jo", by="jo", days=0), an_opportunity())
    assert "Not called since the last lock: Anna Kim and Anna Berg." in shown
    assert "“forecast anna kim commit 100k best 140k because …”" in shown, "what it says to write means one"


def test_a_matter_says_which_of_them_it_is_about():
    store = MemoryStore(TEAM)
    its = remember(store.of["acme"])
    Engine(store, no_holidays, ROUTINES).handle(commanded("coach", "ask for help with Acme", member="anna-b"))
    assert [it.text for it in its.escalations.values()] == ["Anna Berg asks: “help with Acme”"]


def test_they_themselves_are_greeted_by_the_first_name():
    assert introduction(OTHER, TEAM).summary.startswith("Hello Anna, ")
