"""What can be wrong with a questionnaire that someone brings along, and what is left out of it."""

from cantik.kernel.problems import Kind, Severity, catalogue
from cantik.kernel.text import N_

REFUSE, NOTE = Severity.REFUSE, Severity.NOTE

NOT_WORKBOOK = Kind(
    "not_workbook",
    REFUSE,
    N_("Bukan buku kerja XLSForm"),
    N_("Berkas ini tidak dapat dibuka sebagai buku kerja Excel (.xlsx) biasa, paling besar 2 MB."),
    N_("Simpan XLSForm sebagai Excel (.xlsx) tanpa makro dan tanpa sandi, lalu kirim lagi."),
)
NO_SHEET = Kind(
    "no_sheet",
    REFUSE,
    N_("Lembar belum ada"),
    N_("Lembar %(sheet)s tidak ada atau kosong."),
    N_("XLSForm punya lembar survey, dan lembar choices bila ada pertanyaan pilihan."),
)
NO_COLUMN = Kind(
    "no_column",
    REFUSE,
    N_("Kolom belum ada"),
    N_("Kolom %(field)s tidak ada pada lembar %(sheet)s."),
    N_("Tulis nama kolom itu di baris pertama."),
)
TYPE = Kind(
    "type",
    REFUSE,
    N_("Jenis pertanyaan belum didukung"),
    N_("Jenis “%(shown)s” belum dapat dipakai."),
    N_("Pakai select_one, select_multiple, integer, text, date, atau calculate."),
)
DECIMAL = Kind(
    "decimal",
    REFUSE,
    N_("Angka pecahan"),
    N_("Pertanyaan %(field)s meminta angka pecahan."),
    N_("Pakai integer dengan satuan yang lebih kecil: gram, meter, atau rupiah."),
)
FILTER = Kind(
    "choice_filter",
    REFUSE,
    N_("Daftar yang disaring"),
    N_("Pertanyaan %(field)s menyaring pilihannya (choice_filter)."),
    N_("Buat satu daftar untuk setiap keadaan, dan tanyakan dengan relevant."),
)
REPEAT = Kind(
    "repeat",
    REFUSE,
    N_("Bagian berulang"),
    N_("Hanya satu bagian berulang yang didukung, dan tidak di dalam bagian berulang lain."),
    N_("Pisahkan bagian berulang yang lain menjadi kegiatan sendiri."),
)
NESTING = Kind(
    "nesting",
    REFUSE,
    N_("Bagian tidak ditutup"),
    N_("Baris begin dan end tidak berpasangan."),
    N_("Setiap begin group atau begin repeat ditutup dengan end yang sama."),
)
NAME = Kind(
    "name",
    REFUSE,
    N_("Nama pertanyaan"),
    N_("Nama “%(shown)s” kosong, dipakai dua kali, atau memuat tanda lain dari huruf dan angka."),
    N_("Tulis nama pendek yang berbeda untuk setiap pertanyaan: huruf, angka, dan _."),
)
LIST = Kind(
    "list",
    REFUSE,
    N_("Daftar pilihan belum ada"),
    N_("Daftar “%(shown)s” tidak ada pada lembar choices."),
    N_("Tulis pilihan-pilihannya pada lembar choices dengan list_name itu."),
)
CODE = Kind(
    "code",
    REFUSE,
    N_("Kode pilihan"),
    N_("Kode “%(shown)s” kosong, dipakai dua kali, atau memuat tanda lain dari huruf dan angka."),
    N_("Tulis kode pendek: huruf, angka, dan _, paling panjang 20."),
)
REQUIRED = Kind(
    "required",
    REFUSE,
    N_("Wajib diisi"),
    N_("Kolom required pada %(field)s berisi “%(shown)s”."),
    N_("Tulis yes, no, atau kosongkan."),
)
EXPRESSION = Kind(
    "expression",
    REFUSE,
    N_("Rumus belum didukung"),
    N_("Kolom %(column_name)s pada %(field)s: %(reason)s."),
    N_("Ubah rumusnya; fungsi yang didukung ada di petunjuk XLSForm."),
)
MANY_CHOSEN = Kind(
    "many_chosen",
    REFUSE,
    N_("Rumus tentang pilihan ganda"),
    N_("Kolom %(column_name)s pada %(field)s memakai pilihan ganda %(shown)s."),
    N_("Pakai selected(${%(shown)s}, 'kode'); cara lain belum didukung."),
)
UNFIT = Kind(
    "unfit",
    REFUSE,
    N_("Belum cocok"),
    N_("%(field)s: %(reason)s."),
    N_("Perbaiki baris itu, lalu kirim lagi."),
)
MANY = Kind(
    "many",
    REFUSE,
    N_("Terlalu panjang"),
    N_("XLSForm ini punya lebih dari %(limit)s baris pada lembar %(sheet)s."),
    N_("Bagi menjadi beberapa kegiatan."),
)
NOTHING = Kind(
    "nothing",
    REFUSE,
    N_("Tidak ada yang dapat dihitung"),
    N_("Tidak ada pertanyaan pilihan atau angka, jadi tidak ada tabel."),
    N_("Tambahkan sedikitnya satu pertanyaan pilihan (select_one) atau angka (integer)."),
)
LEFT_OUT = Kind(
    "left_out",
    NOTE,
    N_("Tidak dipakai"),
    N_("Baris “%(shown)s” tidak dipakai di sini."),
    N_("Tidak perlu apa-apa; jawaban lain tidak berubah."),
)
SEALED = Kind(
    "sealed",
    NOTE,
    N_("Disimpan terkunci"),
    N_("%(field)s adalah teks atau tanggal: disimpan terkunci dan tidak menjadi tabel."),
    N_("Bila ingin dihitung, jadikan pertanyaan pilihan."),
)
NO_TABLE = Kind(
    "no_table",
    NOTE,
    N_("Tanpa tabel"),
    N_("%(field)s punya %(shown)s pilihan, terlalu banyak untuk satu tabel."),
    N_("Jawabannya tetap dikumpulkan. Kelompokkan pilihannya bila ingin tabel."),
)
RENAMED = Kind(
    "renamed",
    NOTE,
    N_("Nama disesuaikan"),
    N_("%(shown)s menjadi %(field)s."),
    N_("Tidak perlu apa-apa."),
)

PROBLEMS = catalogue(
    NOT_WORKBOOK, NO_SHEET, NO_COLUMN, TYPE, DECIMAL, FILTER, REPEAT, NESTING, NAME, LIST, CODE,
    REQUIRED, EXPRESSION, MANY_CHOSEN, UNFIT, MANY, NOTHING, LEFT_OUT, SEALED, NO_TABLE, RENAMED,
)  # fmt: skip
