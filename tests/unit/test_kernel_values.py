"""Canonical bytes, numbers, texts, codes, problems, states: the small ground."""

from datetime import UTC, date, datetime

import pytest

from cantik.kernel import canonical, codes, numbers, problems, text
from cantik.kernel.states import NotNow, StateTable


def test_equal_content_has_equal_bytes() -> None:
    one = canonical.dumps({"b": [1, None, True], "a": "é"})
    two = canonical.dumps({"a": "é", "b": (1, None, True)})
    assert one == two == '{"a":"é","b":[1,null,true]}'.encode()


def test_digest_is_sha256() -> None:
    assert canonical.digest(b"") == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), {"a": [1.5]}, {1: "a"}, {"a": {1}}, b"x", date(2026, 1, 1), "\ud800"],
)
def test_what_has_no_single_form_is_refused(value: object) -> None:
    with pytest.raises(canonical.NotCanonical):
        canonical.dumps(value)


@pytest.mark.parametrize(
    ("number", "indonesian", "english"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (1234, "1.234", "1,234"),
        (1234567, "1.234.567", "1,234,567"),
        (-1234, "−1.234", "−1,234"),
    ],
)
def test_whole(number: int, indonesian: str, english: str) -> None:
    assert numbers.whole(number) == indonesian
    assert numbers.whole(number, "en-gb") == english


@pytest.mark.parametrize(
    ("part", "of", "shown"),
    [
        (927, 1000, "92,7%"),
        (1, 3, "33,3%"),
        (2, 3, "66,7%"),
        (1, 2000, "0,1%"),  # 0,05 goes up
        (3, 2000, "0,2%"),  # 0,15 goes up; binary fractions would give 0,1
        (1, 2001, "0,0%"),
        (0, 7, "0,0%"),
        (7, 7, "100,0%"),
        (0, 0, "…"),
        (-1, 2, "−50,0%"),
        (-1, 100000, "0,0%"),
    ],
)
def test_percent(part: int, of: int, shown: str) -> None:
    assert numbers.percent(part, of) == shown


def test_percent_in_english_and_without_decimals() -> None:
    assert numbers.percent(927, 1000, language="en") == "92.7%"
    assert numbers.percent(927, 1000, 0) == "93%"


def test_days() -> None:
    day = date(2026, 8, 5)
    assert numbers.day(day) == "5 Agustus 2026"
    assert numbers.day(day, "en") == "5 August 2026"
    assert numbers.day_short(day) == "5 Agu 2026"
    assert numbers.weekday(date(2026, 11, 25)) == "Rabu, 25 November 2026"


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Asia/Makassar", "pukul 09.00 WITA"),
        ("Asia/Jakarta", "pukul 08.00 WIB"),
        ("Asia/Jayapura", "pukul 10.00 WIT"),
    ],
)
def test_clock(zone: str, shown: str) -> None:
    assert numbers.clock(datetime(2026, 11, 23, 1, 0, tzinfo=UTC), zone) == shown


def test_the_day_is_that_of_the_place() -> None:
    moment = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    assert numbers.local_day(moment, "Asia/Makassar") == date(2026, 11, 23)
    assert numbers.local_day(moment, "Asia/Jakarta") == date(2026, 11, 22)


def test_a_moment_without_zone_is_refused() -> None:
    naive = datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001
    with pytest.raises(ValueError, match="zone"):
        numbers.clock(naive, "Asia/Makassar")
    with pytest.raises(ValueError, match="zone"):
        numbers.local_day(naive, "Asia/Makassar")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("6404012345678013", "6404••••••••013"),
        (" 6404 0123 4567 8013 ", "6404••••••••013"),
        ("64040123456780139999", "6404••••••••999"),
        (6404012345678013, "6404••••••••013"),
        ("081234567417", "08••••••417"),
        ("640401", "••••"),
        ("", ""),
    ],
)
def test_mask(value: object, shown: str) -> None:
    assert numbers.mask(value) == shown


@pytest.mark.parametrize(
    ("size", "shown"), [(0, "0 KB"), (1, "1 KB"), (12_000, "12 KB"), (3_449_999, "3,4 MB")]
)
def test_size(size: int, shown: str) -> None:
    assert numbers.size_kb(size) == shown


