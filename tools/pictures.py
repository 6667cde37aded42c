"""The pictures of the README: real screens of a fresh example installation, taken here.

``python tools/pictures.py`` writes ``docs/pictures/*.png``. Nothing is retouched.
"""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page  # noqa: E402 the tests' tools lie beside us
from tests.journey.browser import browser, page_of  # noqa: E402
from tests.journey.installation import Installation, installation  # noqa: E402

TARGET = ROOT / "docs" / "pictures"
# A correction that waits for the head, so that the picture shows the decision itself.
PROPOSE = """
from django.utils import timezone
from cantik.collect.models import Submission
from cantik.people.models import Person
from cantik.process import api as process
from cantik.protect import api as protect
from cantik.design import api as design
agent, now = Person.objects.get(username="agen"), timezone.now()
activity = design.activities(agent.appointments.get().area_id)[0]
one = Submission.objects.filter(activity_id=activity.id).order_by("id").first()
process.edit(actor=agent, submission_id=one.id, reason="Ditanyakan kembali",
             changes={("keluarga", None, "lantai"): "9"}, now=now)
process.cut(actor=agent, activity_id=activity.id, confirmed=True, now=now)
protect.propose(actor=agent, clean_edition_id=process.clean_edition(activity.id).id,
                licence="CC BY 4.0", note="Satu isian diperbaiki.", now=now)
"""


def _sign_in(page: Page, place: Installation, username: str) -> None:
    passwords = dict(
        line.split()
        for line in place.python(
            "from cantik.people import api\n"
            "for _, name, password in api.example_sign_ins(): print(name, password)"
        ).splitlines()
    )
    page.goto(place.url + "/masuk/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", passwords[username])
    page.click("main button[type=submit]")
    page.wait_for_url("**/beranda/**")


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="cantik-pictures-") as folder,
        installation(Path(folder), {"DEMO": "1"}) as place,
        browser() as chromium,
    ):
        place.run("prepare")
        place.serve()
        village = place.python(
            "from cantik.people import api\n"
            "print(api.search_villages('apung', kinds=('contoh',))[0].id)"
        ).strip()
        public = f"{place.url}/desa/{village}/"
        with page_of(chromium, width=360) as page:
            page.goto(public)
            page.screenshot(path=TARGET / "village-phone.png")
            page.goto(public)
            page.goto(public + "terbitan/3/tabel/air_minum/")
            page.screenshot(path=TARGET / "table-phone.png")
        with page_of(chromium, width=1280, theme="dark") as page:
            page.goto(public)
            page.screenshot(path=TARGET / "village-dark.png")
        with page_of(chromium, width=360) as page:
            _sign_in(page, place, "agen")
            page.screenshot(path=TARGET / "home-phone.png")
        place.python(PROPOSE)
        with page_of(chromium, width=1280) as page:
            _sign_in(page, place, "kepala")
            for _ in range(60):
                page.goto(f"{place.url}/kantor/{village}/persetujuan/")
                page.locator("main a[href*='/persetujuan/']").first.click()
                if page.locator("input[name=verdict]").count():
                    break
                page.wait_for_timeout(1000)
            page.screenshot(path=TARGET / "approval.png")


if __name__ == "__main__":
    main()
