"""As on a command line, in this folder.

https://flask.palletsprojects.com/en/stable/deploying/gunicorn/
https://docs.djangoproject.com/en/6.1/topics/settings/#calling-django-setup-is-required-for-standalone-django-usage
"""

COMMANDS = {
    "serve": "gunicorn --threads 4 --bind 127.0.0.1:{port} app:app",
    "test": "python manage.py test --keepdb --no-input",
    "create": "python manage.py migrate shop 0001",
    "upgrade": "python manage.py migrate shop",
    "downgrade": "python manage.py migrate shop 0001",
}
