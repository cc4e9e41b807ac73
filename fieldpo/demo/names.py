"""Names and streets to generate people from: common in the United States, of many origins, and some hard to
show.

Every person made from these is invented; a likeness to a real one is chance.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple


class Name(NamedTuple):
    """An invented person's name, with the sex code that its given name is usual for."""

    given: str
    middle: str
    family: str
    suffix: str
    sex: str
    aliases: tuple[str, ...]
    origin: str


class _Origin(NamedTuple):
    share: int
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    languages: tuple[str, ...] = ()


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


_ORIGINS = {
    "Anglo": _Origin(
        30,
        _words("Amber Brittany Carol Dawn Emily Heather Jessica Kayla Linda Megan Nicole Rachel Sarah Tammy Wendy"),
        _words("Brian Cody Dustin Eric Gary Jason Kevin Kyle Mark Randy Scott Shane Timothy Travis Tyler"),
        _words(
            "Adams Baker Clark Collins Dorsey Fahey Foster Hansen Jensen Lund McKenna Miller O'Brien "
            "Parker Schneider Sullivan Thompson Walker Whitfield Wozniak"
        ),
    ),
    "African American": _Origin(
        26,
        _words("Aaliyah Denise Ebony Imani Jada Keisha Latoya Monique Nia Shanice Tamika Tiana Yolanda"),
        _words("Andre Darius Deshawn Jamal Jerome Lamar Malik Marcus Terrell Tyrone Reggie Kareem DeAndre"),
        _words(
            "Banks Booker Coleman Gaines Grant Jefferson Jackson Mosley Robinson Tolliver Washington "
            "Williams Boateng Okafor Freeman Baptiste"
        ),
    ),
    "Latino": _Origin(
        25,
        _words("Ana Beatriz Camila Elena Guadalupe Inés Lucía Marisol María_José Rosa Sofía Xiomara Yesenia"),
        _words("Ángel Carlos Diego Fernando Héctor Jesús José_Luis Joaquín Luis Manuel Miguel Raúl Santiago Víctor"),
        _words(
            "Alvarez Castañeda Estrada Fuentes García_López Gómez Gutiérrez Ibarra Muñoz Núñez Peña "
            "Quiñones Ramírez Reyes Rodríguez_Santiago Treviño Vásquez Zúñiga"
        ),
        ("Spanish", "Spanish", ""),
    ),
    "Asian": _Origin(
        9,
        _words("Anh Hye-jin Kavita Linh Mai May_Lee Mei Priya Soo-min Thuy Xia Yuki"),
        _words("Bao Daniel Duc Jin Kenji Min-jun Pao Raj Tou Vikram Wei Xiong"),
        _words("Chen Cho Kim Le Li Nguyễn Park Patel Phan Sato Singh Tanaka Tran Vang Xiong Yang"),
        ("Vietnamese", "Hmong", "Mandarin", "Korean", ""),
    ),
    "Native": _Origin(
        6,
        _words("Dyani Kaya Lena Shania Sunny Winona"),
        _words("Chaska Dakota Elroy Mato Norbert Wambli"),
        _words("Begay Black_Elk Crow_Dog Iron_Shell Red_Cloud Tsosie White_Bull Yazzie Two_Bulls Standing_Crow"),
        ("Navajo", "", ""),
    ),
    "newcomer": _Origin(
        4,
        _words("Amina Fatima Hodan Leila Oksana Svetlana Zeinab"),
        _words("Abdi Ahmed Bogdan Hassan Ivan Mohamed Yusuf"),
        _words("Abdullahi Al-Masri Haddad Ivanchenko Kovač Łukasiewicz Mohamud Warsame Şahin"),
        ("Somali", "Arabic", "Ukrainian", ""),
    ),
}


RACES = {
    "Anglo": "White",
    "African American": "Black",
    "Latino": "Hispanic",
    "Asian": "Asian",
    "Native": "American Indian",
    "newcomer": "Other",
}
"""What the record says of race by a name's origin, so that measures by race have something to count."""

# Names that screens get wrong: forty letters, hyphens, marks, other scripts, one name only.
_HARD = (
    Name("Maximiliano-Alejandro", "", "Featherstonehaugh-Villavicencio de León", "III", "m", ("Max",), "Latino"),
    Name("小龍", "", "陳", "", "m", ("Chen, Siu Lung", "Dragon"), "Asian"),
    Name("Đặng Thị", "", "Nguyễn-Phương", "", "f", ("Tina Nguyen", "阮芳"), "Asian"),
    Name("Anneliese-Marguerite", "Bernadette", "Oppenheimer-Schwarzenegger", "", "f", (), "Anglo"),
    Name("Siobhán", "", "Ní Dhomhnaill-O'Shaughnessy", "", "f", ("Shiv",), "Anglo"),
    Name("", "", "Suharto", "", "m", ("Harto",), "Asian"),
    Name("Jean-Baptiste", "Toussaint", "d'Île-du-Vent", "Jr.", "m", ("J.B.", "Ti-Jean"), "African American"),
)
_HARD_EVERY = 9
_NICKNAMES = _words(
    "Ace Big_Mike Bird Blue Chuy Cricket Dee Flaco Ghost Jay Junior Kiki Lefty Lil_T Mouse "
    "Peanut Red Slim Smiley Spider T-Bone Tank Twin Wolf"
)
_MIDDLES = _words("Ann Dean James Jo Lee Lynn Marie Michael Ray Rose Wayne")


GIVEN_NAMES = tuple(name for origin in _ORIGINS.values() for name in (*origin.women, *origin.men))
FAMILY_NAMES = tuple(name for origin in _ORIGINS.values() for name in origin.families)

STREETS = _words(
    "Ash Mill Cedar Juniper Harbor Foundry Quarry Larkspur Depot Orchard Sycamore Tannery "
    "Prairie Kiln Copper Magnolia Ferry Granite Sparrow Elkhorn"
)
"""Invented streets; with the side of town they make the areas that visits are grouped by, such as "Ash St
N"."""


def name_of(place: int, rng: Random) -> Name:
    """Invent the name of the person at this place of the caseload; every ninth is one that is hard to show."""
    if place % _HARD_EVERY == _HARD_EVERY - 2:
        return _HARD[(place // _HARD_EVERY) % len(_HARD)]
    origin = rng.choices(list(_ORIGINS), [one.share for one in _ORIGINS.values()])[0]
    pool = _ORIGINS[origin]
    sex = "f" if rng.random() < 0.24 else "m"
    given = rng.choice(pool.women if sex == "f" else pool.men)
    family = rng.choice(pool.families)
    if rng.random() < 0.06:
        family += "-" + rng.choice(FAMILY_NAMES)
    middle = rng.choice(_MIDDLES) if rng.random() < 0.3 else ""
    suffix = rng.choice(("Jr.", "Sr.", "II", "III")) if sex == "m" and rng.random() < 0.08 else ""
    aliases = (rng.choice(_NICKNAMES),) if rng.random() < 0.25 else ()
    return Name(given, middle, family, suffix, sex, aliases, origin)


def language_of(origin: str, rng: Random) -> str:
    """Draw the language that a person of this origin speaks at home; empty for English."""
    languages = _ORIGINS[origin].languages
    return rng.choice(languages) if languages and rng.random() < 0.5 else ""


def full_name(rng: Random) -> str:
    """Invent a collateral's name, given name first."""
    pool = _ORIGINS[rng.choice(list(_ORIGINS))]
    return f"{rng.choice((*pool.women, *pool.men))} {rng.choice(pool.families)}"
