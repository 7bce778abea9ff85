"""As on a command line, in this folder.

https://fastapi.tiangolo.com/deployment/manually/
https://fastapi.tiangolo.com/advanced/events/#lifespan
https://magicstack.github.io/asyncpg/current/usage.html#connection-pools
"""

COMMANDS = {
    "serve": "uvicorn app:app --port {port}",
    "test": "pytest -q -p no:cacheprovider test_app.py",
    "create": "python migrate.py 1",
    "upgrade": "python migrate.py 2",
    "downgrade": "python migrate.py 1",
}
