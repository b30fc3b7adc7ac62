"""Invented certificates and what they are not, with a truth table: seeded, varied in wording, layout, names and dates.

`python tests/data/certificates.py FOLDER [--seed N] [--count N]` writes PDFs and `truth.jsonl`; each line holds what
`sealwright evidence read --jsonl` takes, and under "truth" what is right.
"""
# ruff: noqa: E501 - tables of invented documents and words are read row by row

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import typst

DAY = date(2026, 11, 21)

AREAS = {
    "en": ["Professional engagement", "Digital resources", "Teaching and learning", "Assessment", "Empowering learners", "Facilitating learners' digital competence"],
    "de": ["Berufliches Engagement", "Digitale Ressourcen", "Lehren und Lernen", "Evaluation", "Lernerorientierung", "Förderung der digitalen Kompetenz der Lernenden"],
    "fr": ["Engagement professionnel", "Ressources numériques", "Enseignement et apprentissage", "Évaluation", "Autonomisation des apprenants", "Développement de la compétence numérique des apprenants"],
    "es": ["Compromiso profesional", "Recursos digitales", "Enseñanza y aprendizaje", "Evaluación", "Empoderamiento del alumnado", "Desarrollo de la competencia digital del alumnado"],
    "it": ["Coinvolgimento professionale", "Risorse digitali", "Insegnamento e apprendimento", "Valutazione", "Valorizzazione delle potenzialità degli studenti", "Favorire lo sviluppo delle competenze digitali degli studenti"],
    "pl": ["Zaangażowanie zawodowe", "Zasoby cyfrowe", "Nauczanie i uczenie się", "Ocenianie", "Wzmacnianie pozycji uczniów", "Wspieranie kompetencji cyfrowych uczniów"],
    "el": ["Επαγγελματική δέσμευση", "Ψηφιακοί πόροι", "Διδασκαλία και μάθηση", "Αξιολόγηση", "Ενδυνάμωση των μαθητών", "Διευκόλυνση της ψηφιακής ικανότητας των μαθητών"],
    "bg": ["Професионална ангажираност", "Цифрови ресурси", "Преподаване и учене", "Оценяване", "Овластяване на учащите", "Подпомагане на цифровата компетентност на учащите"],
    "pt": ["Envolvimento profissional", "Recursos digitais", "Ensino e aprendizagem", "Avaliação", "Capacitação dos aprendentes", "Promoção da competência digital dos aprendentes"],
    "nl": ["Professionele betrokkenheid", "Digitale leermiddelen", "Lesgeven en leren", "Toetsing", "Lerenden sterker maken", "Bevorderen van de digitale competentie van lerenden"],
    "da": ["Professionelt engagement", "Digitale ressourcer", "Undervisning og læring", "Evaluering", "Styrkelse af eleverne", "Fremme af elevernes digitale kompetence"],
    "fi": ["Ammatillinen sitoutuminen", "Digitaaliset resurssit", "Opettaminen ja oppiminen", "Arviointi", "Oppijoiden voimaannuttaminen", "Oppijoiden digitaalisen osaamisen edistäminen"],
    "hu": ["Szakmai elkötelezettség", "Digitális források", "Tanítás és tanulás", "Értékelés", "A tanulók támogatása", "A tanulók digitális kompetenciájának fejlesztése"],
    "ro": ["Implicare profesională", "Resurse digitale", "Predare și învățare", "Evaluare", "Capacitarea elevilor", "Facilitarea competenței digitale a elevilor"],
}  # fmt: skip

SERIES = {
    "en": "Unlocking the power of teachers’ digital competencies",
    "de": "Unlocking the power of teachers’ digital competencies",
    "fr": "Libérer le pouvoir des compétences numériques des enseignants",
    "es": "Unlocking the power of teachers' digital competencies",
    "it": "Unlocking the power of teachers’ digital competencies",
}

