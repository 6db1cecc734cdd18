"""Makes the fonts in this folder from their published packages; see README.md.

usage: make.py INTER_PACKAGE JETBRAINS_MONO_PACKAGE LUCIDE_PACKAGE OUT
"""

import json
import re
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

INTER = Path(sys.argv[1])
MONO = Path(sys.argv[2])
LUCIDE = Path(sys.argv[3])
OUT = Path(sys.argv[4])

# Latin, Latin-1, Latin Extended-A, Romanian and Vietnamese letters in common use, Greek,
# Cyrillic, punctuation, superscripts, currency, letter-like, arrows, maths, shapes.
TEXT = (
    "U+0020-007E,U+00A0-017F,U+0192,U+0218-021B,U+02C6,U+02C7,U+02D8-02DD,U+0300-0304,"
    "U+0306-0308,U+030A-030C,U+0323,U+0327,U+0328,U+0370-03FF,U+0400-045F,U+0490,U+0491,"
    "U+1E80-1E85,U+1E9E,U+2002-200B,U+2010-2015,U+2018-201F,U+2020-2022,U+2026,U+202F,"
    "U+2030,U+2032,U+2033,U+2039,U+203A,U+2044,U+2070,U+2074-2079,U+2080-2089,U+20AC,"
    "U+20A1-20BF,U+2116,U+2122,U+2190-2199,U+21B5,U+2202,U+2206,U+220F,U+2211,U+2212,U+2215,"
    "U+2219,U+221A,U+221E,U+222B,U+2248,U+2260,U+2264,U+2265,U+2318,U+21E7,U+2325,U+23CE,"
    "U+25A0,U+25A1,U+25B2,U+25B6,U+25BC,U+25C0,U+25CA,U+25CB,U+25CF,U+2605,U+2606,U+2713"
)


def cut(font, unicodes, features):
    options = subset.Options()
    options.layout_features = features
    options.hinting = False
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.glyph_names = False
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=unicodes)
    subsetter.subset(font)


def freeze_tabular(font):
    """Points the ten digits at their tabular forms."""
    gsub = font["GSUB"].table
    forms = {}
    for record in gsub.FeatureList.FeatureRecord:
        if record.FeatureTag != "tnum":
            continue
        for index in record.Feature.LookupListIndex:
            for table in gsub.LookupList.Lookup[index].SubTable:
                table = getattr(table, "ExtSubTable", table)
                forms.update(table.mapping)
    # Digits only; signs and spaces stay as drawn.
    frozen = set(map(ord, "0123456789"))
    for table in font["cmap"].tables:
        for code, glyph in list(table.cmap.items()):
            if code in frozen:
                # Tables may share one mapping, so a digit may be frozen already.
                table.cmap[code] = forms.get(glyph, glyph)


def main():
    text = subset.parse_unicodes(re.sub(r"U\+", "", TEXT))
    for weight in ["Regular", "Medium", "SemiBold"]:
        font = TTFont(INTER / "web" / f"Inter-{weight}.woff2")
        freeze_tabular(font)
        cut(font, text, ["kern", "mark", "mkmk", "ccmp"])
        font.flavor = None
        font.save(OUT / f"Inter-Tabular-{weight}.ttf")

    font = TTFont(MONO / "files" / "jetbrains-mono-latin-400-normal.woff2")
    cut(font, text, [])
    font.flavor = None
    font.save(OUT / "JetBrainsMono-Regular.ttf")

    # crates/look/src/icon.rs is the list of icons: its code points are the ones kept.
    icon_rs = Path(__file__).parents[2] / "crates/look/src/icon.rs"
    names = re.findall(r'=> "([a-z0-9-]+)";', icon_rs.read_text())
    codes = json.loads((LUCIDE / "font" / "codepoints.json").read_text())
    font = TTFont(LUCIDE / "font" / "lucide.ttf")
    cut(font, [codes[name] for name in names], [])
    # One em high without descent, so that a line of one icon is exactly its square.
    for table, top, bottom in [("hhea", "ascent", "descent"), ("OS/2", "sTypoAscender", "sTypoDescender")]:
        setattr(font[table], top, font["head"].unitsPerEm)
        setattr(font[table], bottom, 0)
    font["hhea"].lineGap = 0
    font["OS/2"].sTypoLineGap = 0
    font["OS/2"].usWinAscent = font["head"].unitsPerEm
    font["OS/2"].usWinDescent = 0
    font.flavor = None
    font.save(OUT / "Lucide-Endcap.ttf")


main()
