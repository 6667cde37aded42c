"""Write docs/daftar-kode.md from the maps between code lists: ``python tools/code_lists.py``."""

from pathlib import Path

from cantik.design.mapping import EXACT, JOINED, NONE, SPLIT, CodeMap, Maps, known

PAGE = Path(__file__).parent.parent / "docs" / "daftar-kode.md"
WORDS = {EXACT: "tepat", JOINED: "digabung", SPLIT: "tidak dapat dibedakan", NONE: "tanpa padanan"}
HEAD = """# Daftar kode dan padanannya

<!-- Dibuat oleh tools/code_lists.py dari src/cantik/design/maps.yaml; jangan diubah di sini. -->

Pertanyaan yang sama sering diberi kode yang berbeda oleh Kartu Keluarga, Regsosek, Podes, dan
kuesioner Desa Cantik. Di sini tercatat daftar yang benar-benar bertentangan dan bagaimana kode
yang satu menjadi kode yang lain. Jenis kelamin dan status perkawinan sama pada semuanya, jadi
tidak dimuat.

Bila dua tahun dikodekan menurut dua daftar yang berbeda, halaman *Dua tahun berdampingan* hanya
menyandingkan kelompok yang isinya sama menurut padanan ini. Bila tidak ada padanannya, deretnya
dinyatakan putus.

- **tepat**: satu kode menjadi satu kode, dan hanya itu;
- **digabung**: beberapa kode menjadi satu;
- **tidak dapat dibedakan**: satu kode dapat berarti beberapa kode di sana;
- **tanpa padanan**: jawaban itu tidak ada pada daftar yang lain.
"""


def page(maps: Maps) -> str:
    parts = [HEAD, "## Daftar\n"]
    parts.append("| Daftar | Kode | Sumber | Dipakai kuesioner |\n|---|---|---|---|")
    parts += [
        f"| {one.title['id']} | {len(one.codes)} | {one.source} | {', '.join(one.packs) or '-'} |"
        for one in maps.lists.values()
    ]
    parts.append("\n## Padanan")
    for one in maps.maps:
        parts.append(_map(one))
    parts.append("\n## Mirip, tetapi tidak dapat dipadankan\n")
    parts += [
        f"- **{one.titles[0]['id']}** dan **{one.titles[1]['id']}**: {one.why['id']}"
        for one in maps.apart
    ]
    return "\n".join(parts) + "\n"


def _map(one: CodeMap) -> str:
    rows = [
        f"\n### {one.before.title['id']} → {one.after.title['id']}\n",
        f"{one.note['id']} Sumber padanan: {one.source}.\n",
        "| Kode | Menjadi | |\n|---|---|---|",
    ]
    for code, goes in one.codes.items():
        here = f"{code} {one.before.codes[code]}"
        there = "; ".join(f"{other} {one.after.codes[other]}" for other in goes) or "-"
        rows.append(f"| {here} | {there} | {WORDS[one.exactness(code)]} |")
    rows += [
        f"| - | {code} {one.after.codes[code]} | {why['id']} |" for code, why in one.new.items()
    ]
    return "\n".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page(known()), encoding="utf-8")
