"""As on a command line, in this folder.

https://docs.djangoproject.com/en/6.1/howto/deployment/wsgi/gunicorn/
https://alembic.sqlalchemy.org/en/latest/tutorial.html
"""

COMMANDS = {
    "serve": "gunicorn --threads 4 --bind 127.0.0.1:{port} app:application",
    "test": "pytest -q -p no:cacheprovider test_app.py",
    "create": "alembic upgrade 0001",
    "upgrade": "alembic upgrade head",
    "downgrade": "alembic downgrade 0001",
}
