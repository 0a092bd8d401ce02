"""The encoding of a text, proven or refused, and the text as UTF-8 without byte-order mark on disk."""

# ruff: noqa: RUF001  # its subject is the signs that look alike

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from automl.core.errors import DatasetRejectedError, ErrorItem, InvalidInputError
from automl.datasets.findings import Finding, sample
from automl.datasets.intake import Census, Content

_STEP = 1024**2
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Letters and signs that Western European tables in Windows-1252 really hold.
_WESTERN_LETTERS = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüßœŠšŽžÀÁÂÄÅÆÇÈÉÊËÍÎÏÑÓÔÕÖØÚÛÜŒ")
_WESTERN_SIGNS = frozenset("\u00a0–—‘’“”„…€£§°±²³µ·«»©®™½¼¾¡¿ªº•´")
_ENOUGH = 0.9
# Encodings that an outside guess may name: each has letters of its own script, so that a wrong guess shows.
_JAPANESE, _CHINESE = ("CJK", "HIRAGANA", "KATAKANA", "FULLWIDTH", "IDEOGRAPHIC"), ("CJK", "FULLWIDTH", "IDEOGRAPHIC")
_SCRIPTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("cp932", "shift_jis", "euc_jp", "euc_jis_2004"), _JAPANESE),
    **dict.fromkeys(("gb18030", "gbk", "gb2312", "big5"), _CHINESE),
    **dict.fromkeys(("cp949", "euc_kr"), ("HANGUL", "FULLWIDTH")),
    **dict.fromkeys(("cp1251", "koi8_r", "koi8_u"), ("CYRILLIC",)),
    "cp1253": ("GREEK",),
}
_MULTIBYTE = frozenset(name for name, scripts in _SCRIPTS.items() if scripts[0] in ("CJK", "HANGUL"))
# How much more a guess must sound like its language than any other.
_COHERENCE_LEAD = 0.15


@dataclass(frozen=True)
class Text:
    """A text on disk, UTF-8. start: bytes of a byte-order mark to skip. encoding: what it was."""

    path: Path
    census: Census
    start: int
    encoding: str
    findings: tuple[Finding, ...] = ()


def as_utf8(content: Content, folder: Path, wanted: str | None, replace: bool) -> Text:
    """The content as UTF-8; rewritten in `folder` only when it was anything else.

    Raises DatasetRejectedError: `bad_encoding` with the byte, `encoding_unclear`, `nul_byte`; InvalidInputError:
    `encoding_unknown`.
    """
    census = content.census
    with content.path.open("rb") as file:
        head = file.read(4)
    mark, marked = next(((mark, name) for mark, name in _MARKS if head.startswith(mark)), (b"", ""))
    findings: list[Finding] = []
    if wanted is not None:
        encoding = _known(wanted)
    elif marked:
        encoding = marked
    elif census.nul_at is not None:
        encoding = _without_mark(content, census.nul_at)
    elif census.invalid_at is None or replace:
        encoding = "utf-8"
    else:
        encoding = _legacy(content, census)
        message = f"The text is not UTF-8; it was read as {encoding}."
        findings.append(Finding("encoding", message, examples=_foreign_words(content.path, encoding)))
    is_utf8 = encoding in ("utf-8", "ascii")
    if is_utf8 and census.invalid_at is None:
        _refuse_nul(census)
        return Text(content.path, census, len(mark) if marked == "utf-8" else 0, "utf-8", tuple(findings))
    if is_utf8 and not replace:
        assert census.invalid_at is not None
        raise _bad_byte(content.path, encoding, census.invalid_at)
    if marked and not is_utf8:
        findings.append(Finding("encoding", f"The text was {encoding} and was converted.", level="info"))
    path = folder / "text"
    skip = len(mark) if marked == encoding else 0
    converted, replaced = _convert(content.path, path, encoding, skip, replace)
    if replaced:
        findings.append(Finding("replaced_bytes", "Undecodable bytes were read as U+FFFD.", count=replaced))
    _refuse_nul(converted)
    return Text(path, converted, 0, encoding, tuple(findings))


def _known(name: str) -> str:
    try:
        info = codecs.lookup(name)
        "".encode(info.name)
        b"".decode(info.name)
    except (LookupError, UnicodeError) as error:
        raise InvalidInputError(
            f"The encoding {sample(name)!r} is not known.",
            code="encoding_unknown",
            hint="Name one such as utf-8, cp1252, utf-16-le or shift_jis.",
            errors=[ErrorItem("unknown encoding", field="encoding", sample=sample(name))],
        ) from error
    return info.name