# (given, family, as printed on their certificates)
PEOPLE = [
    ("Maria", "Rossi", ["Maria Rossi", "ROSSI Maria", "MARIA ROSSI", "Rossi, Maria"]),
    ("Þóra", "Guðmundsdóttir", ["Þóra Guðmundsdóttir", "Thora Gudmundsdottir"]),
    ("José Luis", "García Márquez", ["José Luis García Márquez", "Jose Luis Garcia Marquez", "José García Márquez"]),
    ("Anne-Marie", "Lefèvre", ["Anne-Marie Lefèvre", "Anne Marie LEFEVRE"]),
    ("Γιώργος", "Παπαδόπουλος", ["Γιώργος Παπαδόπουλος", "Giorgos Papadopoulos", "ΓΙΩΡΓΟΣ ΠΑΠΑΔΟΠΟΥΛΟΣ"]),
    ("Ελένη", "Χατζηδάκη", ["Eleni Chatzidaki", "Ελένη Χατζηδάκη"]),
    ("Иванка", "Димитрова", ["Иванка Димитрова", "Ivanka Dimitrova"]),
    ("Łukasz", "Wójcik", ["Łukasz Wójcik", "Lukasz Wojcik", "WÓJCIK Łukasz"]),
    ("Jürgen", "Müller", ["Jürgen Müller", "Juergen Mueller", "Dr. Jürgen Müller"]),
    ("Søren", "Østergård", ["Søren Østergård", "Soeren Oestergaard"]),
    ("Pieter", "van den Berg", ["Pieter van den Berg", "Pieter Van den Berg", "VAN DEN BERG Pieter"]),
    ("Siobhán", "O'Sullivan", ["Siobhán O'Sullivan", "Siobhan O’Sullivan", "Siobhán OSullivan"]),
    ("Mária", "Nagy", ["Nagy Mária", "Mária Nagy"]),
    ("Ana Carolina", "da Silva Santos", ["Ana Carolina da Silva Santos", "Ana Carolina Silva Santos", "Ana Santos"]),
    ("Ștefan", "Ionescu", ["Ștefan Ionescu", "Ştefan Ionescu", "Stefan IONESCU"]),
    ("Aino", "Mäkelä", ["Aino Mäkelä", "Aino Makela", "Aino M. Mäkelä"]),
]
OTHERS = [
    ("Maria", "Rossi", ["Mario Rossi", "Marta Rossi", "Maria Russo", "Giulia Bianchi"]),
    ("Γιώργος", "Παπαδόπουλος", ["Maria Papadopoulou", "Γιάννης Παπαδόπουλος", "Kostas Georgiou"]),
    ("Łukasz", "Wójcik", ["Łucja Wójcik", "Tomasz Wójcik", "Łukasz Wójcicki"]),
    ("José Luis", "García Márquez", ["José García Pérez", "Luis García", "Ana García Márquez"]),
    ("Jürgen", "Müller", ["Jörg Müller", "Jürgen Möller", "J. Müller", "Hans Schmidt"]),
]

MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]


def _suffix(day: int) -> str:
    return "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


DATES: list[Callable[[date], str]] = [
    lambda d: f"{d.day} {MONTHS[d.month - 1]} {d.year}",
    lambda d: f"{MONTHS[d.month - 1]} {d.day}, {d.year}",
    lambda d: f"{d.day}{_suffix(d.day)} {MONTHS[d.month - 1]} {d.year}",
    lambda d: f"{d.day}{_suffix(d.day)} of {MONTHS[d.month - 1]}, {d.year}",
    lambda d: f"{d.day:02}.{d.month:02}.{d.year}",
    lambda d: f"{d.day}. {d.month}. {d.year}",
    lambda d: d.isoformat(),
    lambda d: f"{d.day:02}-{MONTHS[d.month - 1][:3]}-{d.year}",
    lambda d: f"{d.strftime('%A')}, {d.day} {MONTHS[d.month - 1]} {d.year}",
    lambda d: f"the {d.day}{_suffix(d.day)} day of {MONTHS[d.month - 1]} {d.year}",
    lambda d: f"{d.day} {MONTHS[d.month - 1][:3]} {d.year}",
]

FONTS = ["Libertinus Serif", "DejaVu Sans", "Liberation Sans", "DejaVu Serif", "Liberation Serif"]


