"""Words that decide whether a text says the same, in the languages there are."""

AMOUNTS = frozenset(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion
    hundreds thousands millions dozen dozens couple half halves third thirds quarter quarters double doubled triple
    twice thrice once percent percentage most majority all every everyone everybody
    null ein eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig dreißig vierzig fünfzig sechzig
    siebzig achtzig neunzig hundert tausend million millionen milliarde dutzend halb hälfte drittel viertel doppelt
    dreifach zweimal prozent alle jeder jede meisten mehrheit
    """.split()  # noqa: SIM905 - a line each would be a hundred
)
DAYS = frozenset(
    """
    today tomorrow tonight yesterday now immediately asap monday tuesday wednesday thursday friday saturday sunday
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep oct nov dec mon tue wed thu fri sat sun
    day days week weeks weekly month months monthly quarterly year years yearly hour hours minute minutes
    heute morgen gestern jetzt sofort montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz
    mai juni juli oktober dezember tag tage tagen woche wochen monat monate monaten jahr jahre jahren stunde stunden
    """.split()  # noqa: SIM905 - a line each would be a hundred
)
NEGATIONS = frozenset(
    """
    not no none nobody nothing never neither nor without cannot hardly barely unless except fails failed lacks missing
    nicht kein keine keinen keiner keinem nichts nie niemals niemand ohne weder kaum fehlt fehlen
    """.split()  # noqa: SIM905 - a line each would be a hundred
)
SMALL = frozenset(
    """
    that this these those there their they them then than with will would could should have been were what when where
    which whose whom your yours into onto from about also just only still very much more some such here
    dass dies diese dieser dieses dort ihre ihren dann als mit wird werden würde könnte sollte haben sein sind waren
    wenn wann welche welcher euer eure deine deinen dein aber auch noch sehr mehr hier eine einen einer einem nach
    """.split()  # noqa: SIM905 - a line each would be a hundred
)
"""They carry no meaning of their own."""
