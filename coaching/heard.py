"""Words that people type, a table for each language; all of them are understood in every company."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

KEPT, MOVED, DROPPED = "kept", "moved", "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """In small letters. Patterns are for `re`, ignoring case."""

    code: str
    commands: Mapping[str, str]
    """By word, the English one that a routine has."""
    named: Mapping[str, str]
    """Whole messages that name what a button opens, and its word."""
    greetings: frozenset[str]
    good_days: frozenset[str]
    """Greetings of two words; nobody's “tomorrow” is one."""
    beside_greetings: frozenset[str]
    """What may stand with one: “hi there, good morning”."""
    thanks: str
    """A message that is nothing but thanks, as a pattern."""
    trouble: tuple[str, ...]
    """Whole messages of somebody who wants to quit or can't go on, as patterns; without signs between the words."""
    danger: str
    """What may be meant against one's own life, wherever it stands, as a pattern."""
    same: frozenset[str]
    """Messages that say: as planned."""
    off: frozenset[str]
    ill: str
    """A message, or a part of one, that is nothing but that whoever writes is ill, as a pattern."""
    later: frozenset[str]
    settled: Mapping[str, str]
    """What became of the last promise."""
    became: str
    """What stands between what was promised and what became of it, as a pattern."""
    beside: frozenset[str]
    """Words of a promise that don't name it."""
    promise: str
    """How a promise begins."""
    alone: tuple[str, ...]
    """Beginnings with which a promise may stand alone; "will you help me" is none."""
    conjunction: str
    before_counts: frozenset[str]
    after_counts: frozenset[str]
    numbers: Mapping[str, int]
    scales: Mapping[str, int]
    commit: tuple[str, ...]
    """Names of the amount that is called, as patterns."""
    best_case: tuple[str, ...]
    because: str
    """What a reason begins with."""
    call_fillers: tuple[str, ...]
    calling: tuple[str, ...]
    """How a sentence begins that is a call, as patterns; `best` is there where it is the best case."""
    large: str
    """Words that make a number one of money, as a pattern."""
    small: str
    """What stands beside them in one."""
    quarters: tuple[str, str, str, str]
    """The four, as patterns."""
    this_quarter: str
    another_quarter: str
    """And another year, as patterns."""
    spans_and_months: str
    """What names a time only where it stands alone, as a pattern."""
    before_times: tuple[str, ...]
    agree: tuple[str, ...]
    """How somebody says whose call they would say yes to, as patterns; WHO stands for the name."""
    agreeing: frozenset[str]
    """What says the same behind a name."""
    until: tuple[str, ...]
    """Before a day, and between two times."""
    tomorrow: str
    weekdays: tuple[str, ...]
    spans: Mapping[str, int]
    """Days of a span by its unit, in singular and plural."""
    nothing: frozenset[str]
    """For no quiet hours."""
    reminders: Mapping[str, str] = field(default_factory=dict)
    my_data: tuple[str, ...]
    my_settings: tuple[str, ...]
    to_the_manager: tuple[str, ...]
    """How somebody begins who wants to talk to their manager."""
    request_fillers: tuple[str, ...]
    """Before what it is about."""
    bring_deals: frozenset[str]
    """Whole messages that ask for the page which takes the CRM's export."""
    company_file: frozenset[str]
    """Whole messages that ask for the company as a file."""
    set_up: frozenset[str]
    """Whole messages that ask for the set-up, to change it."""
    away: str
    """How a message about time off begins, as a pattern."""
    am_away: str
    """What somebody writes who is ill or away, wherever it stands, as a pattern."""
    quiet: str
    """A whole message about quiet hours, as a pattern; `rest` is which."""
    stuck: str
    """What somebody writes who is stuck, wherever it stands, as a pattern."""
    asks_help: str
    """How a message begins that asks for help, as a pattern; not the word alone."""
    courtesy: frozenset[str]
    """What may follow that."""
    let_go: tuple[str, ...]
    """How somebody lets a deal go, as patterns of a whole message; `deal` is what it is called."""