@dataclass
class Made:
    """One document: its typst source or its bytes, the applicant, and the truth."""

    name: str
    source: str
    given: str
    family: str
    day: date
    truth: dict[str, object]
    trap: str = ""
    content: bytes | None = None
    notes: list[str] = field(default_factory=list)

    def pdf(self) -> bytes:
        """Return the bytes of the document."""
        return self.content if self.content is not None else render(self.source)


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler()


def render(source: str) -> bytes:
    """Return the PDF of a typst source."""
    return _compiler().compile(source.encode())


def escape(text: str) -> str:
    """Return a text as typst content."""
    return "#" + json.dumps(text, ensure_ascii=False) + ";"


def page(rng: random.Random, body: list[str]) -> str:
    """Set lines on a page in one of several styles."""
    flipped = rng.random() < 0.6
    align = rng.choice(["center", "center", "left"])
    font, size = rng.choice(FONTS), rng.choice([10, 11, 12, 14])
    frame = rng.choice(["", "#place(top+left, dx:-1cm, dy:-1cm, rect(width:100%+2cm, height:100%+2cm, stroke:2pt+navy))"])
    fill = rng.choice(["", 'fill: rgb("#f7f3e8"), '])
    gap = rng.choice(["0.4em", "0.8em", "1.4em"])
    return f"""#set page(paper:"a4", flipped:{str(flipped).lower()}, {fill}margin:2.2cm)
#set text(font:"{font}", size:{size}pt, lang:"en", hyphenate:false)
{frame}
#set align({align})
#set par(spacing:{gap}, leading:0.6em)
{chr(10).join(line + chr(10) for line in body)}
"""


def big(text: str, size: int, weight: str = "regular") -> str:
    """Return a line set larger."""
    return f'#text({size}pt, weight:"{weight}")[{escape(text)}]'


def mooc(rng: random.Random, number: int, holder: str, issued: str, *, extra: list[str] | None = None, area: str | None = None) -> str:
    """Return a course certificate as typst."""
    title = area or AREAS["en"][number - 1]
    title = rng.choice([title, title.title(), title.upper()])
    series = rng.choice([SERIES["en"], SERIES["en"].replace("’", "'"), SERIES["en"].title()])
    head = rng.choice(
        ["Certificate of Completion", "CERTIFICATE", "Certificate of Achievement", "Certificate of participation", "Course certificate"]
    )
    opening = rng.choice(
        [
            "This is to certify that",
            "This certificate is awarded to",
            "This certificate is proudly presented to",
            "We hereby certify that",
            "Awarded to",
            "We certify that",
        ]
    )
    done = "has successfully completed the" if "ertif" in opening and "that" in opening else "for successfully completing the"
    course = rng.choice(
        [
            [f"{done} online course", big(f"MOOC {number}: {title}", 16), f"of the series “{series}”"],
            [done + " MOOC", big(f"“{title}”", 18), f"(course {number} of 6 of the MOOC series {series})"],
            [f"{done} massive open online course", big(series, 15, "bold"), big(f"Course {number} – {title}", 13)],
            [f"{done} MOOC “{series}: {title}”"],
            [f"{done} course {title}, one of the six MOOCs of {series}."],
            [f"{done} {number}{_suffix(number)} MOOC of the series", big(series, 14), big(title, 17, "bold")],
        ]
    )
    issuer = rng.choice(
        ["European School Education Platform", "European Schoolnet, on behalf of the European School Education Platform", "EU Academy"]
    )
    shown = rng.choice(
        [f"Issued on {issued}", f"Date of issue: {issued}", f"Brussels, {issued}", f"Date: {issued}", f"Issued: {issued}", f"Awarded on {issued}"]
    )
    number_line = rng.choice(
        ["", f"Certificate no. ESEP-{rng.randrange(10**6):06}-{rng.randrange(100)}", f"Verification code: {rng.randrange(16**10):010x}"]
    )
    foot = rng.choice(["", "Head of the platform team", "DigCompEdu area " + str(number), "Workload: 20 hours · Language: English"])
    body = [
        big(head, rng.choice([22, 28, 34]), "bold"),
        opening,
        big(holder, rng.choice([14, 20, 26])),
        *[escape(line) if not line.startswith("#text") else line for line in course],
    ]
    body += [escape(line) for line in [*(extra or []), issuer, shown, number_line, foot] if line]
    if rng.random() < 0.25:
        body = [*body[:-2], f"#grid(columns:(1fr,1fr), [{escape(shown)}], [{escape('Signature: Dr Jane Example, Programme Manager')}])"]
    return page(rng, body)


