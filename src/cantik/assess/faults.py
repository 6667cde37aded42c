"""What may be wrong with a sheet's file, and how to mend it."""

from cantik.kernel.problems import Kind, Severity, catalogue
from cantik.kernel.text import N_


def _kind(code: str, title: str, message: str, remedy: str) -> Kind:
    return Kind(code, Severity.REFUSE, title, message, remedy)


BROKEN = N_("Berkas tidak dapat dibaca")
WEIGHT = N_("Bobot")
ANSWERS = N_("Pilihan jawaban")
ADDRESS = N_("Kode")
BANDS = N_("Predikat")

FAULTS = catalogue(
    # -- the file --
    _kind("not_table", BROKEN, N_("Berkas ini bukan XLSX, CSV, atau YAML yang utuh."),
          N_("Simpan lagi sebagai XLSX atau CSV, lalu kirim.")),
    _kind("not_yaml", BROKEN, N_("Susunan YAML tidak dapat dibaca."),
          N_("Perbaiki susunannya, atau pakailah XLSX menurut contoh.")),
    _kind("not_mapping", BROKEN, N_("Isi YAML bukan sebuah lembar."),
          N_("Mulailah dari berkas lembar yang sudah ada.")),
    _kind("alias", BROKEN, N_("Berkas YAML memakai rujukan (&, *)."),
          N_("Tulis isinya lengkap tanpa rujukan.")),
    _kind("header", BROKEN, N_("Keterangan %(given)s belum benar."),
          N_("Isi name, kind, version, year, dan layers seperti pada lembar yang ada.")),
    _kind("no_column", BROKEN, N_("Kolom %(column)s tidak ada."),
          N_("Pakai baris judul persis seperti pada berkas contoh.")),
    _kind("no_rows", BROKEN, N_("Tidak ada pertanyaan di berkas ini."),
          N_("Isi satu baris untuk setiap pilihan jawaban.")),
    _kind("lost", N_("Baris tanpa pertanyaan"),
          N_("Baris ini berisi pilihan, padahal belum ada pertanyaannya."),
          N_("Isi kode dan pertanyaan pada baris pilihan yang pertama.")),
    _kind("kind_other", BROKEN, N_("Berkas ini bukan lembar penilaian."),
          N_("Isi kind: scorecard.")),
    # -- weights --
    _kind("weights", WEIGHT, N_("Jumlah bobot di sini %(found)s, seharusnya %(wanted)s."),
          N_("Periksa bobot setiap baris di bawahnya sampai jumlahnya tepat.")),
    _kind("weight_missing", WEIGHT, N_("Bobotnya kosong, padahal yang di sebelahnya berbobot."),
          N_("Isi bobotnya, atau kosongkan semua bobot di bagian ini agar sama besar.")),
    _kind("weight_negative", WEIGHT, N_("Bobot %(given)s kurang dari nol."),
          N_("Isi bobot nol atau lebih.")),
    _kind("weight_none", WEIGHT, N_("Ada bobot, padahal nilai tidak dijumlahkan."),
          N_("Kosongkan bobot, atau pilih cara menjumlahkan.")),
    _kind("number", N_("Angka"), N_("“%(given)s” bukan angka."),
          N_("Tulis angka saja, misalnya 12,5.")),
    # -- answers --
    _kind("options", ANSWERS, N_("Pertanyaan ini punya kurang dari dua pilihan."),
          N_("Isi paling sedikit dua pilihan, satu baris untuk satu pilihan.")),
    _kind("no_score", ANSWERS, N_("Pilihan %(given)s tidak punya skor."), N_("Isi skornya.")),
    _kind("option_twice", ANSWERS, N_("Pilihan %(given)s ada dua kali."),
          N_("Beri kode yang berbeda.")),
    _kind("level_order", ANSWERS, N_("Tingkat tidak berurutan."),
          N_("Tulis tingkat dari yang terendah, satu demi satu.")),
    _kind("scale_other", N_("Skala"), N_("Skor di sini %(found)s, padahal skalanya %(wanted)s."),
          N_("Samakan skor terendah dan tertinggi semua pertanyaan, atau pakai bobot poin.")),
    _kind("scale", N_("Skala"), N_("Skala nilai belum benar."),
          N_("Tulis dua angka: terendah dan tertinggi.")),
    _kind("points", ANSWERS, N_("Skor tertinggi harus lebih dari nol, dan tidak ada yang kurang."),
          N_("Periksa skor pilihan pertanyaan ini.")),
    _kind("range", ANSWERS, N_("Batas bawah tidak lebih kecil dari batas atas."),
          N_("Periksa batas angkanya.")),
    _kind("zero", ANSWERS, N_("Belum jelas berapa skornya bila pembaginya nol."),
          N_("Isi zero dengan skor antara nol dan skor tertinggi.")),
    _kind("kind", ANSWERS, N_("Jenis jawaban %(given)s tidak dikenal."),
          N_("Pakai options, number, ratio, atau level.")),
    _kind("unread", ANSWERS, N_("Pertanyaan tanpa pilihan tidak dapat dijumlahkan."),
          N_("Lengkapi pilihannya, atau jangan dijumlahkan.")),
    # -- structure --
    _kind("id", ADDRESS, N_("Kode “%(given)s” tidak dapat dipakai."),
          N_("Pakai huruf, angka, titik, atau garis; paling panjang 40.")),
    _kind("twice", ADDRESS, N_("Kode %(given)s dipakai dua kali."),
          N_("Beri setiap bagian dan pertanyaan kode sendiri.")),
    _kind("words", N_("Tulisan"), N_("Tulisannya kosong."), N_("Isi kalimatnya.")),
    _kind("empty", N_("Bagian kosong"), N_("Bagian ini tidak berisi pertanyaan."),
          N_("Isi pertanyaannya, atau hapus bagian ini.")),
    _kind("list", N_("Susunan"), N_("Di sini seharusnya ada daftar."),
          N_("Perbaiki susunannya menurut lembar yang ada.")),
    _kind("deep", N_("Susunan"), N_("Bagian bersusun terlalu dalam."),
          N_("Paling dalam enam tingkat.")),
    _kind("combine", N_("Cara menjumlahkan"), N_("Cara “%(given)s” tidak dikenal."),
          N_("Pakai share, points, atau none.")),
    # -- bands --
    _kind("bands_none", BANDS, N_("Ada predikat, padahal nilai tidak dijumlahkan."),
          N_("Hapus predikatnya.")),
    _kind("bands_order", BANDS, N_("Batas predikat tidak naik."),
          N_("Urutkan dari yang terendah.")),
    _kind("bands_start", BANDS, N_("Predikat pertama tidak mulai dari %(low)s."),
          N_("Mulailah dari nilai terendah.")),
    _kind("bands_end", BANDS, N_("Ada predikat di atas nilai tertinggi, %(high)s."),
          N_("Periksa batasnya.")),
)  # fmt: skip
