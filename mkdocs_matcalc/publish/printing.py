"""A site on one page, as mkdocs-print-site-plugin makes it.

In: the HTML of a page and its key there. Out: the HTML with the ids that this package brings prefixed
by the key. That plugin turns every link into one within its page, `#ls` into `#key-ls`, and gives the
prefix to the ids of headings alone: without this, no reference would land.
"""

from __future__ import annotations

import re

_ID = re.compile(
    r'(?P<before><(?:figure class="matcalc"|div class="matcalc-[^"]*"|a class="matcalc-ref"|span)) id="(?P<id>[^"]+)"'
)


def key(url: str) -> str:
    """What the print page calls the page with this address."""
    return url.lower().strip().rstrip("/").replace(".html", "").replace("/", "-").lstrip("-") or "index"


def prefixed(page: str, url: str) -> str:
    """A page as the print page can take it in."""
    return _ID.sub(lambda found: f'{found["before"]} id="{key(url)}-{found["id"]}"', page)