NOTES = [
    "This certificate can be used in the application for a digital competencies certificate.",
    "This National Quality Label certificate can be used as evidence in the application for the digital competencies certificate.",
    "The present certificate may be used when applying for the European digital competencies certificate.",
    "Disclaimer: this label may be submitted as evidence for the European recognition scheme for teachers’ digital competencies.",
    "This certificate is valid as evidence in an application for a certificate of digital competencies.",
    "In view of its exceptional results in ‘Use of technology’ and ‘Pedagogical approaches’, this certificate can be used to apply for the digital competencies certificate.",
    "The holder can use this certificate in the application for a digital competencies certificate.",
]
NEGATED = [
    "This certificate cannot be used in the application for a digital competencies certificate.",
    "This certificate can not be used in the application for a digital competencies certificate.",
    "This label is not valid as evidence in an application for a digital competencies certificate.",
    "This certificate may not be used when applying for the digital competencies certificate.",
    "Only certificates with a special indication can be used in the application for a digital competencies certificate.",
    "The six MOOC certificates can be used in the application for a digital competencies certificate.",
    "Can this certificate be used in the application for a digital competencies certificate? Ask your NSO.",
]


def nql(rng: random.Random, holder: str, issued: str, note: str, *, title: str = "National Quality Label") -> str:
    """Return a label's certificate as typst."""
    head = rng.choice([f"eTwinning {title}", f"eTwinning {title.upper()}", f"{title}"])
    school = rng.choice(["IES Cervantes, Madrid, Spain", "Gymnasium Nord, Hamburg", "1st Primary School of Volos", "Liceo Galilei, Torino"])
    body = [
        big(head, rng.choice([24, 30]), "bold"),
        escape(rng.choice(["This certificate is awarded to", "awarded to", "is hereby granted to", "presented to"])),
        big(holder, rng.choice([16, 22])),
        escape(school),
        escape(rng.choice(["for the eTwinning project", "in recognition of the excellent work in the project", "for the project"])),
        big(rng.choice(["Digital bridges", "Our rivers, our stories", "Maths without borders", "Assessment of water quality"]), 15),
        escape(rng.choice([f"Awarded on {issued}", f"{issued}", f"Date: {issued}", f"Brussels, {issued}", f"Date of issue: {issued}"])),
        escape("National Support Organisation"),
    ]
    if note:
        style = rng.choice(["plain", "small", "hyphen", "page", "narrow"])
        shown = {
            "plain": escape(note),
            "small": f"#text(8pt)[{escape(note)}]",
            "hyphen": f'#block(width:5cm)[#set text(hyphenate:true, lang:"en"); #set par(justify:true); {escape(note)}]',
            "page": f"#pagebreak()\n{escape(note)}",
            "narrow": f"#block(width:4.5cm)[{escape(note)}]",
        }[style]
        body.append(shown)
    return page(rng, body)


def good(rng: random.Random, index: int) -> Made:
    """Return a certificate that fits all rules."""
    given, family, spellings = rng.choice(PEOPLE)
    holder = rng.choice(spellings)
    issued = DAY - timedelta(days=rng.randrange(1, 725))
    shown = rng.choice(DATES)(issued)
    number = rng.randrange(1, 8)
    truth: dict[str, object] = {"verdict": "accept", "holder_name": holder, "issue_date": issued.isoformat()}
    if number == 7:
        truth |= {"kind": "nql", "mooc_no": None, "disclaimer": True}
        return Made(f"good-{index}", nql(rng, holder, shown, rng.choice(NOTES)), given, family, DAY, truth)
    extra = rng.choice(
        [
            None,
            None,
            [f"The course was held from {DATES[0](issued - timedelta(40))} to {DATES[0](issued - timedelta(3))}."],
            ["Period: 01.02.2025 – 30.06.2025"],
            [f"Valid until {DATES[0](issued + timedelta(1500))}"],
            ["born on 3 May 1981"],
        ]
    )
    truth |= {"kind": "mooc", "mooc_no": number, "disclaimer": None}
    return Made(f"good-{index}", mooc(rng, number, holder, shown, extra=extra), given, family, DAY, truth)


