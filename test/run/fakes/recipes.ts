/** Recipes that misbehave, each with a name that says how. `return value` is what a good one would end with. */
import type { MadeProbe } from '../made-matrix.js'

export const GOOD: MadeProbe = { code: 'cur.execute("select %s", [value])\nreturn cur.fetchone()[0]\n' }

/** Levels, types, values and effects: verdicts of recipes that run to their end. */
export const WRONG = {
  'returns-wrong-value': { code: 'return value + 1\n' },
  'returns-wrong-type': { code: 'return str(value)\n' },
  raises: { code: 'cur.execute("select * from nowhere")\nreturn value\n' },
  'leaves-wrong-effect': {
    code: 'cur.execute("insert into t values (2)")\nreturn value\n',
    more: { table: 'create table t (v int)', witness: [{ sql: 'select v from t', rows: [['1']] }] },
  },
  'forgets-its-effect': {
    code: 'cur.execute("insert into t values (1)")\nconn.rollback()\nreturn value\n',
    more: { table: 'create table t (v int)', witness: [{ sql: 'select v from t', rows: [['1']] }] },
  },
} satisfies Record<string, MadeProbe>

/** Ends its own backend with SIGKILL, as a crash in the server would: every session on that server drops. */
export const CRASHES_ITS_SERVER: MadeProbe = {
  code: `import os
import signal

cur.execute("select pg_backend_pid()")
os.kill(cur.fetchone()[0], signal.SIGKILL)
return value
`,
}

/** Ends the postmaster itself: nothing brings the server back by itself. */
export const KILLS_ITS_SERVER: MadeProbe = {
  code: `import os
import signal

cur.execute("select pg_backend_pid()")
backend = cur.fetchone()[0]
with open("/proc/%d/stat" % backend) as stat:
    postmaster = int(stat.read().rpartition(")")[2].split()[1])
os.kill(postmaster, signal.SIGKILL)
return value
`,
}

export const SLEEPS: MadeProbe = { code: 'import time\n\ntime.sleep(0.5)\nreturn value\n' }

/** Answers from another server of the same run, which has the same tables and the same role. */
export const STRAYS_TO_ANOTHER_SERVER: MadeProbe = {
  code: `import psycopg2

if dsn["host"].endswith("/18"):
    conn = psycopg2.connect(host=dsn["host"][:-2] + "17", user=dsn["user"], dbname="postgres")
    cur = conn.cursor()
cur.execute("select %s", [value])
return cur.fetchone()[0]
`,
}

/**
 * Is ended with SIGKILL, as somebody on the machine would do it, while there are fewer than `times` bytes in the file.
 * @param whose the process: of the recipe, or of the worker that started it
 */
export function killed(times: number, file: string, whose: 'getpid' | 'getppid'): MadeProbe {
  return {
    code: `import os
import signal
import time

with open(${JSON.stringify(file)}, "a") as marks:
    marks.write("x")
    marks.flush()
    if marks.tell() <= ${times}:
        os.kill(os.${whose}(), signal.SIGKILL)
        time.sleep(10)
return value
`,
  }
}
