"""Every visible word of every room: gather it, check its English, compile it. No system gettext.

    python tools/translations.py extract    bring each room's django.po up to date
    python tools/translations.py check      tell every missing, fuzzy, broken or unused entry
    python tools/translations.py compile    write django.mo beside each django.po

The source language is Indonesian: the msgid is what people read, and only ``locale/en`` exists.
Pure modules mark their words with ``N_`` (cantik.kernel.text); the room that shows them translates.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.template.base import Lexer, Token, TokenType
from django.utils.translation import trim_whitespace

ROOMS = Path(__file__).resolve().parents[1] / "src" / "cantik"
LANGUAGE = "en"
HEADER = f"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: {LANGUAGE}\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""

# function -> positions of context, singular, plural among its arguments
_SIMPLE: tuple[int | None, int, int | None] = (None, 0, None)
CALLS: dict[str, tuple[int | None, int, int | None]] = {
    "_": _SIMPLE,
    "N_": _SIMPLE,
    "gettext": _SIMPLE,
    "gettext_lazy": _SIMPLE,
    "gettext_noop": _SIMPLE,
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
_MODULES = ("django.utils.translation", "cantik.kernel.text", "kernel.text", "text")
_CONSTANT = re.compile(r"""_\(\s*("[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*')\s*\)""")
_QUOTED = re.compile(r"""("[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*')""")
_PLACE = re.compile(r"%(?:%|\((\w+)\)[sd]|[sd])|\{(\w+)\}")
_NAME = re.compile(r"\w+")


@dataclass(frozen=True)
class Message:
    """One msgid as found in a file; ``plural`` and ``context`` are "" when there is none."""

    singular: str
    plural: str = ""
    context: str = ""


@dataclass(frozen=True)
class Found:
    """What one file holds: its messages, and what is wrong with how they are written."""

    messages: tuple[Message, ...]
    faults: tuple[str, ...] = ()


# -- gathering --------------------------------------------------------------------------------


def from_python(source: str) -> Found:
    """Messages of a Python module. Words put together at run time cannot be translated: a fault."""
    tree = ast.parse(source)
    known = dict(CALLS)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "") in _MODULES:
            for alias in node.names:
                if alias.name in CALLS and alias.asname:
                    known[alias.asname] = CALLS[alias.name]
    messages: list[Message] = []
    faults: list[str] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = (
            function.id
            if isinstance(function, ast.Name)
            else function.attr
            if isinstance(function, ast.Attribute)
            else ""
        )
        if name not in known:
            continue
        places = known[name]
        if any(_built(arg) for arg in node.args):
            faults.append(f"line {node.lineno}: {name}() of words put together at run time")
            continue
        words = [_words(node.args, place) for place in places]
        if words[1]:
            messages.append(Message(words[1], words[2] or "", words[0] or ""))
    return Found(tuple(messages), tuple(faults))


def _words(args: list[ast.expr], place: int | None) -> str | None:
    if place is None or place >= len(args):
        return None
    arg = args[place]
    return arg.value if isinstance(arg, ast.Constant) and isinstance(arg.value, str) else None


def _built(arg: ast.expr) -> bool:
    """A text built in place: an f-string, "..." % x, "...".format(x) or a + of texts."""
    if isinstance(arg, ast.JoinedStr):
        return True
    if isinstance(arg, ast.BinOp):
        return isinstance(arg.left, ast.Constant | ast.JoinedStr) and not isinstance(
            getattr(arg.left, "value", ""), int | float
        )
    return (
        isinstance(arg, ast.Call)
        and isinstance(arg.func, ast.Attribute)
        and isinstance(arg.func.value, ast.Constant)
    )


def from_template(source: str) -> Found:
    """Messages of a Django template, with the msgids Django itself looks up."""
    messages: list[Message] = []
    faults: list[str] = []
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        if token.token_type == TokenType.VAR:
            messages += _constants(token.contents)
        if token.token_type != TokenType.BLOCK:
            continue
        words = token.split_contents()
        tag = words[0] if words else ""
        if tag == "comment":
            for inner in tokens:
                if inner.token_type == TokenType.BLOCK and inner.contents.split()[:1] == [
                    "endcomment"
                ]:
                    break
        elif tag in ("translate", "trans"):
            literal = _unquote(words[1].split("|", 1)[0]) if len(words) > 1 else None
            if literal is not None:
                messages.append(Message(literal.replace("%", "%%"), context=_context(words)))
            messages += _constants(token.contents)
        elif tag in ("blocktranslate", "blocktrans"):
            messages += _constants(token.contents)
            message, wrong = _block(words, tokens, tag)
            messages.append(message)
            faults += [f"line {token.lineno}: {fault}" for fault in wrong]
        else:
            messages += _constants(token.contents)
    return Found(tuple(m for m in messages if m.singular.strip()), tuple(faults))