def _bad(rng: random.Random, index: int, trap: str) -> Made:  # noqa: C901, PLR0911, PLR0912, PLR0915 - one branch for each trap
    given, family, spellings = rng.choice(PEOPLE)
    holder = rng.choice(spellings)
    issued = DAY - timedelta(days=rng.randrange(1, 700))
    shown = DATES[0](issued)
    number = rng.randrange(1, 7)
    name = f"{trap}-{index}"
    reject: dict[str, object] = {"verdict": "reject"}
    review: dict[str, object] = {"verdict": "review"}
    source = mooc(rng, number, holder, shown)
    if trap == "old":
        oldest = date(2024, 11, 21)
        shown = rng.choice(DATES)(oldest - timedelta(days=rng.choice([1, 1, 30, 400])))
        source = mooc(rng, number, holder, shown) if rng.random() < 0.7 else nql(rng, holder, shown, rng.choice(NOTES))
    elif trap == "future":
        source = mooc(rng, number, holder, rng.choice(DATES)(DAY + timedelta(days=rng.choice([1, 20, 300]))))
    elif trap == "person":
        given, family, strangers = rng.choice(OTHERS)
        source = mooc(rng, number, rng.choice(strangers), shown)
        return Made(name, source, given, family, DAY, review, trap)
    elif trap == "no-note":
        source = nql(rng, holder, shown, "")
    elif trap == "negated":
        source = nql(rng, holder, shown, rng.choice(NEGATED))
        return Made(name, source, given, family, DAY, review, trap)
    elif trap == "european":
        source = nql(rng, holder, shown, rng.choice(["", *NOTES]), title="European Quality Label")
    elif trap == "enrolment":
        body = [
            big(rng.choice(["Confirmation of enrolment", "Enrolment confirmation", "Registration confirmed"]), 22),
            escape("We confirm that"),
            big(holder, 16),
            escape(f"is enrolled in the course MOOC {number}: {AREAS['en'][number - 1]} of the series {SERIES['en']}."),
            escape(f"Brussels, {shown}"),
        ]
        source = page(rng, body)
    elif trap == "attendance":
        body = [
            big(rng.choice(["Attendance confirmation", "Confirmation of attendance"]), 22),
            escape("This is to confirm that"),
            big(holder, 16),
            escape(f"attended the live session of MOOC {number}: {AREAS['en'][number - 1]} ({SERIES['en']})."),
            escape(f"Brussels, {shown}"),
        ]
        source = page(rng, body)
    elif trap == "programme":
        body = [
            big("Course programme", 24),
            big(f"MOOC {number}: {AREAS['en'][number - 1]}", 16),
            escape(SERIES["en"]),
            escape("Module 1: Introduction. Module 2: Tools. Learning objectives: you will learn how to use digital tools."),
            escape(f"Starts on {shown}"),
            escape(f"Teacher: {holder}"),
        ]
        source = page(rng, body)
    elif trap == "list":
        body = [
            big("Certificate", 24),
            escape("This is to certify that"),
            big(holder, 18),
            escape(f"has heard of the series {SERIES['en']} with its courses"),
            *[escape(f"{i + 1}. {area}") for i, area in enumerate(AREAS["en"])],
            escape(f"Issued on {shown}"),
        ]
        source = page(rng, body)
        return Made(name, source, given, family, DAY, review, trap)
    elif trap == "template":
        source = mooc(
            rng,
            number,
            rng.choice(["[Name Surname]", "___________________", "First name Last name", "Your name here"]),
            rng.choice(["dd/mm/yyyy", "__________", shown]),
        )
        return Made(name, source, given, family, DAY, review, trap)
    elif trap == "sample":
        word = rng.choice(["SAMPLE", "SPECIMEN", "DRAFT", "VOID", "SAMPLE CERTIFICATE"])
        mark = rng.choice(
            [
                f"#place(center+horizon, rotate(-35deg, text(70pt, fill: luma(220))[{word}]))",
                f'#place(center+horizon, rotate(-20deg, text(60pt, fill: rgb("ff000060"))[{word}]))',
                f"#place(center+horizon, text(64pt, fill: luma(225))[{word}])",
            ]
        )
        source = source + mark
    elif trap == "other-mooc":
        source = page(
            rng,
            [
                big("Certificate of Completion", 24),
                escape("This is to certify that"),
                big(holder, 18),
                escape("has successfully completed the MOOC"),
                big(rng.choice(["Artificial intelligence in education", "Digital storytelling", "Assessment for learning in practice"]), 17),
                escape("European School Education Platform"),
                escape(f"Issued on {shown}"),
            ],
        )
        return Made(name, source, given, family, DAY, review, trap)
    elif trap == "cv":
        source = page(
            rng,
            [
                big("Curriculum vitae", 24),
                big(holder, 16),
                escape("Work experience: teacher, 2010 – 2026"),
                escape(f"Training: {SERIES['en']}, MOOC {number}: {AREAS['en'][number - 1]}, completed on {shown}"),
                escape("eTwinning National Quality Label, 2025"),
            ],
        )
    elif trap == "not-completed":
        source = page(
            rng,
            [
                big("Statement", 24),
                escape("This is to certify that"),
                big(holder, 18),
                escape(f"has not yet completed the MOOC {number}: {AREAS['en'][number - 1]} of the series {SERIES['en']}"),
                escape(f"Issued on {shown}"),
            ],
        )
    elif trap == "hidden-date":
        source = source.replace(shown, "3 March 2019", 1) + f"#place(bottom+left, text(fill:white)[Date of issue: {shown}])"
        if "3 March 2019" not in source:
            source += "#place(bottom+left, text(fill:white)[hidden words])"
        return Made(name, source, given, family, DAY, review, trap)
    elif trap == "covered-name":
        source += f"#place(bottom+left, [{escape(holder)} #place(dx:-2pt, dy:-14pt, rect(width:300pt, height:24pt, fill:white))])"
        return Made(name, source, given, family, DAY, review, trap)
    elif trap == "contradiction":
        other = number % 6 + 1
        source = page(
            rng,
            [
                big("Certificate", 24),
                escape("This is to certify that"),
                big(holder, 18),
                escape("has successfully completed"),
                big(f"MOOC {other}: {AREAS['en'][number - 1]}", 17),
                escape(SERIES["en"]),
                escape(f"Issued on {shown}"),
            ],
        )
        return Made(name, source, given, family, DAY, review, trap)
    return Made(name, source, given, family, DAY, reject, trap)


