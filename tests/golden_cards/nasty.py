"""What CRMs and people write, meant or not."""

from coaching.card import (
    Action,
    Bar,
    Bars,
    Bold,
    Bullets,
    Buttons,
    Card,
    Facts,
    Field,
    Figure,
    Heading,
    Input,
    Mention,
    Picture,
    Table,
    say,
)

TEXTS = (
    "<!channel> <!here> <@U0MORGAN> <#C0SALES>",
    "<https://evil.example|Renew here>",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    '"><b onclick="x">&amp; AT&T',
    "=cmd|'/c calc'!A1",
    "*bold* _it_ ~gone~ `code` ```block``` big_deal_name",
    "> quoted\n# heading\n[link](https://evil.example)",
    "\u202egnp.exe\u202c and zero\u200bwidth\u2066isolate\u2069",
    "tag\U000e0041\U000e0042s, bell\x07, escape\x1b[31m, null\x00, c1\x9b",
    "שלום עולם، مرحبا بالعالم",
    "👩\u200d💻 👨\u200d👩\u200d👧 🏳️\u200d🌈 مى\u200cخواهم",
    "https://evil.example/path evil.example @channel #general",
    "{{ 7 * 7 }} {% raw %} %s {0} ${x}",
    "half \ud83d of a pair",
)
LONG = "All work and no play. " * 460  # 10,120 characters

NAMES = Card(
    "<!channel> says \u202ehello\nBcc: all@acme.example",
    (
        Heading("<!channel> " + TEXTS[2]),
        *(say(it) for it in TEXTS),
        say(
            Bold("<!here>"),
            " and ",
            Mention("dana", "<@U0MORGAN>"),
            " and ",
            Figure("a|b <!channel>", "deal/<!channel>|x"),
        ),
        Facts(tuple((it, (Bold(it), " ", it)) for it in TEXTS[:6])),
        Bullets(tuple((it, Bold(it)) for it in TEXTS)),
        Table(("<!channel>", "*b*"), tuple(((it,), (Bold(it), Mention("nobody", it))) for it in TEXTS)),
        Field(name="deal", label=TEXTS[0], input=Input.LINE, value=TEXTS[0], hint=TEXTS[2], error=TEXTS[5]),
        Field(
            name="pick",
            label=TEXTS[3],
            input=Input.CHOICE,
            value=TEXTS[3],
            options=((TEXTS[3], TEXTS[0]), ("b", TEXTS[2])),
        ),
        Field(name="area", label="</textarea>", input=Input.LONG, value="</textarea><script>alert(1)</script>"),
        Buttons((Action("deal.open", TEXTS[0], {"name": TEXTS[0]}), Action("deal.open", TEXTS[2], {"name": TEXTS[3]}))),
        Picture(
            alt=TEXTS[0],
            title=TEXTS[2],
            plot=Bars((Bar(TEXTS[0], 1), Bar("$x^2$ _{sub}", 2))),
            mark=1.5,
            mark_label="<b>",
        ),
    ),
)

MUCH = Card(
    LONG,
    (
        Heading(LONG),
        say(LONG),
        say("It goes on: ", Bold(LONG)),
        Facts(((LONG, (LONG,)),)),
        Bullets(tuple((f"{at}. {LONG[:300]}",) for at in range(60))),
        Table(
            tuple(f"Column {at}" for at in range(25)), tuple(((str(at),),) * 25 for at in range(150)), frozenset({1, 2})
        ),
        Table(("Second",), tuple(((LONG[:120],),) for _ in range(80))),
        Field(name="note", label=LONG, input=Input.LONG, value=LONG, hint=LONG, error=LONG),
        Field(
            name="deal",
            label="Deal",
            input=Input.CHOICE,
            value="deal-149",
            options=tuple((f"deal-{at}", f"Deal {at} {LONG[:100]}") for at in range(150)),
        ),
        Buttons(tuple(Action("deal.open", f"{at} {LONG[:100]}", {"id": str(at)}) for at in range(40))),
    ),
)

EMPTY = Card(
    "",
    (
        Heading(""),
        say(),
        say("", Bold("")),
        say("\u200b\n "),
        Facts(()),
        Bullets(()),
        Bullets(((),)),
        Table((), ()),
        Table(("Only a header",), ()),
        Table((), ((("No header",), ("x",)), ((),))),
        Field(name="empty", label="", input=Input.CHOICE),
        Field(name="empty", label="The same name again", input=Input.DATE, value="yesterday"),
        Buttons(()),
        Buttons((Action("go", ""),)),
        Picture(alt="", title="", plot=Bars(())),
    ),
)

CARDS = {"nasty_names": NAMES, "nasty_much": MUCH, "nasty_empty": EMPTY, "nasty_nothing": Card("", ())}
