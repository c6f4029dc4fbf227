r"""What may reach a terminal, a page or a line of JSON: letters, and nothing that commands it.

A text, a file name or a column name may hold escape sequences (``ESC [2J`` clears the screen, ``ESC
]52`` writes the clipboard), C1 controls, or marks that turn the reading order round. `visible` draws
them letter for letter, so that spans stay where they are; `safe` also drops the turning marks, for
words that stand among ours; `json_line` escapes them, so that a program reads what was there.

What this module does not do: print, colour, or word anything.
"""

from __future__ import annotations

import json
import re
from typing import Any

# Control characters are drawn as their pictures, what UTF-8 or HTML cannot hold as U+FFFD.
_PICTURES = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n\r"}
_PICTURES |= {0x7F: 0x2421}
_PICTURES |= dict.fromkeys((*range(0x80, 0xA0), *range(0xD800, 0xE000)), 0xFFFD)
_PICTURES |= dict.fromkeys((*range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF), 0xFFFD)
_PICTURES |= {plane << 16 | low: 0xFFFD for plane in range(1, 17) for low in (0xFFFE, 0xFFFF)}
_ALONE = re.compile("\r(?!\n)")
# A quoted word must not turn round the words after it.
_TURNS = dict.fromkeys((0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_COMMANDS = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    r"""Return a text of the same length that terminals and HTML files can hold.

    Control characters but tab and line ends become their pictures (U+2400 …); lone surrogates, C1
    controls and noncharacters become U+FFFD; a carriage return alone becomes a line feed.

    >>> visible("a\x00b\x1b[2J")
    'a␀b␛[2J'
    """
    return _ALONE.sub("\n", text.translate(_PICTURES))


def safe(text: str) -> str:
    r"""Return a text as it may stand among our words: `visible`, and no mark turns it round.

    >>> safe("laporan\u202evsc.exe\x1b]52;c;aGk=\x07")
    'laporanvsc.exe␛]52;c;aGk=␇'
    """
    return visible(text.translate(_TURNS))


def json_line(value: Any, ascii_only: bool = False) -> str:
    r"""Return plain JSON types as one line that reads back as they are and commands no terminal.

    Parameters
    ----------
    value : object
        Dicts, lists, str, numbers.
    ascii_only : bool
        Escape every letter beyond ASCII, for an output whose encoding has few.

    >>> json_line({"text": "é\x9b2J"})
    '{"text": "é\\u009b2J"}'
    """
    line = json.dumps(value, ensure_ascii=ascii_only)
    return _COMMANDS.sub(lambda found: f"\\u{ord(found[0]):04x}", line)
