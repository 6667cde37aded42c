"""``cantik serve``: one web process and one worker, until this process is told to stop."""

import os
import signal
import subprocess
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cantik.ledger import api as ledger
from cantik.people import api as people

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Command(BaseCommand):
    help = "Serve the site and run its jobs."

    def handle(self, *args: Any, **options: Any) -> None:
        host = os.environ.get("HOST", "127.0.0.1")
        port = os.environ.get("PORT", "8000")
        examples = people.example_sign_ins()
        if examples and host not in LOOPBACK:
            raise CommandError(
                "Masih ada akun contoh dengan sandi yang diketahui umum. Cantik hanya melayani "
                "komputer ini. Hapus dulu dengan: .venv/bin/cantik demo remove"
            )
        ledger.recover(now=timezone.now())
        self._announce(port, examples)
        self._keep_running(host, port)

    def _announce(self, port: str, examples: list[tuple[str, str, str]]) -> None:
        self.stdout.write(f"\nCantik siap: http://localhost:{port}\n")
        if examples:
            self.stdout.write("Akun contoh (hanya di komputer ini):")
            wide = max(len(role) for role, _username, _password in examples)
            for role, username, password in examples:
                self.stdout.write(f"  {role:<{wide}}  {username:<16} {password}")
        self.stdout.write("Berhenti: Ctrl+C\n")
        self.stdout.flush()

    def _keep_running(self, host: str, port: str) -> None:
        """Start both processes; when one ends by itself it is started again."""
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        web = [sys.executable, "-m", "gunicorn", "cantik.web.wsgi:application", "--bind", address]
        web += ["--workers", "1", "--threads", "8", "--worker-class", "gthread"]
        web += ["--timeout", "120", "--log-level", "warning"]
        worker = [sys.executable, "-m", "django", "db_worker", "--queue-name", "*"]
        worker += ["--no-startup-delay", "--no-reload", "--verbosity", "0"]
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "cantik.web.settings"}
        stopping = refused = False

        def stop(signum: int, frame: Any) -> None:
            nonlocal stopping
            stopping = True

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        commands = {"web": web, "worker": worker}
        running = {name: subprocess.Popen(c, env=environment) for name, c in commands.items()}  # noqa: S603 our own words
        while not stopping:
            time.sleep(0.3)
            for name, process in running.items():
                if process.poll() is not None and not stopping:
                    if name == "web" and process.returncode in (1, 3):
                        stopping = refused = True
                        break
                    self.stderr.write(f"{name} berhenti dan dijalankan lagi.")
                    if name == "worker":
                        ledger.recover(now=timezone.now())
                    time.sleep(1)
                    running[name] = subprocess.Popen(commands[name], env=environment)  # noqa: S603
        for process in running.values():
            process.terminate()
        for process in running.values():
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
        if refused:  # not 0: who watches over the service must see that it does not run
            raise CommandError(
                f"Alamat {address} tidak dapat dipakai; pilih lain: PORT=8001 make run"
            )
