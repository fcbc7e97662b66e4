r"""The text of a page as a terminal, a log and a message may show it: every word that an author wrote goes through here.

In: any text. Out: the same, seen as it is. A character that nobody sees, that moves a cursor or turns the
direction of writing is written as its number, ``\u202e``. What the runner of a build service would obey, a
line that begins with ``::`` or two number signs before a word and a bracket, is written so that it does not.
The same characters are refused in blocks, in labels and in the headers of fences: `UNSEEN` is the one list.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False  # a command that only prints its help has no use for logging
if TYPE_CHECKING:
    from logging import LogRecord

#: Control characters but for blanks and ends of lines, marks of writing direction, what has no width or no ink,
#: halves of characters, what is no character; for the brackets of a regular expression. Unicode calls most of them
#: "default ignorable" (Unicode Standard, section 5.21); selectors of a form, which emoji have, are in `_SELECTORS`.
UNSEEN = (
    "\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_SELECTORS = "\ufe00-\ufe0f"
_HIDDEN = re.compile(f"[{UNSEEN}{_SELECTORS}\n\v\f\r]")
#: A command of a runner that looks for it anywhere in a line: `##[…]`, `##vso[…]`, `##teamcity[…]`.
_COMMAND = re.compile(r"##(?=[\w.-]*\[)")
#: What a line of page text stands behind.
MARK = " | "


def visible(text: object) -> str:
    """A text of one line, as `str` makes it, with everything in it seen; an end of line is written as its number."""
    return _COMMAND.sub(r"#\\u0023", _HIDDEN.sub(_number, str(text)))


def hidden(text: str) -> str:
    """The first character of a text that is not seen, by its number, as `U+202E`; empty where there is none."""
    found = _HIDDEN.search(text)
    return f"U+{ord(found.group()):04X}" if found else ""


def lines(text: str) -> str:
    """A text of several lines, each visible, and none that begins as a command of a build service does."""
    return "\n".join(line(each) for each in text.split("\n"))


def line(text: str) -> str:
    """One of several lines: visible, and no command."""
    seen = visible(text)
    bare = seen.lstrip()
    return f"{seen[: len(seen) - len(bare)]}\\u003a{bare[1:]}" if bare.startswith("::") else seen


def marked(text: str, mark: str = MARK) -> str:
    """Lines of page text behind a mark, which tells them from what this package says."""
    return "\n".join(f"{mark}{visible(each)}" for each in text.split("\n"))


def _number(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


class Guard:
    """A filter of a logger, through which everything goes that is logged there."""

    def filter(self, record: LogRecord) -> bool:
        """Let a record pass, its message visible."""
        record.msg, record.args = lines(record.getMessage()), None
        return True
