"""Names that would be markup, formulas, templates, commands or paths to something that reads them; every one is only a name."""

from __future__ import annotations

from typing import Final

# Each must stand on the paper, in the credential and in the file's metadata letter by letter.
HOSTILE: Final = (
    # typst
    '#read("/etc/passwd")', "#import \"@preview/x:1.0.0\": *", "#include \"certificate.typ\"", "#let data = 1", "#panic()", "*bold* _it_ `raw`",
    "$x^2 + y_1$", "<label> @reference", "= Heading", "- item + item / term: x", "// comment", "/* comment */", "#set page(width: 1mm)",
    "#pdf.attach(\"a\", bytes(\"b\"))", "#sys.inputs.credential", "\\u{41} \\ backslash \\", "#link(\"https://x.example\")[Anna]", "~ -- ---",
    "#{ while true {} }", "[content] {code}", "#eval(\"1 + 1\")", "\\#escaped \\$ \\*", "#show: none", "'single' \"double\"",
    # templates and format strings
    "{{7*7}}", "{% raw %}{{ config }}{% endraw %}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "%s%s%n %(name)s", "{0} {name} {0.__class__}", "{certificate}",
    "\\x41 \\u0041 \\n \\t", "%41%0a%2e%2e",
    # HTML, XML, scripts
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<link rel=attachment href=file:///etc/passwd>", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///x'>]>&e;",
    "&lt;b&gt; &amp; &#65;", "]]> <![CDATA[ x ]]>", "<?xml version=\"1.0\"?>", "<rdf:Description/>", "</dc:title></rdf:RDF>", "javascript:alert(1)",
    "\" onmouseover=\"alert(1)", "--> <!--", "<svg/onload=alert(1)>",
    # PDF
    "(paren) ) unbalanced ((", "\\) /JavaScript (x) \\(", "<</S /JavaScript>>", "endobj endstream %%EOF", "/ByteRange [0 1 2 3]", "startxref 0",
    "<FEFF0041>",
    # databases, shells, paths, directories
    "Robert'); DROP TABLE x;--", "' OR '1'='1", "$(reboot) `reboot`", "; rm -rf /", "| cat /etc/passwd &", "../../etc/passwd", "C:\\con\\aux",
    "file.pdf.exe",
    "*)(uid=*))(|(uid=*", "cn=Anna,dc=example",
    # spreadsheets, mails, logs, JSON
    "=HYPERLINK(\"https://x.example\")", "+1+1", "-2+3", "@SUM(A1)", "=cmd|' /C calc'!A0", "Anna, Bcc: b@x.example", "{\"name\": \"Eve\"}", "null",
    "undefined", "NaN", "true", "[object Object]", "None", "0", "-1", "1e309",
)  # fmt: skip

# Names of one script each, as people bear them.
NAMES: Final = {
    "Latin": "Łukasz Żółć-Ñíguez Øyvind Ðorđe Ğül Œdipus Ẹ̀kọ́ Nguyễn",
    "Greek": "Ελένη Παπαδοπούλου Ἀριστοτέλης",
    "Cyrillic": "Їжакевич Ґалаґан Ђорђе Љубичић Ёлкин Әлия Қасым Өмүрбек",
    "Georgian": "გიორგი წერეთელი-მახარაძე",
    "Armenian": "Հայկ Տեր-Պետրոսյան և Որդի",
    "Arabic": "محمد بن عبد الرحمن الفاسي",
    "Persian": "پروین گلچین ژاله کیوان",
    "Urdu": "بڑے چوہدری ٹیپو ڈاکٹر ں ے",
    "Hebrew": "דוד בן־גוריון",
    "Devanagari": "अनुष्का शर्मा",
    "Thai": "สมชาย ใจดี",
}


def _letters(*ranges: tuple[int, int]) -> str:
    return "".join(chr(code) for first, last in ranges for code in range(first, last + 1) if chr(code).isalpha())


# Every letter that names of a script are written with.
LETTERS: Final = {
    "Latin": _letters((0x41, 0x24F), (0x1E00, 0x1EFF)),
    "Greek": _letters((0x386, 0x3CE), (0x1F00, 0x1FFC)),
    "Cyrillic": _letters((0x400, 0x52F)),
    "Georgian": _letters((0x10D0, 0x10FF), (0x1C90, 0x1CBF)),
    "Armenian": _letters((0x531, 0x587)),
    "Arabic": _letters((0x620, 0x64A), (0x671, 0x6D3)),
    "Hebrew": _letters((0x5D0, 0x5EA)),
}
