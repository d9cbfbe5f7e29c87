"""Every element and every span once, as it is meant to be used."""

from coaching.card import (
    Action,
    Bar,
    Bars,
    Bold,
    Bullets,
    Buttons,
    Card,
    Curve,
    Curves,
    Facts,
    Field,
    Figure,
    Heading,
    Input,
    Interval,
    Intervals,
    Look,
    Maths,
    Mention,
    Picture,
    Table,
    note,
    quiet,
    say,
)

DANA = Mention("dana", "Dana Reyes")
CHECKIN = {"day": "2026-11-23"}

MORNING = Card(
    "Good morning, Dana: your check-in for Monday",
    (
        Heading("Monday, 23 November"),
        say("Yesterday you promised: ", Bold("send the Acme proposal"), ". Did it happen?"),
        Field(
            name="kept",
            label="Yesterday's commitment",
            input=Input.CHOICE,
            value="kept",
            options=(("kept", "Kept"), ("moved", "Moved to today"), ("dropped", "Dropped")),
        ),
        Field(name="calls", label="Calls", input=Input.NUMBER, value="12", hint="Today's target is 20."),
        Field(name="appointments", label="First appointments", input=Input.NUMBER, hint="2 more make your week."),
        Field(name="next_on", label="When do you speak to Acme next?", input=Input.DATE, value="2026-11-25"),
        Field(name="commitment", label="What will you do today that moves a deal?", input=Input.LINE, optional=False),
        Field(name="note", label="Anything else?", input=Input.LONG, value="Two lines,\nas they were written."),
        Buttons(
            (
                Action("checkin.answer", "Send", CHECKIN, Look.PRIMARY),
                Action("checkin.as_planned", "Same as planned", CHECKIN),
                Action("checkin.day_off", "Day off", CHECKIN),
                Action("checkin.later", "Later", CHECKIN),
            )
        ),
        quiet("20 calls a day led to 3 appointments a week over the last 30 days (n = 84)."),
    ),
)

DIGEST = Card(
    "Acme Robotics, week of 23 November: $310k of $500k won",
    (
        Heading("Where the quarter stands"),
        say(
            "You have won ",
            Figure("$310,000", "digest/2026-11-27/won"),
            " of ",
            Bold("$500,000"),
            ". The likely end is between $430,000 and $520,000.",
        ),
        Picture(
            alt="Dana $150k of a likely $190k, Lee $95k of $140k, Sam $65k of $120k; the target is $180k each.",
            title="Won so far, and the likely end",
            unit="$",
            mark=180_000,
            mark_label="Target",
            plot=Bars(
                (
                    Bar("Dana Reyes", 150_000, 190_000),
                    Bar("Lee Chen", 95_000, 140_000),
                    Bar("Sam Okafor", 65_000, 120_000),
                )
            ),
        ),
        Facts(
            (
                ("Won this week", (Figure("2 deals, $48,000", "digest/2026-11-27/won-week"),)),
                ("Lost", ("1 deal, $12,000",)),
                ("Reps at goal", (Bold("2 of 4"),)),
            )
        ),
        Heading("What needs a decision"),
        Bullets(
            (
                ("Approve the discount for ", Bold("Globex"), " by Tuesday."),
                (DANA, " asks whether to keep ", Figure("Initech", "deal/77"), " open."),
            )
        ),
        Table(
            ("Rep", "Commit", "Best case", "Calls kept"),
            (
                ((DANA,), (Figure("$120,000", "forecast/dana"),), ("$150,000",), ("92%",)),
                (("Lee Chen",), ("$80,000",), ("$110,000",), ("71%",)),
                (("Sam Okafor",), ("–",), ("–",), ()),
            ),
            frozenset({1, 2, 3}),
        ),
        quiet("Follow-through by habit is left out: fewer than four people."),
    ),
)

WRONG = Card(
    "That number needs another look",
    (
        say("Almost there. One answer could not be read."),
        Field(
            name="calls",
            label="Calls",
            input=Input.NUMBER,
            value="twelve-ish",
            hint="A whole number, such as 12.",
            error="“twelve-ish” isn't a number. Write it in digits.",
        ),
        Buttons(
            (
                Action("checkin.answer", "Send again", CHECKIN, Look.PRIMARY),
                Action("checkin.forget", "Forget it", CHECKIN, Look.DANGER),
            )
        ),
    ),
)

FIGURES = Card(
    "Your ratios over thirteen weeks",
    (
        Picture(
            alt="You 25 % (12 to 41 %, n = 12); the team 22 % (18 to 27 %, n = 140).",
            title="Proposals that became sales",
            unit="%",
            plot=Intervals((Interval("You", 25, 12, 41, "n = 12"), Interval("The team", 22, 18, 27, "n = 140"))),
        ),
        Picture(
            alt="Half of the deals that were won were won within 57 days, nine in ten within 106 (n = 40).",
            title="How long deals take",
            unit="%",
            plot=Curves(
                (
                    Curve("Won", ((0, 0), (30, 21), (57, 33), (106, 58)), stepped=True),
                    Curve(
                        "Still open",
                        ((0, 100), (30, 60), (57, 40), (106, 9)),
                        ((100, 100), (52, 68), (31, 49), (4, 14)),
                    ),
                ),
                "Days since it was created",
            ),
        ),
        Maths(
            figure="proposals that became sales",
            value="25 %",
            formula="(own sales + k × team's rate) / (own proposals + k)",
            inputs=(("own sales", "3 of 12 proposals"), ("k", "31, from how much the team's members differ")),
            n="12 proposals, 28 August to 26 November",
            uncertainty="12 to 41 % in 8 of 10 cases",
            source="Efron and Morris, 1975",
        ),
    ),
)

CARDS = {
    "figures": FIGURES,
    "morning": MORNING,
    "digest": DIGEST,
    "wrong_answer": WRONG,
    "note": note("Noted. Have a good one, Dana."),
}