def _constants(contents: str) -> list[Message]:
    return [
        Message(words.replace("%", "%%"))
        for found in _CONSTANT.finditer(contents)
        if (words := _unquote(found.group(1))) is not None
    ]


def _unquote(words: str) -> str | None:
    found = _QUOTED.match(words)
    if not found:
        return None
    quote = words[0]
    return found.group(1)[1:-1].replace("\\" + quote, quote).replace("\\\\", "\\")


def _context(words: list[str]) -> str:
    if "context" in words[:-1]:
        return _unquote(words[words.index("context") + 1]) or ""
    return ""


def _block(words: list[str], tokens: Iterator[Token], tag: str) -> tuple[Message, list[str]]:
    faults: list[str] = []
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token.token_type == TokenType.TEXT:
            parts[-1].append(token.contents.replace("%", "%%"))
        elif token.token_type == TokenType.VAR:
            if not _NAME.fullmatch(token.contents):
                faults.append(
                    f"{{{{ {token.contents} }}}} inside {tag}: give it a name with `with`"
                )
            parts[-1].append(f"%({token.contents})s")
        elif token.token_type == TokenType.BLOCK:
            inner = token.contents.split()[:1]
            if inner == [f"end{tag}"]:
                break
            if inner == ["plural"]:
                parts.append([])
            else:
                faults.append(f"{{% {token.contents} %}} may not stand inside {tag}")
    else:
        faults.append(f"{tag} is not closed")
    texts = ["".join(part) for part in parts]
    if "trimmed" in words:
        texts = [trim_whitespace(text) for text in texts]
    plural = texts[1] if len(texts) > 1 else ""
    return Message(texts[0], plural, _context(words)), faults


# -- rooms ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Room:
    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def po(self) -> Path:
        return self.path / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"

    def sources(self) -> Iterator[Path]:
        for path in sorted(self.path.rglob("*.py")):
            if "migrations" not in path.relative_to(self.path).parts:
                yield path
        for ending in ("html", "txt", "xml", "typ"):
            for path in sorted(self.path.rglob(f"*.{ending}")):
                if "templates" in path.relative_to(self.path).parts:
                    yield path

    def gather(self) -> tuple[dict[Message, list[str]], list[str]]:
        """Each message with the files that use it, and the faults in how messages are written."""
        messages: dict[Message, list[str]] = {}
        faults: list[str] = []
        for path in self.sources():
            place = path.relative_to(self.path).as_posix()
            text = path.read_text(encoding="utf-8")
            try:
                found = from_python(text) if path.suffix == ".py" else from_template(text)
            except SyntaxError as error:
                faults.append(f"{self.name}/{place}: line {error.lineno}: cannot be read")
                continue
            faults += [f"{self.name}/{place}: {fault}" for fault in found.faults]
            for message in found.messages:
                places = messages.setdefault(message, [])
                if place not in places:
                    places.append(place)
        return messages, faults

    def catalog(self) -> Catalog:
        """The room's translations; empty when there is no file yet."""
        if not self.po.exists():
            return Catalog(locale=LANGUAGE)
        with self.po.open("rb") as file:
            return read_po(file, locale=LANGUAGE)


def rooms(root: Path = ROOMS) -> list[Room]:
    return [Room(path.parent) for path in sorted(root.glob("*/__init__.py"))]


def _key(message: Message) -> tuple[str | tuple[str, str], str | None]:
    ids = (message.singular, message.plural) if message.plural else message.singular
    return ids, message.context or None


