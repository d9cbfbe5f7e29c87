"""Block Kit as a page: what Slack's clients make of it, plainly, in their sizes and colours, light and dark.

Written from Slack's reference and from what its clients show; nothing of the renderer under test is used, so that a
wrong sign shows as a wrong sign. What Slack would cut (a long button) is cut here too.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

Block = Mapping[str, Any]
Files = Callable[[str], str | None]
"""An uploaded file's id -> its address."""

THEMES = {
    "light": {"ground": "#ffffff", "ink": "#1d1c1d", "muted": "#616061", "edge": "#bbbabb", "faint": "#dddddd",
              "field": "#ffffff", "link": "#1264a3", "mention": "#e8f5fa", "code": "#f8f8f8", "head": "#f8f8f8"},
    "dark": {"ground": "#1a1d21", "ink": "#d1d2d3", "muted": "#ababad", "edge": "#565856", "faint": "#35373b",
             "field": "#222529", "link": "#1d9bd1", "mention": "#1d3a4a", "code": "#222529", "head": "#222529"},
}  # fmt: skip
WIDTHS = {"wide": 700, "narrow": 360}
"""The column of a message on a desktop, and on a phone."""
WINDOW = 520
NAMES = {"U0DANA": "Dana Reyes", "U0MORGAN": "Morgan Lee"}
"""Whom a mention shows."""
BUTTON_SHOWN = 30
"""Characters of a button that are sure to be seen."""

_STYLE = """
* {{ box-sizing: border-box; }}
body {{ margin: 0; background: {ground}; color: {ink}; font: 15px/22px Lato, "Slack-Lato", "Noto Sans", "Helvetica Neue", sans-serif; }}
.message {{ display: grid; grid-template-columns: 36px minmax(0, 1fr); gap: 8px; padding: 12px 16px; width: var(--width); }}
.face {{ width: 36px; height: 36px; border-radius: 8px; background: #1f3a4d; }}
.who {{ font-weight: 900; }} .who small {{ font-weight: 700; font-size: 10px; background: {faint}; color: {muted}; border-radius: 2px; padding: 1px 3px; margin: 0 4px; vertical-align: 2px; }}
.who time {{ font-weight: 400; font-size: 12px; color: {muted}; }}
.blocks {{ min-width: 0; max-width: 600px; }}
.blocks > * {{ margin: 0 0 8px; overflow-wrap: break-word; }}
.header {{ font-size: 18px; line-height: 24px; font-weight: 900; margin-top: 8px !important; }}
.context {{ font-size: 13px; line-height: 18px; color: {muted}; }}
.actions {{ display: flex; flex-wrap: wrap; gap: 8px; }}
.button {{ height: 36px; padding: 0 12px; border: 1px solid {edge}; border-radius: 4px; font-weight: 700; font-size: 15px; line-height: 34px; max-width: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }}
.button.primary {{ background: #007a5a; border-color: #007a5a; color: #fff; }}
.button.danger {{ background: #e01e5a; border-color: #e01e5a; color: #fff; }}
.input .label {{ font-weight: 700; }} .input .label i {{ font-weight: 400; font-style: normal; color: {muted}; }}
.input .box {{ margin-top: 4px; min-height: 36px; border: 1px solid {edge}; border-radius: 4px; background: {field}; padding: 6px 12px; overflow: hidden; }}
.input .box.long {{ min-height: 84px; white-space: pre-wrap; }}
.input .box.pick {{ display: flex; justify-content: space-between; gap: 8px; }}
.input .empty {{ color: {muted}; }} .input .hint {{ font-size: 13px; line-height: 18px; color: {muted}; margin-top: 4px; }}
.image .title {{ font-size: 13px; color: {muted}; }} .image img {{ display: block; max-width: 100%; border-radius: 8px; }}
.table {{ max-width: 100%; overflow-x: auto; border: 1px solid {faint}; border-radius: 8px; }}
.table table {{ border-collapse: collapse; width: 100%; }}
.table td {{ border: 1px solid {faint}; padding: 6px 10px; vertical-align: top; min-width: 56px; }}
.table tr:first-child td {{ background: {head}; }}
a {{ color: {link}; text-decoration: none; }} .at {{ background: {mention}; color: {link}; border-radius: 3px; padding: 0 2px; }}
code {{ background: {code}; border: 1px solid {faint}; border-radius: 3px; padding: 1px 3px; font: 12px/18px monospace; }}
pre {{ background: {code}; border: 1px solid {faint}; border-radius: 4px; padding: 8px; margin: 4px 0; font: 12px/18px monospace; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }}
.home {{ width: var(--width); padding: 16px; }}
.window {{ width: var(--width); border: 1px solid {faint}; border-radius: 8px; margin: 8px; }}
.window > header {{ font-weight: 900; font-size: 22px; padding: 18px 24px; }} .window > .blocks {{ padding: 0 24px; }}
.window > footer {{ display: flex; justify-content: flex-end; gap: 12px; padding: 18px 24px; }}
"""