def _numbered(words: str) -> dict[str, int]:
    return {word: n for n, word in enumerate(words.split())}


_WORDS = (
    "help", "today", "checkin", "check-in", "forecast", "accuracy", "bias", "deals", "deal", "review", "majors",
    "major", "ratios", "actions", "recap", "week", "brief", "arrival", "newcomers", "queue", "digest", "home",
    "settings", "reminders", "pause", "resume", "data", "ask", "escalate", "manager", "same", "later", "off",
)  # fmt: skip
"""Those that a routine has."""
ENGLISH = Heard(
    code="en",
    commands={it: it for it in _WORDS},
    named={
        "the week": "week",
        "team": "digest",
        "the team": "digest",
        "the queue": "queue",
        "open the queue": "queue",
        "what the target asks for": "actions",
        "this week's majors": "majors",
        "your check-in": "today",
        "my check-in": "today",
        "today's check-in": "today",
        "brief for the next visit": "brief",
        "what i can do": "help",
        "what can you do": "help",
    },
    greetings=frozenset({"hi", "hello", "hey", "hiya"}),
    good_days=frozenset({"good morning", "good afternoon", "good evening", "good day", "morning"}),
    beside_greetings=frozenset(
        {"there", "good", "coach", "again", "all", "you", "how", "are", "morning", "afternoon", "evening", "day", "to"}
    ),
    thanks=r"(?:ok |okay |great |cool |perfect )?(?:many |big )?(?:thanks|thank you|thx|ty|cheers|much appreciated)"
    r"(?: (?:a lot|so much|very much|again|coach|for (?:that|this|your help|the help|everything)|bye|great))*",
    trouble=(
        (
            r"(?:i|i'm|im|i am)(?: \w+){0,3} (?:quit|quitting|resign|resigning|give up|giving up|giving notice)"
            r"(?: (?:my|this|the)(?: \w+)? job| it all| everything| today| now| soon| here)?"
        ),
        r"(?:i|i'm|im|i am)(?: \w+){0,3} (?:leave|leaving|hate|hating) (?:my|this|the) (?:job|company|team|place)",
        (
            r"(?:i|i'm|im)(?: just)? (?:can't|cant|cannot|can not) (?:do|take|stand|bear) (?:this|it)(?: \w+)?"
            r"(?: any ?more| any ?longer)"
        ),
        r"(?:i|i'm)(?: just)? (?:can't|cant|cannot|can not) (?:go on|cope|sleep)(?: any ?more| like this)?",
        (
            r"(?:i'm|im|i am|i feel|feeling)(?: \w+){0,2} (?:burned out|burnt out|burning out|overwhelmed|exhausted"
            r"|depressed|desperate|hopeless|miserable|at my limit|close to quitting)(?: \w+){0,3}"
        ),
        r"(?:i've|ive|i have) had enough(?: of (?:this|it|all of it|this job|everything))?",
        r"i(?: \w+){0,2} (?:burnout|burn out)",
    ),
    danger=r"\b(?:kill myself|killing myself|end my life|ending my life|hurt myself|suicid\w*|(?:want|wanna) to die"
    r"|wanna die|don't want to live|dont want to live)\b",
    same=frozenset({"same", "same as planned", "as planned", "same as usual", "all as planned"}),
    off=frozenset(
        {
            "day off",
            "day off today",
            "on holiday",
            "on vacation",
            "out sick",
            "sick today",
            "off",
            "off today",
            "i'm off",
            "i am off",
            "i'm off today",
            "holiday",
            "vacation",
            "sick",
        }
    ),
    ill=r"(?:(?:sorry|hi|hello|good morning|morning)[,.!]? )?(?:"
    r"(?:(?:(?:i'm|im|i am|am|i feel|feel|feeling|(?:i'm |i am )feeling) )?"
    r"(?:(?:really|very|quite|so|a bit|still|unfortunately|off|out|home|at home) )*(?:sick|ill|unwell))"
    r"|(?:i'm|im|i am|am)(?: still)? (?:not(?: very| too)? well|under the weather)|feeling under the weather"
    r"|(?:(?:i'm|im|i am|am) )?(?:still )?not feeling (?:very |so |too )?(?:well|good)"
    r"|i (?:don't|dont|do not) feel (?:very |so |too )?(?:well|good)"
    r"|(?:i'm |i am )?(?:calling|called|i called) in sick|(?:i'm |i am )?(?:taking |having )?(?:a )?sick day"
    r")(?: (?:today|again|this morning|at home|in bed))*",
    later=frozenset({"later", "not now", "in a bit", "ask me later", "remind me later"}),
    became=r"is|was",
    beside=frozenset({"the", "to", "a", "i", "have", "my"}),
    settled={
        "kept": KEPT,
        "kept it": KEPT,
        "done": KEPT,
        "did it": KEPT,
        "moved": MOVED,
        "moved it": MOVED,
        "moved to tomorrow": MOVED,
        "moved to today": MOVED,
        "dropped": DROPPED,
        "dropped it": DROPPED,
    },
    promise=r"today(?: i(?:['’]ll| will)?)?|i['’]ll|i will|will(?!\s+(?-i:[A-Z]))|plan(?:ning)?(?: to)?"
    r"|(?:i['’]m )?going to|commit(?:ment)?",
    alone=("today", "commit"),
    conjunction="and",
    before_counts=frozenset(
        {
            "i",
            "made",
            "did",
            "had",
            "booked",
            "sent",
            "got",
            "held",
            "wrote",
            "logged",
            "yesterday",
            "about",
            "it",
            "was",
            "were",
            "make",
            "correction",
            "correct",
            "corrected",
            "actually",
            "rather",
            "sorry",
        }
    ),
    after_counts=frozenset(
        {"made", "done", "booked", "sent", "held", "set", "logged", "yesterday", "total", "so", "far"}
    ),
    numbers=_numbered(
        "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen twenty"
    )
    | {"zero": 0, "none": 0, "a": 1, "an": 1},
    scales={
        **dict.fromkeys(("k", "t", "thousand", "thousands", "grand"), 1_000),
        **dict.fromkeys(("m", "mn", "mill", "million", "millions"), 1_000_000),
        **dict.fromkeys(("b", "bn", "billion", "billions"), 1_000_000_000),
    },
    commit=("commit(?:ted|ment)?",),
    best_case=("best", "upside"),
    because=r"because(?: of)?|reason\b\s?[:=]?|as\b|since\b",
    calling=(
        (
            r"(?:my|our) (?:(?P<best>best(?: case)?|upside)|commit(?:ment)?|forecast|call)\b"
            r"(?: (?:is|stays|stands|remains|will be|would be|at|of))*[\s:=]*"
        ),
        r"i(?:'ll| will| can|'d| would|'m|)? commit(?:ting)?\b(?: to)?\s*",
    ),
    large="twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|grand",
    small="a|about|around|roughly|nearly|almost|and|half|one|two|three|four|five|six|seven|eight|nine|ten"
    "|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|point|dollars?|euros?|pounds?|francs?",
    quarters=(
        "(?:first|1st) quarter|quarter 1",
        "(?:second|2nd) quarter|quarter 2",
        "(?:third|3rd) quarter|quarter 3",
        "(?:fourth|4th) quarter|quarter 4",
    ),
    this_quarter=r"(?:this|the current|the running) quarter",
    another_quarter=r"(?:next|last|previous|following|coming) (?:(?:fiscal|financial) )?(?:quarter|year)",
    spans_and_months=r"(?:next|last|previous|following|coming|this) (?:month|week|(?:half|half-)year)"
    r"|(?:this|the|full|whole)(?: full| whole| fiscal| financial)* year|h[12]"
    r"|january|february|march|april|may|june|july|august|september|october|november|december",
    before_times=("for", "in", "by", "of", "to", "at", "until", "the", "and"),
    agree=(r"(?:i )?agree(?: with)? WHO",),
    agreeing=frozenset({"agree", "agreed", "i agree"}),
    call_fillers=("i", "my", "is", "of", "at", "to", "and", "for", "the", "call", "forecast", "case"),
    until=("until", "till", "to"),
    tomorrow="tomorrow",
    weekdays=("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    spans={"day": 1, "days": 1, "week": 7, "weeks": 7, "month": 30, "months": 30},
    nothing=frozenset({"none", "off", "no"}),
    my_data=("my data", "show my data", "what do you know about me"),
    my_settings=("my settings",),
    to_the_manager=tuple(
        f"{start} {whom}"
        for start in (
            "i need to talk to",
            "i want to talk to",
            "can i talk to",
            "talk to",
            "talk with",
            "speak to",
            "speak with",
        )
        for whom in ("the manager", "my manager", "a manager")
    ),
    request_fillers=("the manager", "my manager", "about", "for", "to"),
    bring_deals=frozenset(
        {
            "import",
            "upload",
            "csv",
            "deals upload",
            "deals import",
            "upload deals",
            "import deals",
            "upload the deals",
            "import the deals",
            "bring in deals",
            "bring in the deals",
            "csv import",
            "csv upload",
            "import csv",
            "upload csv",
        }
    ),
    company_file=frozenset({"company file", "the company file", "company as a file", "export company", "company yaml"}),
    set_up=frozenset({"set up", "set-up", "setup", "change set-up", "change the set-up", "add people", "add somebody"}),
    away=r"(?:i(?:'m| am|'ll be)? )?(?:time off|days? off|vacation|holidays?|on (?:holiday|vacation|leave)|sick|ill"
    r"|unwell|(?:away|off) (?:from|until|till)|out of office)\b",
    am_away=r"\b(?:i'm|im|i am|am|feel|feeling) (?:\w+ )?(?:sick|ill|unwell|on (?:holiday|vacation|leave))\b",
    quiet=r"quiet(?: hours?)?(?:[ :]+(?:from )?(?P<rest>\d.*|none|off))?",
    stuck=r"blocked|stuck|get(?:ting)? nowhere"
    r"|\b(?:can't|cant|cannot|can not) (?:get|move) (?:any )?(?:further|forward)",
    asks_help=r"(?:please |can you |can (?:somebody|someone|anyone) |could you |could (?:somebody|someone) )*help me\b"
    r"|help with (?=\w)|(?:i(?: \w+){0,2} )?(?:need|want|could use)"
    r"(?: (?:some|any|a bit of|a little|your|more|urgent|urgently|real))* help\b(?: from (?:you|somebody|someone))?",
    courtesy=frozenset({"please", "now", "today", "coach", "thanks", "here"}),
    let_go=(
        r"(?:please )?(?:drop|let go(?: of)?) (?:the )?(?!(?:it|this|that)(?: deal)?$)(?P<deal>.+?)(?: deal)?",
        r"(?:please )?let (?:the )?(?!(?:it|this|that|me|us)(?: deal)? go$)(?P<deal>.+?)(?: deal)? go",
    ),
)

_WHOM = (
    "der vertriebsleitung",
    "meiner vertriebsleitung",
    "dem chef",
    "meinem chef",
    "der chefin",
    "meiner chefin",
    "meinem manager",
    "meiner managerin",
)
GERMAN = Heard(
    code="de",
    named={
        "die woche": "week",
        "team": "digest",
        "das team": "digest",
        "die warteschlange": "queue",
        "warteschlange öffnen": "queue",
        "was das ziel verlangt": "actions",
        "die schwerpunkte dieser woche": "majors",
        "dein check-in": "today",
        "mein check-in": "today",
        "check-in von heute": "today",
        "briefing für den nächsten besuch": "brief",
        "was ich kann": "help",
        "was kannst du": "help",
    },
    commands={
        "hilfe": "help",
        "heute": "today",
        "einchecken": "checkin",
        "prognose": "forecast",
        "vorhersage": "forecast",
        "treffsicherheit": "accuracy",
        "geschäfte": "deals",
        "geschaefte": "deals",
        "geschäft": "deal",
        "quoten": "ratios",
        "aktivitäten": "actions",
        "aktivitaeten": "actions",
        "schwerpunkte": "majors",
        "rückblick": "recap",
        "rueckblick": "recap",
        "briefing": "brief",
        "unbekannte": "newcomers",
        "warteschlange": "queue",
        "woche": "week",
        "wochenbericht": "digest",
        "bericht": "digest",
        "einstellungen": "settings",
        "erinnerungen": "reminders",
        "weiter": "resume",
        "daten": "data",
        "frag": "ask",
        "frage": "ask",
        "fragen": "ask",
        "vertriebsleitung": "manager",
        "chefin": "manager",
        "später": "later",
        "frei": "off",
    },
    greetings=frozenset({"hallo", "moin", "servus", "grüezi"}),
    good_days=frozenset({"guten morgen", "guten tag", "guten abend", "grüß gott"}),
    beside_greetings=frozenset(
        {"guten", "morgen", "tag", "abend", "grüß", "gott", "coach", "wie", "geht's", "geht", "es", "dir", "zusammen"}
    ),
    thanks=r"(?:ok |okay |super |prima )?(?:vielen |besten |herzlichen |lieben |tausend )?(?:danke|dank|merci)"
    r"(?: (?:dir|schön|sehr|vielmals|nochmal|coach|dafür|für (?:alles|deine hilfe|die hilfe)))*",
    trouble=(
        r"ich (?:kündige|gebe auf|höre auf|schmeiße hin|schmeisse hin)(?: \w+){0,3}",
        r"ich (?:will|möchte|werde)(?: \w+){0,3} (?:kündigen|aufhören|aufgeben|hinschmeißen|hinschmeissen)",
        r"ich (?:kann|schaffe)(?: das| es)? (?:einfach )?nicht mehr(?: \w+)?",
        (
            r"ich (?:bin|fühle mich)(?: \w+){0,2} (?:ausgebrannt|überfordert|am ende|erschöpft|verzweifelt"
            r"|hoffnungslos)(?: \w+){0,2}"
        ),
        r"ich habe? (?:genug|die nase voll|keine kraft mehr)(?: \w+){0,3}",
    ),
    danger=r"\b(?:umbringen|suizid\w*|selbstmord\w*|nicht mehr leben|das leben nehmen|will sterben)\b",
    same=frozenset({"wie geplant", "alles wie geplant", "wie immer", "wie gehabt", "nach plan"}),
    off=frozenset(
        {
            "frei",
            "heute frei",
            "ich habe frei",
            "habe frei",
            "ich habe heute frei",
            "habe heute frei",
            "hab frei",
            "urlaub",
            "im urlaub",
            "ich bin im urlaub",
            "feiertag",
            "krank",
            "bin krank",
            "ich bin krank",
            "heute krank",
        }
    ),
    ill=r"(?:(?:sorry|hallo|moin|guten morgen)[,.!]? )?(?:"
    r"(?:(?:ich )?(?:bin|fühle mich|fühl mich|liege|lieg) )?"
    r"(?:(?:heute|leider|noch|immer|wieder|gerade|etwas|sehr|richtig) )*krank(?: ?gemeldet| ?geschrieben)?"
    r"|(?:ich )?(?:bin|fühle mich|fühl mich|liege|lieg) (?:(?:heute|leider|noch|immer|wieder|gerade|etwas) )*"
    r"(?:unwohl|nicht (?:so |sehr )?(?:wohl|gut|fit)|flach)"
    r"|mir geht(?:'s| es)(?: heute| leider| gerade)* nicht (?:so |sehr )?gut"
    r")(?: (?:heute|im bett|zu hause|zuhause))*",
    later=frozenset({"später", "später bitte", "jetzt nicht", "nicht jetzt", "frag später", "frag mich später"}),
    became=r"ist|wurde",
    beside=frozenset({"das", "den", "die", "der", "habe", "ich"}),
    settled={
        "erledigt": KEPT,
        "gemacht": KEPT,
        "geschafft": KEPT,
        "gehalten": KEPT,
        "verschoben": MOVED,
        "auf morgen verschoben": MOVED,
        "auf heute verschoben": MOVED,
        "fallen gelassen": DROPPED,
        "fallengelassen": DROPPED,
        "gestrichen": DROPPED,
    },
    promise=r"heute(?: (?:werde|will|möchte) ich)?|ich (?:werde|will|möchte)(?: heute)?|ich nehme mir vor|vorhaben",
    alone=("heute", "vorhaben"),
    conjunction="und",
    before_counts=frozenset(
        {
            "ich",
            "habe",
            "hab",
            "hatte",
            "es",
            "waren",
            "gestern",
            "etwa",
            "rund",
            "ca",
            "korrektur",
            "korrigiere",
            "korrigiert",
            "berichtigung",
            "eigentlich",
            "tatsächlich",
            "doch",
        }
    ),
    after_counts=frozenset(
        {
            "gemacht",
            "geführt",
            "vereinbart",
            "gebucht",
            "verschickt",
            "geschickt",
            "gehabt",
            "erledigt",
            "gestern",
            "insgesamt",
            "bisher",
        }
    ),
    numbers=_numbered(
        "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn "
        "siebzehn achtzehn neunzehn zwanzig"
    )
    | {"kein": 0, "keine": 0, "keinen": 0, "ein": 1, "eine": 1, "einen": 1},
    scales={
        **dict.fromkeys(("tsd", "tausend"), 1_000),
        **dict.fromkeys(("mio", "millionen"), 1_000_000),
        **dict.fromkeys(("mrd", "milliarde", "milliarden"), 1_000_000_000),
    },
    commit=("zusage", "zugesagt"),
    best_case=("bestenfalls", "bester", "besten"),
    because=r"weil|denn|wegen|grund\b\s?[:=]?",
    calling=(
        (
            r"(?:meine?|unsere?) (?:(?P<best>best ?case|bester fall)|zusage|prognose|vorhersage|commit|forecast)\b"
            r"(?: (?:ist|bleibt|lautet|liegt|wäre|bei|von))*[\s:=]*"
        ),
        r"ich (?:sage|committe)\s+",
        r"zu(?:sage|gesagt)\b[\s:=]*",
    ),
    large="zwanzig|dreißig|dreissig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig|hundert|tausend"
    "|million(?:en)?|milliarden?",
    small=r"etwa|rund|circa|ca\.?|fast|knapp|und|ein(?:e[nr]?|s)?|halbe?|zwei|zwo|drei|vier|fünf"
    "|sechs|sech|sieben|sieb|acht|neun|zehn|elf|zwölf|euro|franken|dollar",
    quarters=(
        r"erste[ns]? quartal|1\. ?quartal|quartal 1",
        r"zweite[ns]? quartal|2\. ?quartal|quartal 2",
        r"dritte[ns]? quartal|3\. ?quartal|quartal 3",
        r"vierte[ns]? quartal|4\. ?quartal|quartal 4",
    ),
    this_quarter=r"(?:diese[sm]?|(?:das |im )?(?:laufende|aktuelle)[sn]?) quartal",
    another_quarter=r"(?:n(?:ä|ae)chste|kommende|letzte|vorige|folgende)[smnr]? (?:quartal|(?:gesch(?:ä|ae)fts)?jahr)",
    spans_and_months=r"(?:n(?:ä|ae)chste|kommende|letzte|vorige|folgende|diese)[smnr]? (?:monat|woche|halbjahr)"
    r"|(?:dieses|das|ganze[sn]?)(?: ganze)? (?:gesch(?:ä|ae)fts)?jahr|gesamtjahr"
    r"|januar|jänner|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember",
    before_times=("für", "im", "das", "bis", "zum", "den", "die", "der"),
    agree=(r"zustimmen WHO", r"einverstanden mit WHO", r"(?:ich )?stimme WHO zu"),
    agreeing=frozenset({"zustimmen", "zugestimmt", "einverstanden", "stimme zu", "ich stimme zu"}),
    call_fillers=(
        "ich",
        "im",
        "mein",
        "meine",
        "ist",
        "von",
        "bei",
        "und",
        "für",
        "der",
        "die",
        "zu",
        "prognose",
        "fall",
    ),
    until=("bis",),
    tomorrow="morgen",
    weekdays=("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"),
    spans={
        "tag": 1,
        "tage": 1,
        "tagen": 1,
        "woche": 7,
        "wochen": 7,
        "monat": 30,
        "monate": 30,
        "monaten": 30,
    },
    nothing=frozenset({"keine", "ohne", "aus"}),
    reminders={
        "leicht": "light",
        "keine": "light",
        "normal": "standard",
        "eine": "standard",
        "aktiv": "active",
        "zwei": "active",
    },
    my_data=("meine daten", "zeig meine daten", "zeige meine daten", "was weißt du über mich"),
    my_settings=("meine einstellungen",),
    to_the_manager=tuple(
        f"{start} {whom}"
        for start in ("ich muss mit", "ich möchte mit", "ich will mit", "kann ich mit", "sprechen mit", "reden mit")
        for whom in _WHOM
    ),
    request_fillers=(
        "die vertriebsleitung",
        "meine vertriebsleitung",
        *_WHOM,
        "sprechen",
        "reden",
        "über",
        "wegen",
        "nach",
    ),
    bring_deals=frozenset(
        {
            "importieren",
            "hochladen",
            "deals hochladen",
            "deals importieren",
            "geschäfte hochladen",
            "geschäfte importieren",
            "csv hochladen",
            "csv importieren",
        }
    ),
    company_file=frozenset({"firmendatei", "die firmendatei", "firma als datei", "unternehmensdatei"}),
    set_up=frozenset({"einrichten", "einrichtung", "einrichtung ändern", "leute hinzufügen", "jemanden hinzufügen"}),
    away=r"(?:ich (?:bin|habe) )?(?:(?:im )?urlaub|ferien|frei (?:vom|von|bis|ab|am)|krank\w*|abwesen\w+|nicht da)\b",
    am_away=r"\b(?:bin|fühle mich|liege) (?:\w+ ){0,2}(?:krank\w*|im urlaub|flach)\b",
    quiet=r"(?:ruhezeit(?:en)?|ruhe)(?:[ :]+(?:von )?(?P<rest>\d.*|keine|aus))?",
    # The verb's two halves may stand far apart: „ich stecke bei Hooli fest“.
    stuck=r"blockiert|festgefahren|\bfest(?:steck|häng|haeng|gesteck|gehang)|\b(?:ge)?steck(?:e|st|t|en|ten)? geblieben"
    r"|\b(?:steck|häng|haeng)(?:e|st|t|en)?\b[^.!?\n]{0,80}\b(?-i:fest)\b"
    r"|\bkomm(?:e|t|en)?\b[^.!?\n]{0,80}\b(?:nicht|nirgends) (?:mehr )?(?:weiter|voran)\b",
    asks_help=r"(?:bitte )?hilf mir\b"
    r"|(?:kannst du|kann(?: mir)? (?:jemand|wer)|könntest du)(?: mir)?(?: bitte)? helfen\b"
    r"|hilfe (?:bei|mit|für|zu|wegen) (?=\w)"
    r"|(?:ich )?brauche?(?: (?:mal|bitte|dringend|deine|etwas|ein|bisschen|wirklich|eure))* hilfe\b",
    courtesy=frozenset({"bitte", "jetzt", "heute", "danke", "hier", "gerade"}),
    let_go=(
        r"(?:bitte )?lasse? (?:das geschäft |den deal )?(?!(?:es|das|ihn) (?:fallen|los)$)(?P<deal>.+?) (?:fallen|los)",
        r"(?:bitte )?(?:streiche?|verwirf) (?:das geschäft |den deal )?(?P<deal>.+)",
        r"(?:das geschäft |den deal )?(?P<deal>.+?) (?:fallen ?lassen|streichen|loslassen)",
    ),
)
ALL = (ENGLISH, GERMAN)


NAMED = {text: word for it in ALL for text, word in it.named.items()}


def command(word: str) -> str:
    """The English word that a routine has, for what was typed in any language."""
    return next((it.commands[word] for it in ALL if word in it.commands), word)
