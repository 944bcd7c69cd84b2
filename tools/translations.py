"""Keep the Chinese pages in step with the English ones.

    python tools/translations.py            what is out of step
    python tools/translations.py --accept   write down that every section has been gone through

A page and its translation have the same sections, listings and links, and the last line of the
translation keeps a digest of every English section that it was written from. When an English
section changes, its digest does; whoever changed it translates it anew and accepts.
"""

import argparse
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = {
    "README.md": "README.zh-CN.md",
    "docs/first-network.md": "docs/zh-CN/first-network.md",
    "docs/tensors.md": "docs/zh-CN/tensors.md",
}
HEADING = re.compile(r"^(#{1,6}) .*$", re.MULTILINE)
LISTING = re.compile(r"^```.*?^```$|(?:^ {4}[^\n]*\n)+", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
MARK = re.compile(r"\n<!-- written from: ([0-9a-f ]*) -->\n$")


@dataclass(frozen=True)
class Page:
    """A page's text, and where it lies below the project's root."""

    name: str
    text: str

    @property
    def sections(self) -> list[str]:
        """The text from each heading to the next."""
        starts = [found.start() for found in HEADING.finditer(without_listings(self.text))]
        return [self.text[a:b] for a, b in zip(starts, [*starts[1:], None], strict=True)]

    @property
    def digests(self) -> str:
        """Eight digits of SHA-256 for each section."""
        whole = (hashlib.sha256(each.strip().encode()).hexdigest() for each in self.sections)
        return " ".join(each[:8] for each in whole)

    @property
    def links(self) -> set[Path]:
        """What the page points at, as files; a translation counts as the page it is made from."""
        folder = (ROOT / self.name).parent
        here = (each for each in LINK.findall(self.text) if "://" not in each)
        return {english((folder / each).resolve()) for each in here}


def without_listings(text: str) -> str:
    """The same text, as long, with what is no prose left blank."""
    return LISTING.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def english(path: Path) -> Path:
    """The page that a translation was written from; any other path as it is."""
    originals = {ROOT / chinese: ROOT / original for original, chinese in PAGES.items()}
    return originals.get(path, path)


def read(name: str) -> Page:
    """A page of the project."""
    return Page(name, (ROOT / name).read_text(encoding="utf-8"))


def differences(original: Page, chinese: Page) -> list[str]:
    """What is out of step, in words; nothing where all is well."""
    ours, theirs = original.sections, chinese.sections
    if len(ours) != len(theirs):
        return [f"{chinese.name} has {len(theirs)} sections, {original.name} {len(ours)}"]
    found = []
    if LISTING.findall(original.text) != LISTING.findall(chinese.text):
        found.append(f"the listings of {chinese.name} are not those of {original.name}")
    links = sorted(original.links ^ chinese.links)
    found += [
        f"one of {original.name} and {chinese.name} does not point at {each}" for each in links
    ]
    titles = changed(original, chinese)
    found += [f"{original.name}, {each!r}, is newer than {chinese.name}" for each in titles]
    return found


def changed(original: Page, chinese: Page) -> list[str]:
    """The headings of the sections that are not those that the translation was written from."""
    mark = MARK.search(chinese.text)
    then = set(mark[1].split()) if mark else set()
    pairs = zip(original.sections, original.digests.split(), strict=True)
    return [section.splitlines()[0] for section, digest in pairs if digest not in then]


def accept(original: Page, chinese: Page) -> None:
    """Write down that the translation says what the page says now."""
    text = MARK.sub("", chinese.text).rstrip("\n")
    marked = f"{text}\n\n<!-- written from: {original.digests} -->\n"
    (ROOT / chinese.name).write_text(marked, encoding="utf-8")


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accept", action="store_true", help="every section has been gone through")
    arguments = parser.parse_args()
    pages = [(read(original), read(chinese)) for original, chinese in PAGES.items()]
    if arguments.accept:
        for original, chinese in pages:
            accept(original, chinese)
        pages = [(original, read(chinese.name)) for original, chinese in pages]
    found = [each for original, chinese in pages for each in differences(original, chinese)]
    print("\n".join(found) or "in step")
    return bool(found)


if __name__ == "__main__":
    raise SystemExit(main())
