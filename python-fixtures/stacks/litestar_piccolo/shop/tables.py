from piccolo.columns import JSONB, UUID, Integer, Numeric, Text, Timestamptz, Varchar
from piccolo.table import Table


class Order(Table, tablename="orders"):
    code = Varchar(length=40, unique=True)


class Document(Table):
    doc = JSONB()
    key = UUID()
    price = Numeric(digits=(30, 10))
    at = Timestamptz()


class LedgerRow(Table, tablename="ledger_rows"):
    id = Integer(primary_key=True)
    body = Text()


class Customer(Table):
    name = Varchar(length=80)
    email = Varchar(length=120, null=True, default=None)
