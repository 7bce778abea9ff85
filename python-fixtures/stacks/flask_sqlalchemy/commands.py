"""As on a command line, in this folder.

https://flask.palletsprojects.com/en/stable/deploying/gunicorn/
https://flask-migrate.readthedocs.io/en/latest/
"""

COMMANDS = {
    "serve": "gunicorn --threads 4 --bind 127.0.0.1:{port} app:app",
    "test": "pytest -q -p no:cacheprovider test_app.py",
    "create": "flask --app app db upgrade 0001",
    "upgrade": "flask --app app db upgrade",
    "downgrade": "flask --app app db downgrade 0001",
}
