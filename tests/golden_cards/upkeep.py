"""What the installation needs somebody's hand for."""

from coaching.events import Expiring
from coaching.routines.upkeep import card
from tests.builders import a_manager, at

EVENT = Expiring(
    company="acme",
    key="expiring",
    at=at("09:00"),
    workspace="Acme",
    until=at("15:00"),
    link="https://coach.example/slack/install",
)
CARDS = {"access_to_slack_ends": card(EVENT, a_manager())}
