"""Text -> the same text without postal addresses, as they are written in Britain, North America and Germany."""

from __future__ import annotations

import re

_MARK = "[address]"
_STREETS = (
    "Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Close|Court|Ct|Crescent|Cres|Terrace|Gardens|Grove|Place|Square|Boulevard|Blvd|Way"
    "|Circle|Cir|Parkway|Pkwy|Highway|Hwy|Mews|Quay|Hill"
)
_DOOR = r"(?:(?:Flat|Apartment|Apt\.?|Suite|Ste\.?|Unit) ?#?\w{1,4},? )?"
_STREET = re.compile(
    rf"\b{_DOOR}\d{{1,5}}[A-Za-z]?,? (?:[NSEW]\.? )?(?:(?:[A-Z][\w'\u2019-]*|\d{{1,3}}(?:st|nd|rd|th)) ){{1,3}}(?:{_STREETS})\b\.?"
    r"(?: [NSEW]{1,2}\b)?(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Flat|#)\.? ?#?\w{1,4}\b)?"
    # 12 High Street; 350 5th Ave, Apt 4B
    r"|(?<![\w-])[\w-]+(?:straße|strasse|str\.) ?\d{1,4}[a-z]?\b"
    r"|(?<![\w-])[A-ZÄÖÜ][\w-]*(?:weg|platz|allee|gasse|damm|ufer|chaussee) \d{1,4}[a-z]?\b(?! ?(?:km|min|m|Uhr|Euro|EUR|€|%))"
)
_LIVES = re.compile(
    r"\b(?:at|to|from) \d{1,5}[a-z]?,? (?!of )[a-z'\u2019]{2,20}(?: [a-z'\u2019]{2,20})? (?:street|road|avenue|lane|crescent|boulevard|terrace)\b",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"^(\w+ )")
_PO_BOX = re.compile(r"\b(?:P\.? ?O\.? ?Box|Postfach) \d[\d ]{0,8}\d\b|\b(?:P\.? ?O\.? ?Box|Postfach) \d\b", re.IGNORECASE)
_POSTCODE = re.compile(
    r"\b[a-z]{1,2}\d[a-z\d]? \d(?!st|nd|rd|th|gb|tb|ml|hr|ft)[abd-hjlnp-uw-z]{2}\b"  # SW1A 1AA, but not "B2 4th"
    r"|(?<=, )[a-z]{2} \d{5}(?:-\d{4})?\b",  # Springfield, IL 62704
    re.IGNORECASE,
)
_LABELLED_POSTCODE = re.compile(
    r"\b((?:post ?code|zip(?: code)?|postal code|plz|postleitzahl)(?: is)?:? {0,2})([a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}|\d{5}(?:-\d{4})?)\b", re.IGNORECASE
)
_GERMAN_TOWN = re.compile(
    r"(?<=\[address\])(?:,? |,?\n)(?:D-)?\d{5} [A-ZÄÖÜ][\w-]+"  # Hauptstraße 12, 10115 Berlin
    r"|\bD-\d{5} [A-ZÄÖÜ][\w-]+"
    r"|^\d{5} [A-ZÄÖÜ][a-zäöüß-]+(?: (?:am|an der|im|in) [A-ZÄÖÜ][\w-]+)?$",  # on a line of its own
    re.MULTILINE,
)
_LABELLED = re.compile(
    r"(?<![\w-])((?:e-?mail |ip |mac |web )?address(?:: ?| is:? | was:? ))"
    r"(?=\d{1,5}[a-z]?,? [a-z]|(?:flat|apartment|apt|suite|unit) ?\d)([^\n;?!.\[\]]{4,100})"
    r"|(?<![\w-])((?:delivery |shipping |billing |home |postal |mailing )address: ?)(?=[A-Z])([^\n;?!.\[\]]{4,100})",
    re.IGNORECASE,
)
_NOT_POSTAL = re.compile(r"e-?mail|ip |mac |web ", re.IGNORECASE)
_GOES_ON = re.compile(r",? (?:and|but|not|please|so|which|that|for|instead|however|can|could|do|is|my|i)\b", re.IGNORECASE)
"""Words with which a sentence goes on after an address."""


def mask_addresses(text: str) -> str:
    """Replace postal addresses once; see `bot.masking.mask`."""
    text = _STREET.sub(_MARK, text)
    text = _LIVES.sub(lambda match: str(_PREPOSITION.match(match[0])[1]) + _MARK, text)  # type: ignore[index]  # it begins with one
    text = _PO_BOX.sub(_MARK, text)
    text = _GERMAN_TOWN.sub(lambda match: "" if match[0][0] in ", \n" else _MARK, text)  # behind a street, it belongs to what is masked
    text = _POSTCODE.sub(_MARK, text)
    text = _LABELLED_POSTCODE.sub(lambda match: match[1] + _MARK, text)
    return _LABELLED.sub(_labelled, text) if "ddress" in text or "DDRESS" in text else text


def _labelled(match: re.Match[str]) -> str:
    """Mask what stands behind "address", up to where the sentence goes on."""
    label, rest = match[1] or match[3], match[2] or match[4]
    if _NOT_POSTAL.match(label):
        return match[0]
    further = _GOES_ON.search(rest)
    end = further.start() if further else len(rest.rstrip(" ,"))
    return f"{label}{_MARK}{rest[end:]}" if end else match[0]
