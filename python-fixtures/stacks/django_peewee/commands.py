"""As on a command line, in this folder.

https://docs.djangoproject.com/en/6.1/howto/deployment/wsgi/gunicorn/
https://docs.peewee-orm.com/en/latest/peewee/database.html#django
"""

COMMANDS = {
    "serve": "gunicorn --threads 4 --bind 127.0.0.1:{port} app:application",
    "test": "pytest -q -p no:cacheprovider test_app.py",
    "create": "python -m playhouse.migrations app.db up 0001_customer",
    "upgrade": "python -m playhouse.migrations app.db up",
    "downgrade": "python -m playhouse.migrations app.db down 0002_customer_email",
}
