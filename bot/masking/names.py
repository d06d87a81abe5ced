"""Text -> the same text without names of people, where the words around them say that they are names.

Libraries that find names anywhere need a language model that is fetched from elsewhere, or take "Will", "Rose" and "Mark" for
names wherever they stand. These rules find names in introductions, greetings, signatures, behind titles and relations, and
leave every other word alone: a product must never become `[name]`.
"""

from __future__ import annotations

import re

_MARK = "[name]"
_MOST_WORDS = 4
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*\.?")
_PARTICLES = {"van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "le", "al", "el", "bin", "ibn", "ben", "zu", "ter", "ten", "y"}
_NO_NAMES = frozenset(
    """a about account actually address after again agent agents all alle already also always am an and annoyed another any anybody anyone are as asking at
    august available back bank because been being bitte bonjour boss bot but by call called calling can cannot card changed chat client closed colleague
    colleagues company complaint complaints confirmed confused contact correct could customer customers damen data day dear december delivery department
    did didn't different disappointed do does doesn't don't email english error everybody everyone everything february first folks for fraud friday friend
    friends from fully german getting going good guys had hallo happy has have having he hello help helpdesk here herren hey hi his hola how however human
    i i'd i'll i'm i've ich if important in incorrect info information interested into invalid is isn't it it's items its january july june just known
    kunde kundenservice kundin ladies last late learning left leute liebe listed live looking ma'am maam madam mail management manager many march me
    member merci message mine missing misspelled misspelt mistake mit monday mr mrs ms my name need new nicht no nobody none not nothing november now
    october of off office ok on once one only open or order orders our out over parcel payment people person phone please premium printed problem product
    question questions quite ready really recorded refund refunds regarding regards registered request required return returns right sales saturday saved
    security seller sending september service services she shown side signed sir sirs so some somebody someone something sopbot sorry spelled spelt still
    stock store stuck sunday supervisor supplier support sure system taken team technical thank thanks that that's the their them then there these they
    this those thursday ticket to today todos together tomorrow too tous trying tuesday unable und under unhappy unknown unsure until up update updated
    upset urgent us used user very waiting want was wasn't we wednesday welcome well were what when where whether which while who whom why will with
    without wondering world worried would writing written wrong yes yesterday yet you your yours zusammen""".split()  # noqa: SIM905 - a list of quotation marks could not be read
)
"""Words that no name begins with, where the rules below look for one; also with a capital letter."""
_BRANDS = {"martens", "pepper", "oetker", "muscle", "beats", "proper", "kipling"}
"""Behind a title, and yet something that is sold."""

_INTRODUCED = re.compile(
    r"\b(?:my (?:(?:full|first|last|middle|given|family|maiden) )?(?:name|surname)(?: is|'s|\u2019s| was|:)"
    r"|(?:name|account|booking|order) is under(?: the name(?: of)?)?"
    r"|mein (?:name|nachname|vorname) ist|ich hei(?:ß|ss)e|je m['\u2019]appelle|me llamo|mi nombre es)[ :]+",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"^[ \t>*-]*(?:(?:full|first|last|customer|client|account|contact|recipient|guest|passenger|cardholder|your|billing|delivery) ?)*"
    r"(?:name|surname|customer|recipient|cardholder|account holder|contact person|attn|attention|c/o)[ ]?[:=][ \t]*",
    re.IGNORECASE | re.MULTILINE,
)
_NAMED = re.compile(
    r"\b(?:(?:spoke|speaking|talked|talking|chatted|chatting|dealt|dealing|spoken) (?:to|with)|ask(?:ed)? for|on behalf of|(?:in|under) the name(?: of)?"
    r"|(?:account|card) ?holder(?: is|'s name is)?|name on (?:the|my) (?:account|card|order|booking)(?: is|:)"
    r"|(?:customer|client|person|lady|gentleman|man|woman|guy|agent|colleague|employee|rep) (?:called|named|by the name of))[ ]+",
    re.IGNORECASE,
)
_RELATED = re.compile(
    r"\b(?:[Mm]y|[Oo]ur|[Hh]is|[Hh]er|[Tt]heir|[Yy]our) (?:husband|wife|spouse|partner|son|daughter|child|mother|father|mum|mom|dad|brother|sister|aunt|uncle"
    r"|friend|boss|colleague|co-worker|coworker|neighbou?r|assistant|roommate|flatmate|landlord|customer|client|agent|employee|technician|driver|rep)"
    r",?(?: is| was)?[ ]+"
)
_CUSTOMER = re.compile(r"\b(?:customer|client|patient|passenger|subscriber)[ ]+")
_IS = re.compile(r"\b(?:I am|I['\u2019]m|Im|ich bin)[ ]+", re.IGNORECASE)
_THIS_IS = re.compile(
    r"(?:^|[.!?]\s|\b(?:hi|hello|hey|good (?:morning|afternoon|evening)|hallo)(?: there| all| team)?[,.!]? )(?:this is|it is|it['\u2019]s|here is)[ ]+",
    re.IGNORECASE,
)
_AFTER_NAME = re.compile(r",? (?:here|speaking|calling|again|from|writing)\b", re.IGNORECASE)
_ENDS_NAME = re.compile(r"\s*(?:[,.!?;:\n)]|$|(?:and|from|here|speaking|calling|again|but|with|i)\b)", re.IGNORECASE)
_TITLED = re.compile(
    r"(?<![\w/])(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Herr[n]?|Frau|Mme|Mlle|Monsieur|Madame|Se\u00f1ora?|Sra)\.?[ ]+(?=[^\W\d_])|(?<![\w/])(?:mr|mrs)\.?[ ]+(?=[^\W\d_])"
)
_GREETED = re.compile(
    r"^[ \t>]*(?:hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening|day)|hallo|guten (?:tag|morgen|abend)|liebe[r]?|sehr geehrte[r]?|bonjour|cher|ch\u00e8re|hola|estimad[oa])[ ,]+",
    re.IGNORECASE | re.MULTILINE,
)
_GREETING_ENDS = re.compile(r"[ \t]*(?:[,!.:;\u2013\u2014-]|$)", re.MULTILINE)
_SIGNED = re.compile(
    r"(?:\b(?:(?:kind(?:est)?|best|warm(?:est)?|with) )?(?:regards|wishes)|\bsincerely(?: yours)?|\byours(?: (?:sincerely|faithfully|truly))?|\bcheers"
    r"|\b(?:many |with )?thanks(?: again| so much| a lot| in advance| and regards)?|\bthank you(?: very much| so much| in advance)?|\bthx"
    r"|\b(?:viele|liebe|beste|sch\u00f6ne|herzliche|freundliche|mit freundlichen) gr(?:\u00fc|ue?)(?:\u00df|ss)en?|\b(?:LG|MfG|VG)|\bcordialement|\b(?:un )?saludos?"
    r"|(?:^|[.!?\n] ?)(?:best|love|sent by|signed|yours)(?=[,\n:]))"
    r"[ \t]*[,.!:\u2013\u2014-]*\s+",
    re.IGNORECASE,
)
_LINE_ENDS = re.compile(r"[ \t]*[.,!]?[ \t]*(?:$|\n)")
_DASHED = re.compile(r"(?:^|\n)[ \t]*(?:[\u2013\u2014~]|--)[ \t]?(?=[^\W\d_][^\n]*\s*$)")


def mask_names(text: str) -> str:
    """Replace names once; see `bot.masking.mask`."""
    text = _behind(_INTRODUCED, text, lower=True, then=_ENDS_NAME)
    text = _behind(_LABELLED, text, lower=True, then=_LINE_ENDS)
    text = _behind(_TITLED, text, lower=True, most=3, single=True)
    text = _behind(_GREETED, text, lower=False, then=_GREETING_ENDS)
    text = _behind(_GREETED, text, lower=True, then=re.compile(r"[,!]"), most=1)
    text = _behind(_THIS_IS, text, lower=False, then=_AFTER_NAME)
    text = _behind(_IS, text, lower=False, then=_AFTER_NAME)
    text = _behind(_IS, text, lower=False, then=_ENDS_NAME, least=2)
    text = _behind(_NAMED, text, lower=False)
    text = _behind(_RELATED, text, lower=False)
    text = _behind(_CUSTOMER, text, lower=False, least=2)
    text = _behind(_SIGNED, text, lower=False, then=_LINE_ENDS)
    return _behind(_DASHED, text, lower=False, then=_LINE_ENDS)


def _behind(
    trigger: re.Pattern[str], text: str, *, lower: bool, then: re.Pattern[str] | None = None, least: int = 1, most: int = _MOST_WORDS, single: bool = False
) -> str:
    """Mask the names behind each place where a pattern matches.

    Args:
        trigger: what stands before a name.
        text: any text.
        lower: whether a name may be written in small letters.
        then: what must stand behind the name, if anything.
        least: words that it must have.
        most: words that it may have.
        single: whether a name in small letters has one word only.
    """
    parts, done = [], 0
    for found in trigger.finditer(text):
        if found.end() < done:
            continue
        words = _words(text, found.end(), lower=lower, most=most, single=single)
        if len(words) < least or not words:
            continue
        end = words[-1].end()
        if text[end - 1] == "." and not _is_initial(words[-1][0]):  # the end of a sentence, not of an abbreviated name
            end -= 1
        if then and not then.match(text, end):
            continue
        parts += [text[done : found.end()], _MARK]
        done = end
    return "".join([*parts, text[done:]]) if parts else text


def _words(text: str, start: int, *, lower: bool, most: int, single: bool) -> list[re.Match[str]]:
    """The words of the name that begins at a place; none when none begins there."""
    words: list[re.Match[str]] = []
    position = start
    while len(words) < most and (word := _WORD.match(text, position)):
        plain = word[0].rstrip(".").lower().replace("\u2019", "'")
        capital = word[0][0].isupper()
        is_particle = plain in _PARTICLES and bool(words or not capital)
        if not is_particle and (plain in _NO_NAMES or plain in _BRANDS or not (capital or lower)):
            break
        if not capital and not is_particle and (words and words[0][0][0].isupper()):  # "Jane wants": a name does not go on in small letters
            break
        words.append(word)
        position = word.end()
        if single and not capital and not is_particle:
            break
        if word[0].endswith(".") and not _is_initial(word[0]):
            break
        space = re.compile(r"[ \t]+").match(text, position)
        if not space:
            break
        position = space.end()
    while words and words[-1][0].lower() in _PARTICLES:
        words.pop()
    return words if sum(len(word[0]) for word in words) > 1 else []


def _is_initial(word: str) -> bool:
    return word.endswith(".") and len(word) <= 3