def page(theme: str, width: int, body: str) -> str:
    """A document of that width."""
    style = _STYLE.format(**THEMES[theme])
    return f'<!doctype html><meta charset="utf-8"><style>:root{{--width:{width}px}}{style}</style>{body}'


def message(blocks: Iterable[Block], files: Files) -> str:
    """From the app, in its own conversation."""
    who = '<div class="who">Coach <small>APP</small> <time>8:30 AM</time></div>'
    return f'<div class="message"><div class="face"></div><div>{who}{shown(blocks, files)}</div></div>'


def home(view: Mapping[str, Any]) -> str:
    """The Home tab."""
    return f'<div class="home">{shown(view["blocks"], _no_file)}</div>'


def window(view: Mapping[str, Any]) -> str:
    """A modal."""
    title, close = _plain(view["title"]), _plain(view["close"])
    submit = f'<div class="button primary">{_plain(view["submit"])}</div>' if "submit" in view else ""
    body = shown(view["blocks"], _no_file)
    return (
        f'<div class="window"><header>{title}</header>{body}'
        f'<footer><div class="button">{close}</div>{submit}</footer></div>'
    )


def shown(blocks: Iterable[Block], files: Files) -> str:
    """Under each other."""
    return f'<div class="blocks">{"".join(_block(it, files) for it in blocks)}</div>'


def _no_file(_id: str) -> None:
    return None


def _block(it: Block, files: Files) -> str:
    match it:
        case {"type": "header", "text": text}:
            return f'<div class="header">{_plain(text)}</div>'
        case {"type": "section", "text": text}:
            return f'<div class="section">{_text(text)}</div>'
        case {"type": "context", "elements": elements}:
            return f'<div class="context">{" ".join(map(_text, elements))}</div>'
        case {"type": "actions", "elements": elements}:
            return f'<div class="actions">{"".join(map(_button, elements))}</div>'
        case {"type": "input"}:
            return _input(it)
        case {"type": "image"}:
            return _image(it, files)
        case {"type": "table", "rows": rows}:
            return _table(rows, it.get("column_settings") or [])
        case {"type": "divider"}:
            return "<hr>"
    raise ValueError(f"Slack shows no {it.get('type')} here")


# --- text ----------------------------------------------------------------------------------------------------------
def _text(text: Block) -> str:
    return mrkdwn(text["text"]) if text["type"] == "mrkdwn" else _plain(text)


def _plain(text: Block) -> str:
    return _safe(_read(text["text"])).replace("\n", "<br>")


def _read(text: str) -> str:
    """The three characters that Slack wants escaped."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _safe(text: str) -> str:
    return html.escape(text)


_PIECES = re.compile(r"```(?P<pre>.*?)```|`(?P<code>[^`\n]+)`|<(?P<link>[^<>]+)>", re.DOTALL)
_MARKS = (
    (re.compile(r"(?<![^\s(\"'“‘])\*(?=\S)([^*\n]*?\S)\*(?![\w*])"), r"<b>\1</b>"),
    (re.compile(r"(?<![^\s(\"'“‘])_(?=\S)([^_\n]*?\S)_(?![\w_])"), r"<i>\1</i>"),
    (re.compile(r"(?<![^\s(\"'“‘])~(?=\S)([^~\n]*?\S)~(?![\w~])"), r"<s>\1</s>"),
)


def mrkdwn(text: str) -> str:
    """Slack's own markup."""
    found, kept = "", {}
    at = 0
    for piece in _PIECES.finditer(text):
        # Put back after the stars are read, which go round links.
        name = f"\x00{len(kept)}\x00"
        kept[name] = _piece(piece)
        found += text[at : piece.start()] + name
        at = piece.end()
    found = _safe(_read(found + text[at:]))
    for pattern, by in _MARKS:
        found = pattern.sub(by, found)
    found = found.replace("\n", "<br>")
    for name, it in kept.items():
        found = found.replace(name, it)
    return found


