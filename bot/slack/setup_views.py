"""The windows in which a company is set up: who is who, the week, and what would come of it. Pure.

Slack's own pickers of people, days and times: nothing else of ours needs them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot import buttons
from bot.languages import NAMES
from bot.slack.inputs import plain_text
from bot.slack.mrkdwn import escape, shorten
from bot.slack.views import SUBMIT_MAX, View
from coaching.card import Action
from coaching.company import Company
from coaching.language import marked, spoken, t, worded
from coaching.people import Role
from coaching.setting_up import Draft

Block = dict[str, Any]  # Slack's JSON, which has no narrower type

PEOPLE = Action("setup.people", marked("Next"))
WEEK = Action("setup.week", marked("See what comes of it"))
START = Action("setup.start", marked("Start"))
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_REPS = 50
SECTION_MAX = 2900
BLOCKS_MAX = 90
_ID = "setup:"


def invitation(name: str) -> View:
    """In the Home tab of whoever installed the app."""
    begin = {
        "type": "button",
        "action_id": "setup.begin",
        "style": "primary",
        "text": plain_text(t("Set up the coach"), 75),
        "value": buttons.write(Action("setup.begin", "x")),
    }
    return {
        "type": "home",
        "blocks": [
            {"type": "header", "text": plain_text(_is_in(name), 150)},
            says(
                t(
                    "You installed it, so you set it up: who is who, the days, what is counted, the target. Two "
                    "short forms, then a look at what comes of it; nothing is sent to anybody before you press Start."
                )
            ),
            {"type": "actions", "elements": [begin]},
        ],
    }


def _is_in(name: str) -> str:
    return t("Coach is in {name}", name=name) if name else t("Coach is in your workspace")


def people(draft: Draft) -> View:
    """Who is who."""
    by_role = {role: [it.handle for it in draft.people if it.role is role] for role in Role}
    return _form(
        t("Who is who"),
        PEOPLE,
        line("name", t("The company"), draft.name),
        language_picker(draft.language),
        picker(
            "reps",
            t("The sales reps"),
            {"type": "multi_users_select", "max_selected_items": MOST_REPS},
            {"initial_users": by_role[Role.REP]},
            hint=t("They are asked for a minute every working morning."),
        ),
        picker(
            "manager", t("The sales manager"), {"type": "users_select"}, _first(by_role[Role.MANAGER]), optional=True
        ),
        picker(
            "owner",
            t("The owner"),
            {"type": "users_select"},
            _first(by_role[Role.OWNER]),
            optional=True,
            hint=t("Gets the weekly digest; sees figures of four people or more."),
        ),
        line("zone", t("The company’s time zone"), draft.zone, hint=t("Each person’s own comes from Slack.")),
        line("currency", t("Currency"), draft.currency, hint=t("Such as USD or EUR.")),
        line(
            "country",
            t("Country, for public holidays"),
            draft.country,
            optional=True,
            hint=t("Such as US, DE or US-NY."),
        ),
    )


def week(draft: Draft, period: str) -> View:
    """Days, habits, targets and stages."""
    each = draft.targets or "\n".join(f"{it.name}: " for it in draft.people if it.role is Role.REP)
    return _form(
        t("The week"),
        WEEK,
        ticked("days", t("Days on which reps are asked"), draft.days),
        timed("at", t("At, on each one’s own clock"), draft.at),
        ticked("visits", t("Days on which the manager works here"), draft.visits),
        line("calls", t("Calls a day, each rep"), draft.counts.get("calls", ""), optional=True),
        line("appointments", t("First appointments a week"), draft.counts.get("appointments", ""), optional=True),
        line(
            "proposals",
            t("Proposals a week"),
            draft.counts.get("proposals", ""),
            optional=True,
            hint=t("What stays empty isn’t counted. Habits of your own come later, in the company’s file."),
        ),
        line("target", t("Target for {period}", period=period), draft.target, optional=True, hint=t("Such as 500k.")),
        long("targets", t("Targets of the reps"), each, hint=t("A line each; leave out whom you like.")),
        long(
            "stages",
            t("Stages of a deal, with their chance"),
            worded(draft.stages),
            hint=t("In order, as your CRM names them."),
        ),
    )


def outcome(lines: Sequence[str], first: str, preview: str) -> View:
    """A dry run: what would be created, and what the first rep reads."""
    blocks = [
        says(t("Nothing is created yet. This is what Start would do:")),
        *code(lines),
        says(first),
        *code(preview.splitlines()),
        says(
            t(
                "Start greets everybody, each within their own working day. To change something, close this "
                "window and begin again; what you filled in is kept."
            )
        ),
    ]
    return view(t("A dry run"), blocks[:BLOCKS_MAX]) | _sent_by(START)


def done(made: Company, upload: str, file: str) -> View:
    """Created. Where the deals can be brought in and the file is; '' where our pages can't be reached."""
    return view(
        t("Set up"),
        [
            says(
                t(
                    "{name} is set up. Each rep is asked on their next working morning; your Home tab shows the rest.",
                    name=made.name,
                )
            ),
            *_nobody_reads_the_week(made),
            _deals(made, upload),
            _file(made, file),
        ],
    )


def _deals(made: Company, upload: str) -> Block:
    if not upload:
        return says(
            t(
                "Next, the open deals, from your CRM’s export as CSV: coach import FILE.csv --company {slug}",
                slug=made.slug,
            )
        )
    return _linking(
        t(
            "<{upload}|Bring in the open deals>, as your CRM exports them to CSV. The link opens for a day; for "
            "another one write “import” to me.",
            upload=upload,
        )
    )


