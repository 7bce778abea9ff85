"""As on a command line, in this folder.

https://docs.litestar.dev/2/topics/deployment/manually-with-asgi-server.html
https://advanced-alchemy.litestar.dev/latest/usage/frameworks/litestar.html
https://alembic.sqlalchemy.org/en/latest/cookbook.html#using-asyncio-with-alembic
"""

COMMANDS = {
    "serve": "uvicorn app:app --port {port}",
    "test": "pytest -q -p no:cacheprovider test_app.py",
    "create": "alembic upgrade 0001",
    "upgrade": "alembic upgrade head",
    "downgrade": "alembic downgrade 0001",
}
