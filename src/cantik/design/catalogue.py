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
MEDIA = Kind(
    "media",
    REFUSE,
    N_("Foto, suara, berkas, atau lokasi"),
    N_("Pertanyaan %(field)s berjenis “%(shown)s”, yang belum dapat disimpan di sini."),
    N_("Hapus baris itu dari berkas. Lokasi dapat ditanyakan sebagai RT, atau nama tempat (text)."),
)
CLOCK = Kind(
    "clock",
    REFUSE,
    N_("Jam"),
    N_("Pertanyaan %(field)s meminta jam (“%(shown)s”)."),
    N_("Pakai select_one dengan kelompok jam, atau integer untuk jamnya saja."),
)
RANGE = Kind(
    "range",
    REFUSE,
    N_("Jenis range"),
    N_("Pertanyaan %(field)s berjenis “%(shown)s”."),
    N_("Pakai integer, dan tulis batasnya di constraint: . >= 0 and . <= 10."),
)
RANK = Kind(
    "rank",
    REFUSE,
    N_("Urutan"),
    N_("Pertanyaan %(field)s meminta urutan (“%(shown)s”)."),
    N_("Tanyakan setiap urutan dengan select_one: yang pertama, yang kedua, dan seterusnya."),
)
ELSEWHERE = Kind(
    "elsewhere",
    REFUSE,
    N_("Pilihan dari berkas lain"),
    N_("Pertanyaan %(field)s mengambil pilihannya dari berkas lain (“%(shown)s”)."),
    N_("Salin pilihannya ke lembar choices, lalu pakai select_one."),
)
MANY_TICKED = Kind(
    "many_ticked",
    REFUSE,
    N_("Terlalu banyak pilihan"),
    N_(
        "%(field)s boleh dijawab lebih dari satu dan punya %(shown)s pilihan; "
        "paling banyak %(limit)s."
    ),
    N_("Kelompokkan pilihannya, atau pakai select_one."),
)
LONG = Kind(
    "long",
    REFUSE,
    N_("Kata-katanya terlalu panjang"),
    N_("Kata-kata pada %(field)s lebih dari %(limit)s huruf."),
    N_("Pendekkan; penjelasan panjang ditulis sebagai note atau di kertas petunjuk."),
)
EMPTY_PART = Kind(
    "empty_part",
    REFUSE,
    N_("Bagian tanpa pertanyaan"),
    N_("Bagian berulang %(field)s tidak punya pertanyaan."),
    N_("Hapus begin repeat dan end repeat itu, atau tambahkan pertanyaannya."),
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
    N_(
        "Tulis sebagai kolom = ${pertanyaan select_one}, untuk paling banyak sekitar 400 pilihan; "
        "atau buat satu daftar untuk setiap keadaan, dan tanyakan dengan relevant."
    ),
)
FILTERED = Kind(
    "filtered",
    NOTE,
    N_("Daftar yang disaring"),
    N_("Semua pilihan %(field)s tampil; yang tidak cocok dengan jawaban sebelumnya ditolak."),
    N_("Tidak perlu apa-apa."),
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

RECODED = Kind(
    "recoded",
    NOTE,
    N_("Kode disesuaikan"),
    N_("Kode pilihan pada daftar %(field)s dipendekkan, mulai dari “%(shown)s”."),
    N_("Tidak perlu apa-apa: kata-kata pilihannya tetap, dan rumus ikut disesuaikan."),
)
NAMED = Kind(
    "named",
    NOTE,
    N_("Jawaban di dalam pertanyaan"),
    N_("Pertanyaan %(field)s menyebut jawaban lain; di sini yang tampil nama pertanyaannya."),
    N_("Tidak perlu apa-apa. Bila terbaca janggal, ubah kata-katanya di berkas."),
)
COLUMN_LEFT_OUT = Kind(
    "column_left_out",
    NOTE,
    N_("Kolom tidak dipakai"),
    N_("Kolom %(what)s tidak dipakai di sini; yang pertama pada %(field)s."),
    N_("Tidak perlu apa-apa; semua jawaban diisi oleh petugas."),
)
RECOUNTING = Kind(
    "recounting",
    NOTE,
    N_("Tanpa tabel"),
    N_(
        "%(field)s dihitung dari satu jawaban yang sudah punya tabel, jadi tidak diberi tabel lagi."
    ),
    N_("Hasil hitungannya tetap tersimpan. Kelompok lain diatur pada tabel jawabannya."),
)

PROBLEMS = catalogue(
    NOT_WORKBOOK, NO_SHEET, NO_COLUMN, TYPE, DECIMAL, FILTER, REPEAT, NESTING, NAME, LIST, CODE,
    REQUIRED, EXPRESSION, MANY_CHOSEN, UNFIT, MANY, NOTHING, LEFT_OUT, SEALED, NO_TABLE, RENAMED,
    MEDIA, CLOCK, RANGE, RANK, ELSEWHERE, MANY_TICKED, LONG, EMPTY_PART, RECODED, NAMED,
    COLUMN_LEFT_OUT, RECOUNTING, FILTERED,
)  # fmt: skip
