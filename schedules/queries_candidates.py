"""What a search looks at: every way a place can answer, brought up by one statement.

Written as SQL, because the parts are ranges of one index with a limit each, which a compound query of the ORM cannot hold on
SQLite, and because a round trip for each part cost more than reading it (docs/decisions/0028). The statement is the same on
SQLite and PostgreSQL, and everything that was typed travels as a parameter.
"""

# ruff: noqa: S608  # reason: only names of tables and our own pieces are put together as text

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from django.db import connection

from schedules.models import Place, PlaceTerm
from schedules.search_terms import LONGEST_TERM, TermKind

# Of a beginning that thousands of names share, so many terms are looked at for each place that is wanted, and so many in any
# case: a place has several terms that begin alike. More letters find the rest.
TERMS_FOR_A_PLACE, FEWEST_TERMS = 5, 100
# Of those that share a word with one letter left out, most are no answer; the comparison decides.
MOST_SLIPS = 400

_PLACE, _TERM = Place._meta.db_table, PlaceTerm._meta.db_table
_BEGINS = "kind = %s AND term >= %s AND term < %s"
_ENTRY = f"SELECT p.id, p.code, p.search_text, p.district_id, p.id IN (SELECT place_id FROM landmark) FROM {_PLACE} p"
_NOTHING = "SELECT 0 AS place_id WHERE 1 = 0"

