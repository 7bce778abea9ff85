"""As on a command line, in this folder.

https://docs.djangoproject.com/en/6.1/howto/deployment/wsgi/gunicorn/
"""

COMMANDS = {
    "serve": "gunicorn --threads 4 --bind 127.0.0.1:{port} wsgi",
    "test": "python manage.py test --keepdb --no-input",
    "create": "python manage.py migrate shop 0001",
    "upgrade": "python manage.py migrate shop",
    "downgrade": "python manage.py migrate shop 0001",
}
