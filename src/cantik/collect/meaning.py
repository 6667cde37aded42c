"""Which answer of a list was meant by the words in a cell. Pure; lists may be of thousands."""

import difflib
import heapq
from collections import Counter
from collections.abc import Mapping, Sequence

EQUALS = " = "
ALIKE = 0.6  # how alike words must be to be taken for one another
FEW = 200  # so many words are all compared; of more only the likely ones, by pairs of letters
LIKELY = 60
RARE = 6  # pairs of letters, the rarest of those written
LONGEST = 80
MOST_SEARCHED = 500  # different words of one question for which something alike is looked for


class Choices:
    """The answers of one list, labels by code. Built once for a file, asked for every cell."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        self.labels = labels
        self._codes: dict[str, str] = {}
        for code, label in labels.items():
            self._codes.setdefault(label.lower(), code)
        self._words: dict[str, str] | None = None
        self._pairs: dict[str, list[str]] = {}
        self._found: dict[str, str] = {}

    def __contains__(self, code: object) -> bool:
        return code in self.labels

    def code(self, text: str) -> str | None:
        """The code meant: "3", "3 = Leding" or "leding"; None for no code of the list."""
        if text in self.labels:
            return text
        head, equals, _label = text.partition(EQUALS)
        if equals and head.strip() in self.labels:
            return head.strip()
        return self._codes.get(text.lower())

    def near(self, text: str) -> str:
        """The code whose words are most like what was written. "" when none is, when two are alike
        to it ("SMU": SMA or SMP?), or when very many different words were looked for already."""
        text = text.lower()[:LONGEST]
        known = self._found.get(text)
        if known is None:
            if len(self._found) >= MOST_SEARCHED:
                return ""
            known = self._found[text] = self._only(text)
        return known

    def _only(self, text: str) -> str:
        found = self.nearest(text, 2)
        if len(found) < 2:
            return "".join(found)
        first, second = (self._likeness(text, code) for code in found)
        return "" if first == second else found[0]

    def _likeness(self, text: str, code: str) -> float:
        """1 for words that begin so, else how alike the likest word of this code is."""
        parts = (self.labels[code], *self.labels[code].split("/"))
        words = [word for part in parts if (word := part.strip().lower())]
        if any(word.startswith(text) for word in words):
            return 1.0
        # In this order, as get_close_matches compares: the other way round may differ.
        return max((difflib.SequenceMatcher(None, word, text).ratio() for word in words), default=0)

    def nearest(self, text: str, most: int) -> list[str]:
        """So many codes at most, the nearest first."""
        text = text.lower()[:LONGEST]
        if not text:
            return []
        words = self._spelt()
        starts = [code for word, code in words.items() if word.startswith(text)]
        alike = difflib.get_close_matches(text, self._likely(text), n=most, cutoff=ALIKE)
        found = dict.fromkeys([*starts[:most], *(words[word] for word in alike)])
        return list(found)[:most]

    def _spelt(self) -> dict[str, str]:
        """Code by label, and by each part of a label such as "SD / MI"."""
        if self._words is None:
            self._words = {label.lower(): code for code, label in self.labels.items()}
            for code, label in self.labels.items():
                parts = [part.strip().lower() for part in label.split("/")]
                self._words.update({part: code for part in parts if part})
            if len(self._words) > FEW:
                for word in self._words:
                    for pair in _pairs(word):
                        self._pairs.setdefault(pair, []).append(word)
        return self._words

    def _likely(self, text: str) -> Sequence[str]:
        if not self._pairs:
            return list(self._spelt())
        found = sorted((self._pairs.get(pair, []) for pair in _pairs(text)), key=len)
        shared: Counter[str] = Counter()
        for at, words in enumerate(found):
            if at < RARE or len(words) <= FEW:  # what most words share tells none of them
                shared.update(words)
        # A long word shares pairs with anything: what it has beyond them counts against it.
        return heapq.nsmallest(LIKELY, shared, key=lambda word: len(word) - 3 * shared[word])


def _pairs(word: str) -> set[str]:
    return {word[at : at + 2] for at in range(len(word) - 1)}
