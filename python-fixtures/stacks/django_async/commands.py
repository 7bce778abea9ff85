"""As on a command line, in this folder.

https://docs.djangoproject.com/en/6.1/howto/deployment/asgi/uvicorn/
https://docs.djangoproject.com/en/6.1/topics/async/
"""

COMMANDS = {
    "serve": "uvicorn asgi:application --port {port}",
    "test": "python manage.py test --keepdb --no-input",
    "create": "python manage.py migrate shop 0001",
    "upgrade": "python manage.py migrate shop",
    "downgrade": "python manage.py migrate shop 0001",
}
