"""The people of the demonstration world."""

from datetime import datetime
from itertools import islice

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.models import User
from accounts.names import skeleton
from rooms.errors import Invalid

PASSWORD = "seed-password"  # noqa: S105  (known to everybody, by contract)
BATCH = 1_000

# No mail ever goes there (RFC 2606), and so the address tells whom the seed made.
_DOMAIN = "seed.invalid"

# Given names and family names that go together; people of one row need not be related.
_NAMES = (
    "Amina Idris Zahra Yusuf Salma Karim / Haddad Benali Mansour El-Amrani Khoury",
    "Greta Jonas Lotte Emil Frieda Anton / Lindner Vogt Brandt Seidel Hartwig",
    "Noa Eitan Tamar Ilan Shira Amos / Peretz Ben-Ami Katz Mizrahi Shalev",
    "Chiara Matteo Giulia Elio Bianca Dario / Ferri Marchetti Conti De Luca Rinaldi",
    "Adaeze Chinedu Ifeoma Tunde Folake Emeka / Okafor Adeyemi Eze Balogun Nwosu",
    "Priya Arjun Meera Vikram Anjali Rohan / Nair Banerjee Iyer Kulkarni Sethi",
    "Linnea Oskar Saga Nils Ebba Axel / Sjöberg Lindqvist Åkesson Ström Dahl",
    "Lucía Mateo Inés Bruno Paloma Joaquín / Herrera Ortuño Salgado Vidal Quiroga",
    "Maeve Cillian Aoife Declan Niamh Rory / Brennan Ó Súilleabháin Keane Doyle Walsh",
    "Zofia Jakub Hania Tomasz Maja Piotr / Wójcik Zając Sikora Dudek Król",
    "Thảo Minh Linh Quân Hương Đức / Nguyễn Trần Phạm Đặng Bùi",
    "Leilani Kai Makoa Tiare Manu Moana / Kealoha Tavita Faleolo Tuimana Pauga",
    "Élodie Bastien Manon Thibault Océane Hugo / Mercier Lefèvre Garnier Roussel Blanchard",
    "Ayşe Emre Defne Kerem Elif Deniz / Yıldız Aksoy Çelik Demirci Öztürk",
    "Grace Samuel Ruth Walter Hazel Theo / Whitaker Osborne Fairbairn Pryce Langley",
    "Sólveig Ari Katla Birkir Hekla Orri / Jónsdóttir Bjarnason Hallsson Árnadóttir Egilsson",
)
# Some write themselves in their own letters.
_WHOLE_NAMES = (
    "ليلى منصور",
    "佐藤 美咲",
    "Ольга Лебедева",
    "דניאל לוי",
    "김 서연",
    "Νίκος Παππάς",
    "王 小明",
    "مریم رضایی",
)


def display_name(number: int) -> str:
    """The name of person `number`, from 1 on; nearly all of the first 480 have their own."""
    if number % 9 == 0:
        return _WHOLE_NAMES[number // 9 % len(_WHOLE_NAMES)]
    row = _NAMES[number % len(_NAMES)]
    given, families = (part.split(" ") for part in row.split(" / "))
    turn = number // len(_NAMES)
    family = _joined(families)
    return f"{given[turn % len(given)]} {family[turn // len(given) % len(family)]}"


def ensure(count: int, since: datetime) -> tuple[list[User], int]:
    """The people `user1` … `user<count>`, in order, and how many of them are new.

    The new ones have been here since `since`.
    Raises Invalid when somebody else has one of these names, or one too like it to tell apart.
    """
    have = _standing(count)
    missing = [number for number in range(1, count + 1) if f"user{number}" not in have]
    hashed = make_password(PASSWORD) if missing else ""
    remaining = iter(missing)
    while numbers := list(islice(remaining, BATCH)):
        _create(numbers, hashed, since)
    if missing:
        have = _standing(count)
    return [have[f"user{number}"] for number in range(1, count + 1)], len(missing)


def _joined(families: list[str]) -> list[str]:
    """Family names of two words stand as one: "De Luca", "Ó Súilleabháin"."""
    words = " ".join(families).replace("De ", "De\u00a0").replace("Ó ", "Ó\u00a0").split(" ")
    return [word.replace("\u00a0", " ") for word in words]


def _standing(count: int) -> dict[str, User]:
    wanted = {skeleton(f"user{number}"): f"user{number}" for number in range(1, count + 1)}
    found = {}
    for user in User.objects.filter(username_key__startswith=skeleton("user")):
        name = wanted.get(user.username_key)
        if name is not None and (user.username, user.email) != (name, email_of(name)):
            raise Invalid(f"{user.username} is somebody whom the seed did not make. Nothing done.")
        if name is not None:
            found[name] = user
    return found


def _create(numbers: list[int], hashed: str, since: datetime) -> None:
    people = [_person(number, hashed, since) for number in numbers]
    User.objects.bulk_create(people)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True)
        for person in people
    )


def _person(number: int, hashed: str, since: datetime) -> User:
    username = f"user{number}"
    return User(
        username=username,
        username_key=skeleton(username),
        email=email_of(username),
        display_name=display_name(number),
        password=hashed,
        date_joined=since,
    )


def email_of(username: str) -> str:
    return f"{username}@{_DOMAIN}"