def test_pick_falls_back_to_indonesian() -> None:
    words = {"id": "keluarga", "en": "family"}
    assert text.pick(words, "en-gb") == "family"
    assert text.pick(words, "id") == "keluarga"
    assert text.pick({"id": "dusun", "en": ""}, "en") == "dusun"
    assert text.pick({}, "en") == ""
    assert text.complete({"id": "dusun", "en": " "}) == ("en",)


def test_kemendagri_code() -> None:
    code = codes.kemendagri("65.02.09.2003")
    assert (code.level, code.village_kind) == ("desa", "desa")
    assert codes.kemendagri("6502091003").village_kind == "kelurahan"
    assert code.parent
    assert code.parent.written == "65.02.09"
    assert codes.kemendagri("65").parent is None


def test_bps_code_is_not_split_like_the_other() -> None:
    code = codes.bps("6501010001")
    assert code.parts == ("65", "01", "010", "001")
    assert code.written == "6501010001"
    assert code.parent == codes.bps("6501010")


@pytest.mark.parametrize("bad", ["", "6", "65.2", "65.02.09.3003", "65.02.09.20031", "٦٥", "65-02"])
def test_what_is_no_kemendagri_code_is_refused(bad: str) -> None:
    with pytest.raises(codes.BadCode):
        codes.kemendagri(bad)


@pytest.mark.parametrize("bad", ["", "650101", "65.01.010.001", "65010100011"])
def test_what_is_no_bps_code_is_refused(bad: str) -> None:
    with pytest.raises(codes.BadCode):
        codes.bps(bad)


KIND = problems.Kind(
    "kode", problems.Severity.REFUSE, "Kode %(shown)s", "Baris %(row)s: %(alasan)s", "Pilih %(a)s"
)


def test_words_of_a_problem() -> None:
    problem = KIND.problem(sheet="anggota", row=7, column="C", shown="Lk", alasan="tak dikenal")
    words = problems.words(problem, problems.catalogue(KIND))
    assert words == problems.Words("Kode Lk", "Baris 7: tak dikenal", "Pilih …")
    assert problem.severity is problems.Severity.REFUSE


def test_words_are_translated_before_they_are_filled() -> None:
    problem = KIND.problem(shown="x")
    said = problems.words(problem, problems.catalogue(KIND), lambda m: m.replace("Kode", "Code"))
    assert said.title == "Code x"


def test_a_catalogue_refuses_the_same_code_twice_and_missing_words() -> None:
    with pytest.raises(problems.DuplicateCode):
        problems.catalogue(KIND, KIND)
    with pytest.raises(ValueError, match="remedy"):
        problems.catalogue(problems.Kind("x", problems.Severity.NOTE, "a", "b", ""))


@pytest.mark.parametrize(
    ("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_column_letter(index: int, letter: str) -> None:
    assert problems.column_letter(index) == letter


TABLE = StateTable(
    "usulan",
    "menunggu",
    {
        "menunggu": {"setuju": "terbit", "kembali": "draf"},
        "draf": {"usul": "menunggu"},
        "terbit": {},
    },
)


def test_states() -> None:
    assert TABLE.after("menunggu", "setuju") == "terbit"
    assert TABLE.verbs("menunggu") == ("setuju", "kembali")
    assert not TABLE.can("terbit", "setuju")
    assert TABLE.states == ("menunggu", "draf", "terbit")


@pytest.mark.parametrize(("state", "verb"), [("terbit", "setuju"), ("hilang", "usul")])
def test_what_is_not_possible_now_is_told(state: str, verb: str) -> None:
    with pytest.raises(NotNow) as told:
        TABLE.after(state, verb)
    assert (told.value.state, told.value.verb) == (state, verb)


def test_diagram() -> None:
    assert TABLE.diagram().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> menunggu",
        "    menunggu --> terbit: setuju",
        "    menunggu --> draf: kembali",
        "    draf --> menunggu: usul",
        "    terbit --> [*]",
    ]


@pytest.mark.parametrize("table", [{"a": {"x": "b"}}, {"a": {}, "b": {}}, {"b": {}}])
def test_a_table_with_lost_states_is_refused(table: dict[str, dict[str, str]]) -> None:
    with pytest.raises(ValueError, match="t:"):
        StateTable("t", "a", table)
