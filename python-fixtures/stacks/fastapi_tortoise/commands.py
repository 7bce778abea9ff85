"""As on a command line, in this folder.

https://fastapi.tiangolo.com/deployment/manually/
https://tortoise.github.io/contrib/fastapi.html
https://tortoise.github.io/migration.html
"""

COMMANDS = {
    "serve": "uvicorn app:app --port {port}",
    "test": "pytest -q -p no:cacheprovider test_app.py",
    "create": "tortoise -c settings.TORTOISE_ORM upgrade shop 0001_customer",
    "upgrade": "tortoise -c settings.TORTOISE_ORM upgrade shop",
    "downgrade": "tortoise -c settings.TORTOISE_ORM downgrade shop 0001_customer",
}