# A piece of SQL with its parameters.
_Value = int | str | bytes
_Piece = tuple[str, list[_Value]]


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may answer, with what ranking needs: `forms` are its folded names, as in `Place.search_text`."""

    pk: int
    code: str
    forms: list[str]
    district: int
    is_at_landmark: bool


def list_candidates(
    *, code: str, compact: Sequence[str], words: Sequence[str], units: Sequence[Sequence[int]], limit: int
) -> list[Candidate]:
    """The places that may answer, in the order of their names. One statement of a few ranges.

    `compact` are the forms of the whole query without spaces. `words` are its words, `units` for each of them the units whose
    name has it. `code` may be an official code, or empty. What ranks lower than the beginnings of names is looked for only when
    fewer than `limit` names begin so.
    """
    most = max(FEWEST_TERMS, TERMS_FOR_A_PLACE * limit)
    named = [_terms(TermKind.START, form, most) for form in compact]
    if code:
        spellings = list(dict.fromkeys([code, code.upper(), code.lower()]))
        named.append((f"SELECT id FROM {_PLACE} WHERE code IN ({_marks(spellings)})", [*spellings]))
    parts = [_terms(TermKind.REST, form, most) for form in compact if len(form) > 1]
    if len(words) > 1:
        parts += _of_every_word(words, units, most)
    landmark = _landmark(words, most)
    return _read(named, parts, landmark, limit=limit)


def list_candidates_with_a_slip(slips: Iterable[str], *, limit: int) -> list[Candidate]:
    """The places that have a name, or a word of one, in common with `slips` when one letter is left out. One statement."""
    terms = [_bytes(slip) for slip in slips]
    condition = f"kind = %s AND term IN ({_marks(terms)})"
    return _read(
        [_limited(condition, [int(TermKind.SLIP), *terms], max(MOST_SLIPS, TERMS_FOR_A_PLACE * limit))],
        [],
        (_NOTHING, []),
        limit=0,
    )


def _read(named: list[_Piece], parts: list[_Piece], landmark: _Piece, *, limit: int) -> list[Candidate]:
    """The places of all pieces; `parts` and `landmark` only if `named` has fewer than `limit`."""
    few: _Piece = ("(SELECT count(*) FROM named) < %s", [limit])
    pieces = [
        _union("named", named),
        _union("part", [_where(piece, few) for piece in parts] or [(_NOTHING, [])]),
        _union("landmark", [_where(landmark, few)]),
    ]
    statement = (
        f"WITH {', '.join(text for text, _ in pieces)} {_ENTRY} WHERE p.id IN (SELECT place_id FROM named"
        " UNION SELECT place_id FROM part UNION SELECT place_id FROM landmark) ORDER BY p.name_ar, p.code"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for _, values in pieces for value in values])
        rows = cursor.fetchall()
    return [
        Candidate(pk, code, text.split("\n"), district, bool(stood_there))
        for pk, code, text, district, stood_there in rows
    ]


def _terms(kind: TermKind, prefix: str, most: int) -> _Piece:
    """The places with a term of `kind` that begins with `prefix`: one range of the index."""
    return _limited(_BEGINS, _range(kind, prefix), most)


def _of_every_word(words: Sequence[str], units: Sequence[Sequence[int]], most: int) -> list[_Piece]:
    """Places of whose name a part begins with each word, but for words that the name of their unit answers."""
    asked = dict(zip(words, units, strict=True))
    # At least one word has to be of the name itself.
    own = [word for word in asked if not asked[word]] or [max(asked, key=len)]
    where, values = "", []
    for word in (word for word in asked if word not in own):
        part, part_values = _own(word, of_place=True)
        # Of one place, not as EXISTS, which a planner may turn into the set of all places of the unit.
        unit = f"(SELECT p.district_id FROM {_PLACE} p WHERE p.id = t.place_id)"
        where += f" AND ({unit} IN ({_marks(asked[word])}) OR EXISTS ({part}))"
        values += [*asked[word], *part_values]
    if len(own) == 1:
        return [
            _limited(_BEGINS + where, [*_range(kind, own[0]), *values], most)
            for kind in (TermKind.START, TermKind.REST)
        ]
    text, own_values = _intersection([_own(word) for word in own])
    some = f"SELECT place_id FROM ({text}) AS t WHERE 1 = 1{where} ORDER BY place_id LIMIT {most}"
    return [(some, [*own_values, *values])]


def _own(word: str, *, of_place: bool = False) -> _Piece:
    """The places of whose name a part begins with `word`; `of_place` asks it of the place at hand."""
    here = "place_id = t.place_id AND " if of_place else ""
    one = f"SELECT place_id FROM {_TERM} WHERE {here}{_BEGINS}"
    return f"{one} UNION ALL {one}", [*_range(TermKind.START, word), *_range(TermKind.REST, word)]


def _landmark(words: Sequence[str], most: int) -> _Piece:
    """Places where a vehicle was told to stand at a landmark of all these words."""
    telling = [word for word in words if len(word) > 2]
    if not telling:
        return _NOTHING, []
    one = f"SELECT place_id FROM {_TERM} WHERE {_BEGINS}"
    text, values = _intersection([(one, _range(TermKind.LANDMARK, word)) for word in telling])
    return f"SELECT place_id FROM ({text}) AS t ORDER BY place_id LIMIT {most}", values


def _intersection(pieces: list[_Piece]) -> _Piece:
    """What all pieces have in common. As sets: asking each row of one for the others costs ten times as much."""
    text = " INTERSECT ".join(f"SELECT place_id FROM ({piece}) AS i" for piece, _ in pieces)
    return text, [value for _, values in pieces for value in values]


def _limited(condition: str, values: list[_Value], most: int) -> _Piece:
    return f"SELECT place_id FROM {_TERM} t WHERE {condition} ORDER BY term LIMIT {most}", values


def _where(piece: _Piece, condition: _Piece) -> _Piece:
    """`piece` if `condition` holds, which the database finds out first."""
    return f"SELECT place_id FROM ({piece[0]}) AS w WHERE {condition[0]}", [*piece[1], *condition[1]]


def _union(name: str, pieces: list[_Piece]) -> _Piece:
    """`pieces` under one name."""
    text = " UNION ".join(f"SELECT * FROM ({piece}) AS u" for piece, _ in pieces)
    return f"{name} (place_id) AS ({text})", [value for _, values in pieces for value in values]


def _range(kind: TermKind, prefix: str) -> list[_Value]:
    lowest = _bytes(prefix)
    # No UTF-8 holds the byte FF, so this is above all that begins so.
    return [int(kind), lowest, lowest + b"\xff"]


def _bytes(term: str) -> bytes:
    return term[:LONGEST_TERM].encode("utf-8", "replace")


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))
