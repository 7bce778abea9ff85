"""As on a command line, in this folder.

https://docs.aiohttp.org/en/stable/deployment.html#standalone
https://aiopg.readthedocs.io/en/stable/core.html#pool
"""

COMMANDS = {
    "serve": "python app.py {port}",
    "test": "pytest -q -p no:cacheprovider test_app.py",
    "create": "python migrate.py 1",
    "upgrade": "python migrate.py 2",
    "downgrade": "python migrate.py 1",
}