def _without_mark(content: Content, nul_at: int) -> str:
    """Refuses; tells UTF-16 and UTF-32 by the pattern of their zeros from a stray zero byte."""
    with content.path.open("rb") as file:
        head = file.read(4096)
    zeros = [head[offset::2].count(0) / max(1, len(head) // 2) for offset in (0, 1)]
    if max(zeros) > 0.4:
        guess = "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
        raise _unclear(f"The text looks like {guess} without a byte-order mark.", 0, f"Set encoding to {guess}.")
    raise _nul(nul_at)


def _refuse_nul(census: Census) -> None:
    if census.nul_at is not None:
        raise _nul(census.nul_at)


def _nul(place: int) -> DatasetRejectedError:
    return DatasetRejectedError(
        f"The text holds a zero byte at byte {place:,}.",
        code="nul_byte",
        hint="Export it again as plain text, or set the encoding if it is UTF-16.",
        errors=[ErrorItem("zero byte", byte=place)],
    )


def _legacy(content: Content, census: Census) -> str:
    """The single encoding that explains all non-ASCII bytes, by evidence of at least 0.9."""
    place = census.invalid_at
    assert place is not None
    if census.multibyte:
        raise _bad_byte(content.path, "utf-8", place)
    evidence = _lines_beyond_ascii(content.path)
    western = _western(evidence)
    if western >= _ENOUGH:
        return "cp1252"
    guess = _other_script(evidence)
    if guess is not None:
        return guess
    raise _unclear(
        f"The text is not UTF-8 (byte {place:,}), and its encoding cannot be told for sure.",
        place,
        "Set the encoding, for example to cp1252, cp1250 or shift_jis.",
    )


def _other_script(evidence: bytes) -> str | None:
    """The encoding in which all letters are of one script and make words, where no other explains them as well."""
    # Loaded only here: most files are UTF-8, and the child starts faster without it.
    from charset_normalizer import from_bytes

    found = [
        (each.encoding, float(each.chaos), float(each.coherence))
        for each in from_bytes(evidence)
        if _is_one_script(str(each), each.encoding)
    ]
    if not found:
        return None
    name, chaos, coherence = max(found, key=lambda each: (each[2], -each[1]))
    others = [each for each in found if each[0] != name]
    if name in _MULTIBYTE:
        # Two bytes a letter leave little room for a misreading: one clean guess is enough.
        clean = chaos <= 1 - _ENOUGH and all(other[1] > chaos + 0.02 or other[2] < coherence for other in others)
        return name if clean else None
    clear = coherence > max((other[2] for other in others), default=0.0) + _COHERENCE_LEAD
    return name if clear else None


def _unclear(detail: str, place: int, hint: str) -> DatasetRejectedError:
    return DatasetRejectedError(
        detail, code="encoding_unclear", hint=hint, errors=[ErrorItem("not UTF-8", field="encoding", byte=place)]
    )


def _bad_byte(path: Path, encoding: str, place: int) -> DatasetRejectedError:
    with path.open("rb") as file:
        file.seek(max(0, place - 20))
        around = file.read(40)
    row = _line_of(path, place)
    return DatasetRejectedError(
        f"Byte {place:,} (line {row:,}) is not valid {encoding}.",
        code="bad_encoding",
        hint="Mend the cell, set the right encoding, or set replace_bad_bytes to read such bytes as U+FFFD.",
        errors=[ErrorItem(f"not valid {encoding}", byte=place, sample=sample(around.decode(encoding, "replace")))],
    )


def _line_of(path: Path, place: int) -> int:
    lines, left = 1, place
    with path.open("rb") as file:
        while left > 0 and (data := file.read(min(_STEP, left))):
            lines += data.count(b"\n")
            left -= len(data)
    return lines


def _lines_beyond_ascii(path: Path) -> bytes:
    """Up to 64 KiB of lines with non-ASCII bytes: what can prove an encoding."""
    kept: list[bytes] = []
    size = 0
    with path.open("rb") as file:
        for line in iter(lambda: file.readline(_STEP), b""):
            if not line.isascii():
                kept.append(line[:4096])
                size += len(kept[-1])
                if size >= 65_536:
                    break
    return b"".join(kept)


def _western(evidence: bytes) -> float:
    """The share of non-ASCII characters that make sense where they stand, when read as Windows-1252."""
    text = evidence.decode("cp1252", "replace")
    good = total = 0
    for place, char in enumerate(text):
        if char.isascii():
            continue
        total += 1
        before, after = text[place - 1 : place], text[place + 1 : place + 2]
        foreign_neighbours = sum(not each.isascii() and each.isalpha() for each in (before, after))
        if char in _WESTERN_LETTERS:
            # Words of accented letters alone, or a capital inside a word, are another encoding misread.
            good += foreign_neighbours < 2 and not (char.isupper() and before.isalpha() and before.islower())
        elif char in _WESTERN_SIGNS:
            # £ before a letter or ³ inside a word is a Polish letter misread.
            good += not (after.isalpha() and char not in "’‘“„«°·\u00a0–—…")
    return good / total if total else 0.0


def _is_one_script(text: str, encoding: str) -> bool:
    scripts = _SCRIPTS.get(encoding)
    if scripts is None:
        return False
    letters = [char for char in text if not char.isascii() and char.isalpha()]
    own = sum(unicodedata.name(char, "").startswith(scripts) for char in letters)
    if len(letters) < 4 or own < len(letters):
        return False
    # A misread word has capitals in odd places.
    words = [word for word in re.findall(r"[^\W\d_]+", text) if not word.isascii()]
    return all(word.islower() or word.isupper() or word.istitle() or word.lower() == word.upper() for word in words)


def _foreign_words(path: Path, encoding: str) -> tuple[str, ...]:
    words: dict[str, None] = {}
    for word in _lines_beyond_ascii(path).decode(encoding, "replace").replace(",", " ").replace(";", " ").split():
        if not word.isascii():
            words[sample(word)] = None
        if len(words) == 3:
            break
    return tuple(words)


def _convert(source: Path, target: Path, encoding: str, skip: int, replace: bool) -> tuple[Census, int]:
    decoder = codecs.getincrementaldecoder(encoding)("replace" if replace else "strict")
    census = Census()
    replaced = done = 0
    with source.open("rb") as file, target.open("wb") as out:
        file.seek(skip)
        while True:
            data = file.read(_STEP)
            try:
                text = decoder.decode(data, final=not data)
            except UnicodeDecodeError as error:
                raise _bad_byte(source, encoding, skip + done + error.start) from error
            replaced += text.count("\ufffd") if replace else 0
            encoded = text.encode("utf-8", "replace")
            census.add(encoded)
            out.write(encoded)
            done += len(data)
            if not data:
                break
    census.finish()
    return census, replaced