def _piece(piece: re.Match[str]) -> str:
    if piece["pre"] is not None:
        return f"<pre>{_safe(_read(piece['pre'].strip(chr(10))))}</pre>"
    if piece["code"] is not None:
        return f"<code>{_safe(_read(piece['code']))}</code>"
    target, _, label = piece["link"].partition("|")
    if target[0] == "@":
        return _at(target[1:])
    if target[0] in "#!":
        return f'<span class="at">{_safe(label or target)}</span>'
    return f'<a href="#">{_safe(_read(label or target))}</a>'


def _at(user: str) -> str:
    return f'<span class="at">@{_safe(NAMES.get(user, user))}</span>'


# --- what can be pressed and filled in -----------------------------------------------------------------------------
def _button(it: Block) -> str:
    words = _read(it["text"]["text"])
    cut = words if len(words) <= BUTTON_SHOWN else words[: BUTTON_SHOWN - 1] + "…"
    return f'<div class="button {it.get("style", "")}">{_safe(cut)}</div>'


def _input(it: Block) -> str:
    optional = " <i>(optional)</i>" if it.get("optional") else ""
    hint = f'<div class="hint">{_plain(it["hint"])}</div>' if "hint" in it else ""
    label = f'<div class="label">{_plain(it["label"])}{optional}</div>'
    return f'<div class="input">{label}{_element(it["element"])}{hint}</div>'


def _element(it: Block) -> str:
    match it:
        case {"type": "plain_text_input"}:
            typed = _safe(it.get("initial_value", "")) or "&nbsp;"
            return f'<div class="box{" long" if it.get("multiline") else ""}">{typed}</div>'
        case {"type": "static_select"}:
            chosen = it.get("initial_option")
            words = _plain(chosen["text"]) if chosen else '<span class="empty">Choose an option…</span>'
            return f'<div class="box pick"><span>{words}</span><span>⌄</span></div>'
        case {"type": "datepicker"}:
            day = it.get("initial_date")
            words = f"{date.fromisoformat(day):%b %-d, %Y}" if day else '<span class="empty">Select a date</span>'
            return f'<div class="box pick"><span>{words}</span><span>⌄</span></div>'
        case {"type": "timepicker", "initial_time": str(at)}:
            return f'<div class="box pick"><span>{at}</span><span>⌄</span></div>'
        case {"type": "users_select"}:
            return _users([it] if (it := it.get("initial_user")) else [])
        case {"type": "multi_users_select"}:
            return _users(it.get("initial_users", []))
        case {"type": "checkboxes", "options": list(options)}:
            ticked = [one["value"] for one in it.get("initial_options", [])]
            lines = (f"<div>{'☑' if one['value'] in ticked else '☐'} {_plain(one['text'])}</div>" for one in options)
            return f'<div class="ticks">{"".join(lines)}</div>'
    raise ValueError(f"Slack takes no {it.get('type')} in a message")


def _users(chosen: list[str]) -> str:
    words = " ".join(map(_at, chosen)) or '<span class="empty">Select people…</span>'
    return f'<div class="box pick"><span>{words}</span><span>⌄</span></div>'


# --- tables and pictures -------------------------------------------------------------------------------------------
def _table(rows: Iterable[Iterable[Block]], settings: list[Block]) -> str:
    written = "".join(f"<tr>{''.join(_cell(it, settings, at) for at, it in enumerate(row))}</tr>" for row in rows)
    return f'<div class="table"><table>{written}</table></div>'


def _cell(it: Block, settings: list[Block], at: int) -> str:
    align = settings[at].get("align", "left") if at < len(settings) else "left"
    words = "".join(_rich(part) for section in it["elements"] for part in section["elements"])
    wrapped = at >= len(settings) or settings[at].get("is_wrapped", False)
    space = "normal; min-width: 150px" if wrapped else "nowrap"
    return f'<td style="text-align:{align}; white-space:{space}">{words}</td>'


def _rich(it: Block) -> str:
    match it:
        case {"type": "text", "text": text}:
            return f"<b>{_safe(text)}</b>" if it.get("style", {}).get("bold") else _safe(text)
        case {"type": "link", "text": text}:
            return f'<a href="#">{_safe(text)}</a>'
        case {"type": "user", "user_id": user}:
            return _at(user)
    raise ValueError(f"Slack's rich text has no {it.get('type')}")


def _image(it: Block, files: Files) -> str:
    url = it.get("image_url") or files(it["slack_file"]["id"]) or ""
    title = f'<div class="title">{_plain(it["title"])} ⌄</div>' if "title" in it else ""
    return f'<div class="image">{title}<img src="{_safe(url)}" alt="{_safe(_read(it["alt_text"]))}"></div>'