def extract(room: Room) -> bool:
    """Bring the room's file up to date; true when it changed. What is unused stays as ``#~``."""
    messages, _ = room.gather()
    if not messages and not room.po.exists():
        return False
    old = room.catalog()
    former: dict[tuple[str, str], Entry] = {}
    for entry in [*old.obsolete.values(), *old]:
        if entry.id:
            former[_singular(entry), entry.context or ""] = entry
    new = Catalog(locale=LANGUAGE)
    for message, places in messages.items():
        ids, context = _key(message)
        entry = former.pop((message.singular, message.context), None)
        new.add(
            ids,
            string=_moved(entry, bool(message.plural)),
            locations=[(place, 0) for place in places],
            flags=[f for f in (entry.flags if entry else ()) if f == "fuzzy"],
            context=context,
            user_comments=list(entry.user_comments) if entry else [],
        )
    for at, entry in former.items():
        if any(_strings(entry)):
            new.obsolete[str(at)] = entry
    buffer = BytesIO()
    write_po(buffer, new, omit_header=True, include_lineno=False, sort_output=True, width=96)
    text = HEADER + buffer.getvalue().decode("utf-8").strip() + "\n"
    if room.po.exists() and room.po.read_text(encoding="utf-8") == text:
        return False
    room.po.parent.mkdir(parents=True, exist_ok=True)
    room.po.write_text(text, encoding="utf-8")
    return True


def _singular(entry: Entry) -> str:
    return str(entry.id[0] if isinstance(entry.id, list | tuple) else entry.id)


def _strings(entry: Entry | None) -> list[str]:
    if entry is None:
        return []
    many = entry.string if isinstance(entry.string, list | tuple) else [entry.string]
    return [text or "" for text in many]


def _moved(entry: Entry | None, plural: bool) -> str | tuple[str, str]:
    """An old translation in the shape the message has now."""
    texts = _strings(entry) or [""]
    return (texts[0], texts[-1] if len(texts) > 1 else "") if plural else texts[0]


def _places(text: str) -> list[str]:
    return sorted(found.group(0) for found in _PLACE.finditer(text) if found.group(0) != "%%")


def failures(room: Room) -> list[str]:
    """Everything wrong with the room's words, in sentences."""
    messages, faults = room.gather()
    if not messages and not room.po.exists():
        return faults
    if messages and not (room.path / "apps.py").exists():
        faults.append(f"{room.name}: has words but is no Django app, so they are never translated")
    catalog = room.catalog()
    entries = {(_singular(entry), entry.context or ""): entry for entry in catalog if entry.id}
    for message, places in messages.items():
        entry = entries.pop((message.singular, message.context), None)
        where = f"{room.name} ({places[0]}): {message.singular!r}"
        if entry is None:
            faults.append(f"{where}: not in the catalogue; run `make translations`")
            continue
        texts = _strings(entry)
        if entry.fuzzy:
            faults.append(f"{where}: the English is marked fuzzy")
        if not all(text.strip() for text in texts) or (message.plural and len(texts) < 2):
            faults.append(f"{where}: no English")
            continue
        if bool(message.plural) != isinstance(entry.id, list | tuple):
            faults.append(f"{where}: plural here, singular there; run `make translations`")
            continue
        sources = [message.singular, message.plural or message.singular]
        for source, text in zip(sources, texts, strict=False):
            if _places(source) != _places(text):
                faults.append(f"{where}: placeholders {_places(source)} became {_places(text)}")
        if message.singular[:1] == "\n" or message.singular[-1:] == "\n":
            faults.append(f"{where}: begins or ends with a line break; use `trimmed`")
    faults += [
        f"{room.name}: {text!r} is used nowhere; run `make translations`" for text, _ in entries
    ]
    return faults


def compile_(room: Room) -> bool:
    """Write ``django.mo``; false when the room has no words."""
    if not room.po.exists():
        return False
    with room.po.with_suffix(".mo").open("wb") as file:
        write_mo(file, room.catalog())
    return True


def main(arguments: Iterable[str] | None = None, root: Path = ROOMS) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("command", choices=["extract", "check", "compile"])
    parser.add_argument("room", nargs="*", help="only these rooms")
    wanted = parser.parse_args(None if arguments is None else list(arguments))
    chosen = [room for room in rooms(root) if not wanted.room or room.name in wanted.room]
    if wanted.command == "check":
        faults = [fault for room in chosen for fault in failures(room)]
        print("\n".join([*faults, f"{len(faults)} faults in the words of {len(chosen)} rooms"]))
        return 1 if faults else 0
    work = extract if wanted.command == "extract" else compile_
    done = [room.name for room in chosen if work(room)]
    print(f"{wanted.command}: {', '.join(done) or 'nothing to do'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
