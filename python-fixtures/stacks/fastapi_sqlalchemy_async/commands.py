"""As on a command line, in this folder.

https://fastapi.tiangolo.com/deployment/manually/
https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html
https://alembic.sqlalchemy.org/en/latest/cookbook.html#using-asyncio-with-alembic
"""

COMMANDS = {
    "serve": "uvicorn app:app --port {port}",
    "test": "pytest -q -p no:cacheprovider test_app.py",
    "create": "alembic upgrade 0001",
    "upgrade": "alembic upgrade head",
    "downgrade": "alembic downgrade 0001",
}
