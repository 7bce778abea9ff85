"""As on a command line, in this folder.

https://fastapi.tiangolo.com/deployment/manually/
https://fastapi.tiangolo.com/tutorial/sql-databases/
https://sqlmodel.tiangolo.com/tutorial/fastapi/
https://alembic.sqlalchemy.org/en/latest/tutorial.html
"""

COMMANDS = {
    "serve": "uvicorn app:app --port {port}",
    "test": "pytest -q -p no:cacheprovider test_app.py",
    "create": "alembic upgrade 0001",
    "upgrade": "alembic upgrade head",
    "downgrade": "alembic downgrade 0001",
}