def _file(made: Company, file: str) -> Block:
    if not file:
        return says(
            t("The whole set-up as a file, to look at or change: coach company --company {slug}", slug=made.slug)
        )
    return _linking(
        t(
            "<{file}|The whole set-up as a file>, to keep or to change. The link opens for a day; for another one "
            "write “company file” to me.",
            file=file,
        )
    )


def _nobody_reads_the_week(made: Company) -> tuple[dict[str, Any], ...]:
    """An owner may be named later, so it is said what is missing until then."""
    if made.digest.to:
        return ()
    return (
        says(t("Nobody gets the page of the week yet: no owner was named. To name one later, write “set up” to me.")),
    )


# --- what came back ------------------------------------------------------------------------------------------------
def filled(view: Mapping[str, Any]) -> dict[str, Any]:
    """By field: a text, or a list of what was picked."""
    values = view.get("state", {}).get("values", {})
    found: dict[str, Any] = {}
    for block, inputs in values.items():
        if block.startswith(_ID) and isinstance(inputs, Mapping):
            found[block.removeprefix(_ID)] = _entered(next(iter(inputs.values()), {}))
    return found


def errors(found: Mapping[str, str], there: Iterable[str]) -> dict[str, str]:
    """By block of the window; what concerns another window is said at the first field."""
    blocks = [it for it in there if it.startswith(_ID)]
    return {(_ID + name if _ID + name in blocks else blocks[0]): text[:300] for name, text in found.items() if blocks}


def _entered(element: object) -> Any:
    match element:
        case {"selected_users": list(users)}:
            return [it for it in users if isinstance(it, str)]
        case {"selected_options": list(chosen)}:
            return [str(it.get("value", "")) for it in chosen if isinstance(it, Mapping)]
        case {"selected_option": {"value": str(value)}}:
            return value
        case {"selected_user": str(value)} | {"selected_time": str(value)} | {"value": str(value)}:
            return value
    return ""


# --- parts ---------------------------------------------------------------------------------------------------------
def _form(title: str, action: Action, *blocks: Block) -> View:
    return view(title, list(blocks)) | _sent_by(action)


def view(title: str, blocks: list[Block]) -> View:
    """A window."""
    return {
        "type": "modal",
        "callback_id": "setup",
        "title": plain_text(title, 24),
        "close": plain_text(t("Close"), SUBMIT_MAX),
        "blocks": blocks,
    }


def _sent_by(action: Action) -> View:
    # Names the step only: what was filled in before is kept with the installation, not in the window.
    return {"submit": plain_text(worded(action.label), SUBMIT_MAX), "private_metadata": buttons.write(action)}


def says(text: str) -> Block:
    """A paragraph."""
    return {"type": "section", "text": plain_text(text, 3000)}


def _linking(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def code(lines: Iterable[str]) -> list[Block]:
    """As they stand, in as few blocks as they need."""
    packed: list[str] = [""]
    for it in lines:
        words = shorten(escape(it).replace("`", "'"), 400)
        if len(packed[-1]) + len(words) > SECTION_MAX - 10:
            packed.append("")
        packed[-1] += f"{words}\n"
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": f"```{it.rstrip()}```", "verbatim": True}}
        for it in packed
        if it.strip()
    ]


def _input(name: str, label: str, element: Block, *, optional: bool = False, hint: str = "") -> Block:
    block = {
        "type": "input",
        "block_id": f"{_ID}{name}",
        "label": plain_text(label, 2000),
        "element": {**element, "action_id": "value"},
        "optional": optional,
    }
    return block | ({"hint": plain_text(hint, 2000)} if hint else {})


def line(name: str, label: str, value: str, *, optional: bool = False, hint: str = "") -> Block:
    """A field of one line."""
    element: Block = {"type": "plain_text_input"} | ({"initial_value": value[:3000]} if value else {})
    return _input(name, label, element, optional=optional, hint=hint)


def long(name: str, label: str, value: str, *, hint: str) -> Block:
    """A field of several."""
    element: Block = {"type": "plain_text_input", "multiline": True}
    return _input(name, label, element | ({"initial_value": value[:3000]} if value else {}), optional=True, hint=hint)


def language_picker(chosen: str) -> Block:
    """Each by its own name: whoever looks for it may read no other."""
    options = {code: {"text": plain_text(name, 75), "value": code} for code, name in NAMES.items()}
    element = {"type": "static_select", "options": list(options.values()), "initial_option": options[chosen]}
    return _input("language", t("The language I speak to everybody"), element)


def picker(name: str, label: str, element: Block, initial: Block, *, optional: bool = False, hint: str = "") -> Block:
    """People, from Slack's own list."""
    kept = {key: it for key, it in initial.items() if it}
    return _input(name, label, element | kept, optional=optional, hint=hint)


def _first(handles: Sequence[str]) -> Block:
    return {"initial_user": handles[0]} if handles else {}


def ticked(name: str, label: str, ticked: Sequence[str]) -> Block:
    """Days of the week."""
    names = zip(DAYS, spoken().whole_weekdays, strict=True)
    options = {value: {"text": plain_text(day, 75), "value": value} for value, day in names}
    initial = [options[it] for it in ticked if it in options]
    element: Block = {"type": "checkboxes", "options": list(options.values())}
    return _input(name, label, element | ({"initial_options": initial} if initial else {}))


def timed(name: str, label: str, at: str) -> Block:
    """A time of the day."""
    return _input(name, label, {"type": "timepicker", "initial_time": at})
