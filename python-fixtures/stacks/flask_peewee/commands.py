"""As on a command line, in this folder.

https://flask.palletsprojects.com/en/stable/deploying/gunicorn/
https://docs.peewee-orm.com/en/latest/peewee/playhouse.html
"""

COMMANDS = {
    "serve": "gunicorn --threads 4 --bind 127.0.0.1:{port} app:app",
    "test": "pytest -q -p no:cacheprovider test_app.py",
    "create": "python -m playhouse.migrations app.db up 0001_customer",
    "upgrade": "python -m playhouse.migrations app.db up",
    "downgrade": "python -m playhouse.migrations app.db down 0002_customer_email",
}