TRAPS = [
    "old",
    "future",
    "person",
    "no-note",
    "negated",
    "european",
    "enrolment",
    "attendance",
    "programme",
    "list",
    "template",
    "sample",
    "other-mooc",
    "cv",
    "not-completed",
    "hidden-date",
    "covered-name",
    "contradiction",
]


def make(seed: int, count: int) -> list[Made]:
    """Return `count` documents, half of them good; the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311 - seeded, so that every run makes the same set
    return [good(rng, index) if index % 2 == 0 else _bad(rng, index, TRAPS[(index // 2) % len(TRAPS)]) for index in range(count)]


def write(folder: Path, documents: list[Made]) -> Path:
    """Write documents and their truth; return the file of the truth."""
    folder.mkdir(parents=True, exist_ok=True)
    truth = folder / "truth.jsonl"
    with truth.open("w", encoding="utf-8") as out:
        for made in documents:
            file = folder / f"{made.name}.pdf"
            file.write_bytes(made.pdf())
            line = {
                "file": str(file),
                "given_name": made.given,
                "family_name": made.family,
                "date": made.day.isoformat(),
                "trap": made.trap,
                "truth": made.truth,
            }
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
    return truth


def main() -> None:
    """Write a set of documents."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200)
    given = parser.parse_args()
    print(write(given.folder, make(given.seed, given.count)))


if __name__ == "__main__":
    main()
