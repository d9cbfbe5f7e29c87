"""Card -> HTML: `fragment` for the local chat and our pages, `mail` for a whole letter.

Escaped by construction: markup is written only in this folder, as `Markup`; everything else is escaped where it joins.
"""

from bot.html.letter import mail
from bot.html.page import Form, fragment

__all__ = ["Form", "fragment", "mail"]
