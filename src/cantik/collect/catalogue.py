"""What can be wrong with a workbook, in the words of a patient colleague."""

from cantik.kernel.problems import Kind, Severity, catalogue
from cantik.kernel.text import N_

REFUSE, WAIT, NOTE = Severity.REFUSE, Severity.WAIT, Severity.NOTE

NOT_WORKBOOK = Kind(
    "not_workbook",
    REFUSE,
    N_("Bukan buku kerja Excel"),
    N_("Berkas ini bukan buku kerja Excel (.xlsx)."),
    N_("Kirim formulir yang diunduh dari sini, disimpan sebagai Excel (.xlsx)."),
)
OLD_OR_LOCKED = Kind(
    "old_or_locked",
    REFUSE,
    N_("Berkas terkunci atau format lama"),
    N_("Berkas ini berformat Excel lama (.xls) atau dikunci dengan sandi."),
    N_("Buka di Excel, lepas sandinya, lalu simpan sebagai Excel (.xlsx)."),
)
MACROS = Kind(
    "macros",
    REFUSE,
    N_("Ada makro"),
    N_("Berkas ini memuat makro, jadi tidak dibuka."),
    N_("Simpan sebagai Excel biasa (.xlsx) tanpa makro, lalu kirim lagi."),
)
OUTSIDE_LINKS = Kind(
    "outside_links",
    REFUSE,
    N_("Ada tautan ke berkas lain"),
    N_("Berkas ini mengambil isi dari berkas lain."),
    N_("Salin isinya sebagai nilai ke formulir yang diunduh dari sini."),
)
FORMULAS = Kind(
    "formulas",
    REFUSE,
    N_("Ada rumus"),
    N_("Berkas ini memuat rumus."),
    N_("Salin kolom itu, tempel sebagai nilai, simpan, lalu kirim lagi."),
)
TOO_LARGE = Kind(
    "too_large",
    REFUSE,
    N_("Berkas terlalu besar"),
    N_("Berkas ini lebih besar dari %(limit)s MB."),
    N_("Kirim per dusun, masing-masing dalam formulir sendiri."),
)
BOMB = Kind(
    "bomb",
    REFUSE,
    N_("Isi berkas tidak wajar"),
    N_("Berkas ini mengembang menjadi jauh lebih besar dari ukurannya, jadi tidak dibuka."),
    N_("Unduh formulir baru dan isi kembali di sana."),
)
FAR = Kind(
    "far",
    REFUSE,
    N_("Isi jauh di luar tabel"),
    N_("Ada isian jauh di kanan atau di bawah tabel."),
    N_("Hapus kolom dan baris yang tidak dipakai, atau salin isiannya ke formulir baru."),
)
BROKEN = Kind(
    "broken",
    REFUSE,
    N_("Berkas rusak"),
    N_("Berkas ini tidak dapat dibaca sampai selesai."),
    N_("Buka di Excel, simpan lagi, lalu kirim. Bila tetap rusak, unduh formulir baru."),
)
NOT_OURS = Kind(
    "not_ours",
    REFUSE,
    N_("Bukan formulir dari sini"),
    N_("Berkas ini bukan formulir yang diunduh dari sini."),
    N_("Unduh formulir, salin isiannya ke sana, lalu kirim."),
)
NOT_PRICES = Kind(
    "not_prices",
    REFUSE,
    N_("Bukan lembar harga"),
    N_("Di berkas ini tidak ditemukan kolom tanggal dan kolom harga."),
    N_("Tulis satu kolom tanggal, lalu satu kolom untuk setiap barang; harga berupa angka."),
)
NO_GOODS = Kind(
    "no_goods",
    REFUSE,
    N_("Barangnya tidak dikenal"),
    N_("Tidak satu pun barang di berkas ini ada di kuesioner kegiatan ini."),
    N_("Samakan nama barang dengan yang ada di daftar pertanyaan, lalu kirim lagi."),
)
NOT_TAKEN = Kind(
    "not_taken",
    Severity.NOTE,
    N_("Kolom atau barang tidak dipakai"),
    N_("%(shown)s tidak ada di kuesioner ini, jadi tidak dipakai."),
    N_("Bila seharusnya dipakai, samakan namanya dengan yang ada di daftar pertanyaan."),
)
OTHER_ACTIVITY = Kind(
    "other_activity",
    REFUSE,
    N_("Formulir kegiatan lain"),
    N_("Formulir ini dibuat untuk desa atau tahun lain."),
    N_("Buka kegiatan yang benar, atau unduh formulir untuk kegiatan ini."),
)
VANISHED = Kind(
    "vanished",
    REFUSE,
    N_("Formulir versi lain"),
    N_("Formulir ini dibuat dengan versi kuesioner yang bukan milik kegiatan ini."),
    N_("Unduh formulir baru, salin isiannya ke sana, lalu kirim."),
)
MISSING_SHEET = Kind(
    "missing_sheet",
    REFUSE,
    N_("Lembar hilang"),
    N_("Lembar %(sheet)s tidak ada."),
    N_("Unduh formulir baru dan salin isiannya ke sana."),
)
NO_HEADINGS = Kind(
    "no_headings",
    REFUSE,
    N_("Nama kolom hilang"),
    N_("Baris pertama lembar %(sheet)s tidak memuat nama kolom."),
    N_("Kembalikan dua baris pertama dari formulir aslinya, atau salin isiannya ke formulir baru."),
)
MISSING_COLUMN = Kind(
    "missing_column",
    REFUSE,
    N_("Kolom hilang"),
    N_("Kolom %(field)s tidak ada di lembar %(sheet)s."),
    N_("Tulis kembali nama kolom itu di baris pertama, atau salin isiannya ke formulir baru."),
)
RENAMED_COLUMN = Kind(
    "renamed_column",
    REFUSE,
    N_("Kolom berganti nama"),
    N_(
        "Kolom %(field)s tidak ada di lembar %(sheet)s; barangkali sekarang bernama %(suggestion)s."
    ),
    N_("Kembalikan namanya menjadi %(field)s di baris pertama."),
)
UNKNOWN_COLUMN = Kind(
    "unknown_column",
    REFUSE,
    N_("Kolom tidak dikenal"),
    N_("Kolom %(shown)s di lembar %(sheet)s tidak dikenal."),
    N_("Kembalikan nama aslinya, atau hapus kolom itu."),
)
TWICE_COLUMN = Kind(
    "twice_column",
    REFUSE,
    N_("Kolom ganda"),
    N_("Kolom %(field)s ada dua kali di lembar %(sheet)s."),
    N_("Hapus salah satunya."),
)
EMPTY = Kind(
    "empty",
    REFUSE,
    N_("Formulir kosong"),
    N_("Belum ada formulir yang terisi."),
    N_("Isi lembar %(main)s mulai baris ketiga, lalu kirim lagi."),
)
MANY = Kind(
    "many",
    REFUSE,
    N_("Terlalu banyak baris"),
    N_("Lembar %(sheet)s memuat lebih dari %(limit)s baris."),
    N_("Kirim per dusun."),
)
MISSING_KEY = Kind(
    "missing_key",
    REFUSE,
    N_("Nomor kosong"),
    N_("Baris ini tidak punya nomor."),
    N_("Isi kolom nomor seperti di lembar %(main)s."),
)
TWICE_KEY = Kind(
    "twice_key",
    REFUSE,
    N_("Nomor ganda"),
    N_("Nomor %(shown)s dipakai lebih dari satu kali di lembar %(main)s."),
    N_("Beri setiap baris nomor sendiri, dan samakan pada lembar lain."),
)
TWICE_KK = Kind(
    "twice_kk",
    REFUSE,
    N_("Nomor KK ganda"),
    N_("Nomor KK %(shown)s ada pada dua keluarga."),
    N_("Periksa Kartu Keluarganya, lalu perbaiki salah satunya."),
)
NO_FAMILY = Kind(
    "no_family",
    REFUSE,
    N_("Nomor tidak dikenal"),
    N_("Nomor %(shown)s tidak ada di lembar %(main)s."),
    N_("Samakan nomornya dengan yang di lembar %(main)s."),
)
MISSING_AREA = Kind(
    "missing_area",
    REFUSE,
    N_("RT kosong"),
    N_("RT-nya belum dipilih."),
    N_("Pilih RT dari daftar."),
)
UNKNOWN_CODE = Kind(
    "unknown_code",
    REFUSE,
    N_("Jawaban tidak ada dalam daftar"),
    N_("%(shown)s tidak ada dalam daftar jawaban."),
    N_("Pilih jawaban dari daftar."),
)
FORMULA_TEXT = Kind(
    "formula_text",
    REFUSE,
    N_("Isian diawali tanda rumus"),
    N_("Isian ini diawali tanda =, +, -, atau @, seperti rumus."),
    N_("Hapus tanda itu dari awal isian."),
)
TWICE_NIK = Kind(
    "twice_nik",
    NOTE,
    N_("NIK ganda"),
    N_("NIK %(shown)s ada pada dua orang."),
    N_("Periksa kartunya: mungkin orang yang sama tercatat dua kali."),
)
NIK_DATE = Kind(
    "nik_date",
    NOTE,
    N_("NIK dan tanggal lahir berbeda"),
    N_("Tanggal di dalam NIK %(shown)s berbeda dari tanggal lahir atau jenis kelaminnya."),
    N_("Samakan dengan kartunya. Bila kartunya memang begitu, biarkan."),
)
NOT_NUMBER = Kind(
    "not_number",
    WAIT,
    N_("Bukan bilangan"),
    N_("Isian ini harus bilangan bulat."),
    N_("Tulis angka saja, tanpa satuan."),
)
NOT_DATE = Kind(
    "not_date",
    WAIT,
    N_("Bukan tanggal"),
    N_("Tanggal ini tidak dapat dibaca."),
    N_("Tulis sebagai hari/bulan/tahun, misalnya 17/08/1990."),
)
NUMBER_LOST = Kind(
    "number_lost",
    WAIT,
    N_("Angka terakhir hilang"),
    N_("Nomor ini tersimpan sebagai angka, sehingga angka terakhirnya berubah menjadi 0."),
    N_("Ubah format sel menjadi teks, lalu ketik kembali dari kartunya."),
)
MISSING = Kind(
    "missing",
    WAIT,
    N_("Belum diisi"),
    N_("Isian ini belum diisi."),
    N_("Isi dengan jawabannya."),
)
MISPLACED = Kind(
    "misplaced",
    WAIT,
    N_("Tidak perlu diisi"),
    N_("Menurut jawaban lain, pertanyaan ini tidak berlaku."),
    N_("Kosongkan, atau periksa jawaban sebelumnya."),
)
BOUNDS = Kind(
    "bounds", WAIT, N_("Di luar batas"), N_("%(why)s"), N_("Periksa pada kartunya, lalu perbaiki.")
)
FORM_BROKEN = Kind(
    "form_broken",
    REFUSE,
    N_("Isian tidak dapat dibaca"),
    N_("Isian ini tidak dapat dibaca sebagai formulir kegiatan ini."),
    N_("Muat ulang halaman ini, periksa isiannya, lalu kirim lagi."),
)
FORM_OTHER = Kind(
    "form_other",
    REFUSE,
    N_("Formulir kegiatan lain"),
    N_("Isian ini dibuat dengan formulir kegiatan atau versi lain."),
    N_("Kembali ke halaman Pendataan, lalu mulai isian baru."),
)
FORM_LARGE = Kind(
    "form_large",
    REFUSE,
    N_("Isian terlalu besar"),
    N_("Isian ini jauh lebih besar dari satu formulir."),
    N_("Kembali ke halaman Pendataan, lalu mulai isian baru."),
)
RULE = Kind("rule", WAIT, N_("Perlu dilihat lagi"), N_("%(why)s"), N_("%(mend)s"))

PROBLEMS = catalogue(
    NOT_WORKBOOK, OLD_OR_LOCKED, MACROS, OUTSIDE_LINKS, FORMULAS, TOO_LARGE, BOMB, BROKEN,
    NOT_OURS, NOT_PRICES, NO_GOODS, NOT_TAKEN, OTHER_ACTIVITY, VANISHED, MISSING_SHEET,
    NO_HEADINGS, MISSING_COLUMN,
    RENAMED_COLUMN, UNKNOWN_COLUMN, TWICE_COLUMN, EMPTY, MANY, MISSING_KEY, TWICE_KEY, TWICE_KK,
    NO_FAMILY, MISSING_AREA, UNKNOWN_CODE, FORMULA_TEXT, TWICE_NIK, NIK_DATE, FAR, NOT_NUMBER,
    NOT_DATE, NUMBER_LOST, MISSING, MISPLACED, BOUNDS, RULE, FORM_BROKEN, FORM_OTHER, FORM_LARGE,
)  # fmt: skip
