import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.names import normalise, problem, room_problem, skeleton

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  alice \t b ", "alice b"),
        ("ａｌｉｃｅ", "alice"),
        ("e\u0301", "é"),
        ("a\x00l\u200bi\u202ec\u2066e\U000e0041\u3164\ud800", "alice"),
        ("bob\ufe0f\u200d", "bob"),
        ("👩\u200d💻 ❤\ufe0f", "👩\u200d💻 ❤\ufe0f"),
        ("🚀\u200d", "🚀"),
        ("", ""),
    ],
)
def test_a_name_is_stored_without_what_is_not_seen(typed: str, stored: str) -> None:
    assert normalise(typed) == stored


@given(st.text(st.characters()))
def test_normalising_twice_changes_nothing_more(name: str) -> None:
    once = normalise(name)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFKC", once)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("alice", "ALICE"),
        ("alice", "аlice"),
        ("paypal", "paypaI"),
        ("bill", "b1ll"),
        ("bob", "b0b"),
        ("BOB", "ВОВ"),
        ("alice", "a.l-i_ce"),
        ("modern", "modem"),
        ("bob", "ｂｏｂ"),
        ("İan", "ian"),
    ],
)
def test_names_taken_for_one_another_share_a_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("alice", "alicia"), ("bob", "rob"), ("user2", "user3"), ("anna", "ana"), ("ван", "вин")],
)
def test_names_that_differ_to_the_eye_differ_in_skeleton(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@given(st.text("abcdefghijklmnopqrstuvwxyzабвгдежзийклмнопрстуфхцчшщъыьэюя0123456789._-"))
def test_case_does_not_change_a_skeleton(name: str) -> None:
    assert skeleton(name.upper()) == skeleton(name)


WELCOME = (
    "bob al 42 a.b_c-d user1 robo Ali José Nguyễn Оскар Ελλάδα 山田たろう サーバー 김철수 "
    "مرحبا שלום नमस्ते ภาษาไทย"
)
RESERVED = "admin Admin ADM1N adm1n a.d-m_i.n r00t m0derator all ALL HUBBUB nul1 ｓｙｓｔｅｍ"


@pytest.mark.parametrize("name", WELCOME.split())
def test_names_of_one_alphabet_are_welcome(name: str) -> None:
    assert problem(name) is None


@pytest.mark.parametrize("name", ["", "a", "a" * 31, "\u200b\u200ba"])
def test_a_name_has_2_to_30_characters(name: str) -> None:
    assert problem(name) == "Please choose a name of 2 to 30 characters."


@pytest.mark.parametrize("name", ["a b", "a/b", "@bob", "bob😀", "o'neil", "a:b", "<bob>", "ʻʻʻ"])
def test_a_name_has_only_letters_digits_and_separators(name: str) -> None:
    sentence = "A name can have letters, digits, dots, hyphens and underscores, and no spaces."
    assert problem(name) == sentence


@pytest.mark.parametrize("name", [".bob", "_bob", "-bob", "\u0301bob"])
def test_a_name_begins_with_a_letter_or_digit(name: str) -> None:
    assert problem(name) == "Please begin the name with a letter or a digit."


@pytest.mark.parametrize("name", ["bob\u0335\u0335\u0335\u0335", "bob.\u0301", "b1\u0335"])
def test_marks_do_not_pile_up_or_stand_alone(name: str) -> None:
    assert problem(name) == "Please use fewer accents in the name."


@pytest.mark.parametrize("name", ["аlice", "bοb", "bob٣", "bobあ", "한あ"])
def test_mixed_alphabets_are_refused(name: str) -> None:
    assert problem(name) == "Please keep to the letters and digits of one alphabet."


@pytest.mark.parametrize("name", RESERVED.split())
def test_reserved_names_are_refused_however_they_are_written(name: str) -> None:
    assert problem(name) == "That name is kept for the site itself. Please choose another."


def test_a_reserved_name_with_a_foreign_letter_is_refused() -> None:
    assert problem("Аdmin") is not None
    assert skeleton("Аdmin") == skeleton("admin")


@given(st.text(st.characters()))
def test_any_name_gets_an_answer(name: str) -> None:
    problem(name)
    skeleton(name).encode()
    room_problem(name)


@pytest.mark.parametrize(
    "name", ["General", "x" * 60, "🚀", "👩\u200d💻 dev", "Café №1", "東京", "7"]
)
def test_a_room_may_have_almost_any_name(name: str) -> None:
    assert room_problem(name) is None


@pytest.mark.parametrize("name", ["", "  ", "\u3164\u200b", "x" * 61])
def test_a_room_name_has_1_to_60_characters(name: str) -> None:
    assert room_problem(name) == "Please give the room a name of 1 to 60 characters."


@pytest.mark.parametrize("name", ["...", "- _ -", "#!?"])
def test_a_room_name_has_a_letter_digit_or_emoji(name: str) -> None:
    sentence = "Please use at least one letter, digit or emoji in the room's name."
    assert room_problem(name) == sentence


@pytest.mark.parametrize("name", ["a\x00b", "a\nb", "a\x1b[31mb"])
def test_a_room_name_has_no_control_characters(name: str) -> None:
    sentence = "Please write the room's name on one line, without control characters."
    assert room_problem(name) == sentence
