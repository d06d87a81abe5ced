"""Every error that the product raises on purpose.

SopbotError
├── SettingsError         a setting that does not fit
├── SecretError           a secret's file that cannot be made or read
├── LogUnavailable        the database cannot be read or written: locked, full, damaged
├── SchemaError           the database is of another version of sopbot
├── BackupError           a backup that cannot be made, read or restored
├── PlotUnavailable       a picture that cannot be drawn or written
├── EditRefused           a change to a document that cannot be made or saved
├── UnknownQuestion       no stored question has that id
├── UnknownGap            no gap, or no proposal, has that number
└── GapRefused            what was asked for cannot be done with this gap
"""

from __future__ import annotations


class SopbotError(Exception):
    """Base of all errors below; its text is one or two sentences for whoever runs sopbot."""


class SettingsError(SopbotError):
    """A setting that does not fit; its text names the setting and what is wrong with it."""


class SecretError(SopbotError):
    """A secret's file that cannot be made or read."""


class LogUnavailable(SopbotError):
    """The database of questions, feedback and keys cannot be read or written at the moment."""


class SchemaError(SopbotError):
    """The database was made by another version of sopbot, or never made."""


class EditRefused(SopbotError):
    """A change to a document that cannot be made as it is meant, or saved; nothing was written."""


class BackupError(SopbotError):
    """A backup that cannot be made, read or restored; nothing was changed."""


class UnknownQuestion(SopbotError, KeyError):
    """No stored question has that id."""

    __str__ = Exception.__str__  # KeyError would show the message in quotes


class UnknownGap(SopbotError, KeyError):
    """No gap, or no proposal, has that number."""

    __str__ = Exception.__str__


class GapRefused(SopbotError):
    """What was asked for cannot be done with this gap; its text says what can."""


class PlotUnavailable(SopbotError):
    """A picture that cannot be drawn or written."""
