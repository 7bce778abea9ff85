"""As on a command line, in this folder.

https://piccolo-orm.readthedocs.io/en/latest/piccolo/asgi/index.html
https://piccolo-orm.readthedocs.io/en/latest/piccolo/migrations/running.html
https://piccolo-orm.readthedocs.io/en/latest/piccolo/testing/index.html

`python -m piccolo.main` is what the command `piccolo` runs.
"""

COMMANDS = {
    "serve": "uvicorn app:app --port {port}",
    "test": "pytest -q -p no:cacheprovider test_app.py",
    "create": "python -m piccolo.main migrations forwards shop 2026-11-26T19:59:26:120217",
    "upgrade": "python -m piccolo.main migrations forwards shop",
    "downgrade": "python -m piccolo.main migrations backwards shop 2026-11-26T19:59:30:211301 --auto_agree",
}
