from __future__ import annotations

import os

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["PGDATABASE"],  # libpq's variables say the rest
        # In async mode no connection is kept between requests, as its documentation asks. A pool keeps some,
        # but has one timeout: what is short enough to tell soon that the database is away is too short to get
        # past connections that died.
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"connect_timeout": 2},
        "TEST": {"NAME": os.environ["PGDATABASE"], "MIGRATE": False},
    }
}
MIDDLEWARE = ["shop.views.DatabaseAway"]
ROOT_URLCONF = "urls"
ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
INSTALLED_APPS = ["shop"]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
SECRET_KEY = "not a secret"
USE_TZ = True
