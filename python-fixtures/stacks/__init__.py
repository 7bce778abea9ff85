"""One folder for each web application of the matrix: a framework on a client, complete and small.

`commands.py` says how it is served, tested and migrated, `app.py` is the application. All answer the same
requests, and the recipes of the group "Web stack" ask them:

    GET  /identity            list of what IDENTITY_SQL returns: which server and which run answer
    GET  /orders              list of the codes of all orders
    POST /orders              stores the order {"code": …}; 201
    POST /orders/failing      stores it and then raises; 500
    GET  /isolation/<value>   sets a value for the transaction alone, sleeps, and reads it again
    GET  /slow                sleeps 0.3 s in the database
    GET  /documents/1         a row with jsonb, uuid, numeric and timestamptz, as JSON
    GET  /ledger              30,000 rows of the view ledger_rows, one a line

Where the database cannot be reached, the answer is {"error": …} and 503. Libpq's variables (PGHOST, PGPORT,
PGUSER, PGDATABASE) name the database. One process has four connections at most.
"""
