import { expect, it } from 'vitest'
import { checkMatrix } from '../../harness/load/check.js'
import { formatProblem } from '../../harness/load/problem.js'
import { scenario } from './scenario.js'

const scenarios: [name: string, messages: string[]][] = [
  [
    'unknown-key',
    [
      'matrix/probes/json/json-x.yaml:5:1 unknown key "sinse" (did you mean "since"?)',
      'matrix/probes/json/json-x.yaml:8:27 unknown key "absnt" (did you mean "absent"?)',
      'matrix/probes/json/json-x.yaml:10:1 unknown key "colour"',
      'matrix/probes/json/json-x.yaml:13:5 unknown key "nativ" (did you mean "native"?)',
      'matrix/probes/json/json-x.yaml:14:5 what is absent cannot be native too (keep one of the two)',
      'matrix/probes/json/json-x.yaml:16:36 unknown key "noet" (did you mean "note"?)',
    ],
  ],
  [
    'wrong-type',
    [
      'matrix/probes/json/json-x.yaml:2:8 "title" must be text, not a list',
      'matrix/probes/json/json-x.yaml:4:7 "tier" cannot be 3 (one of 1, 2)',
      'matrix/probes/json/json-x.yaml:5:8 "since" must be text, not a number (write "9.4")',
      'matrix/probes/json/json-x.yaml:6:7 "docs" must be an address that begins with https://',
      'matrix/probes/json/json-x.yaml:8:36 "control.absent.0" must be text, not a number (write "42883")',
      'matrix/probes/json/json-x.yaml:8:43 "control.absent.1" must be an SQLSTATE such as "42883"',
      'matrix/probes/json/json-x.yaml:9:13 "extensions" must be a list, not text',
      'matrix/probes/json/json-x.yaml:12:13 "witness.0.rows.0.0" must be text, not a number (write "1")',
      'matrix/probes/json/json-x.yaml:12:16 "witness.0.rows.0.1" must be text, not the boolean true (PostgreSQL prints booleans as t and f)',
      'matrix/probes/json/json-x.yaml:13:11 "deadline" must be 120 seconds at most',
      'matrix/probes/json/json-x.yaml:16:13 "recipes.psycopg2.native" must be text or a mapping',
      'matrix/probes/json/json-x.yaml:17:14 "recipes.psycopg2.absent.0" must be a dotted Python name such as psycopg2.extras.Json',
    ],
  ],
  [
    'duplicate-id',
    [
      'matrix/probes/json/json-good.yaml:1:5 there already is a probe "json-good" (in matrix/probes/core-types/json-good.yaml)',
    ],
  ],
  [
    'former-ids',
    [
      'matrix/probes/json/json-x.yaml:2:12 the former id "json-good" is that of "json-good" (in matrix/probes/json/json-good.yaml; take it out of one of the two)',
      'matrix/probes/json/json-y.yaml:2:12 the former id "json-before" is that of "json-x" (in matrix/probes/json/json-x.yaml; take it out of one of the two)',
      'matrix/probes/json/json-z.yaml:2:12 "formerly.0" must be lower-case words joined by dashes',
    ],
  ],
  [
    'names',
    [
      'matrix/probes/core-types/json-y.yaml:3:8 a probe of the group "JSON" stands in probes/core-types/ (move it to probes/json/)',
      'matrix/probes/json/json-x.yaml:1:5 id "json-other" stands in json-x.yaml (rename one of the two)',
      'matrix/probes/json/json-x.yaml:3:8 unknown group "JSN" (did you mean "JSON"?)',
      'matrix/probes/json/json-z.yml:1:1 this file is not read (rename it to .yaml)',
    ],
  ],
  [
    'stacks',
    [
      'matrix/probes/json/json-web.yaml:1:1 missing key "conversation"',
      'matrix/probes/json/json-web.yaml:11:1 this probe has no recipes (for: drivers, or for: orms)',
      'matrix/stacks/flask.yaml:15:7 json-asked is partial without a note ({ level: partial, note: what one must do, or what is lost })',
      'matrix/stacks/flask.yaml:16:7 no probe for stacks is called "json-aksed" (did you mean "json-asked"?)',
      'matrix/stacks/flask.yaml:17:9 there is no client "psycopg2-2.9.12" (did you mean "psycopg2-2.9.13"?)',
      'matrix/stacks/flask.yaml:23:18 there is no python-fixtures/stacks/nothing_there/',
      'matrix/stacks/quart.yaml:2:12 the former id "flask" is that of "flask" (in matrix/stacks/flask.yaml; take it out of one of the two)',
    ],
  ],
  [
    'keys',
    [
      'matrix/probes/json/json-x.yaml:11:3 recipe for the unknown family "psycpg2" (did you mean "psycopg2"?)',
      'matrix/probes/json/json-x.yaml:12:3 recipe for the unknown driver "asyncpgg" (did you mean "asyncpg"?)',
      'matrix/probes/json/json-x.yaml:13:3 "django+asyncpg" matches no client (there are django-6.1.3+psycopg2-2.9.13, django-4.2.30+psycopg2-2.9.13, django-4.2.30+psycopg2-2.8.6)',
      'matrix/probes/json/json-x.yaml:14:3 "psycopg2>=3" matches no client (there are psycopg2-2.9.13, psycopg2-2.8.6)',
      'matrix/probes/json/json-x.yaml:16:3 "psycopg2<3" and "psycopg2>=2.9" both match psycopg2-2.9.13 and are equally specific (narrow one of the two)',
      'matrix/probes/json/json-x.yaml:17:3 "Django 5" is not a recipe key (family, family+driver, or either with versions: django>=5.2,<6)',
    ],
  ],
  [
    'shapes',
    [
      'matrix/probes/json/json-x.yaml:12:22 unknown shape "colum" (did you mean "column"?)',
      'matrix/probes/json/json-x.yaml:13:23 parameter "field" has no place in the recipe for psycopg2 of shape "column"',
      'matrix/probes/json/json-x.yaml:15:22 shape "column" has no recipe for asyncpg',
      'matrix/probes/json/json-x.yaml:17:22 shape "column" has no parameter "feild" (did you mean "field"?)',
      'matrix/probes/json/json-x.yaml:17:22 shape "column" needs the parameter "field" (with: { field: … })',
      'matrix/probes/json/json-x.yaml:18:19 parameter "field" must be one line (only __field__ alone on the first line may become several)',
      'matrix/shapes/unused.yaml:2:11 no recipe has a place for the parameter "type" (write __type__ in the code)',
      'matrix/shapes/unused.yaml:5:13 recipe for the unknown family "psycopg9"',
    ],
  ],
  [
    'recipes',
    [
      'matrix/probes/json/json-x.yaml:12:5 the partial recipe of psycopg2 has no note (note: what one must do, or what is lost)',
      'matrix/probes/json/json-x.yaml:14:7 code of several lines must be a block that begins with |',
      'matrix/probes/json/json-x.yaml:16:3 asyncpg has neither a recipe nor an absence (native:, partial:, raw: or absent:)',
      'matrix/probes/json/json-x.yaml:18:13 "recipes.django.native" must not be empty',
      'matrix/probes/json/json-x.yaml:19:11 code of several lines must be a block that begins with |',
      'matrix/probes/json/json-x.yaml:23:5 what is absent cannot be native too (keep one of the two)',
    ],
  ],
  [
    'nothing',
    [
      'matrix/probes/json/json-x.yaml:1:1 this probe checks nothing (give it a value, an expect or a witness)',
      'matrix/probes/json/json-x.yaml:9:1 this probe has no recipes',
    ],
  ],
  [
    'yaml',
    [
      'matrix/probes/json/json-x.yaml:4:1 YAML: Missing closing "quote',
      'matrix/probes/json/json-y.yaml:3:1 duplicate key "title" (join the two or remove one)',
      'matrix/probes/json/json-z.yaml:1:1 the file must be a mapping, not text',
    ],
  ],
  [
    'sql',
    [
      'matrix/probes/json/json-x.yaml:8:10 SQL of "control": syntax error at or near "selec"',
      'matrix/probes/json/json-x.yaml:12:12 SQL of "setup": syntax error at or near "tabel"',
      'matrix/probes/json/json-x.yaml:13:27 SQL of "table": syntax error at or near "\'int\'"',
      'matrix/probes/json/json-x.yaml:16:22 SQL of "witness.0.sql": syntax error at or near "from"',
      'matrix/probes/json/json-x.yaml:19:7 SQL of "witness.1.sql": syntax error at or near "x"',
    ],
  ],
  [
    'python',
    [
      'matrix/probes/json/json-x.yaml:9:32 Python: Undefined name `decimal` [F821] (did you mean "Decimal"?)',
      "matrix/probes/json/json-x.yaml:13:3 Python: Expected an expression or a ']'",
      'matrix/probes/json/json-x.yaml:13:3 Python: unexpected EOF while parsing',
      'matrix/probes/json/json-x.yaml:16:14 Python: `json` imported but unused [F401]',
      'matrix/probes/json/json-x.yaml:20:7 Python: Undefined name `curr` [F821] (did you mean "cur"?)',
      'matrix/probes/json/json-x.yaml:24:17 Python: Simple statements must be separated by newlines or semicolons',
      'matrix/probes/json/json-x.yaml:30:7 Python: Local variable `x` is assigned to but never used [F841]',
      'matrix/probes/json/json-x.yaml:35:7 Python: Cannot use `match` statement on Python 3.8 (syntax was added in Python 3.10)',
      'matrix/probes/json/json-x.yaml:42:22 Python: Undefined name `cur` [F821] (in scope: value, figure, connection, migrate, settings_dict, connect)',
      'matrix/shapes/column.yaml:15:23 Python: Undefined name `modls` [F821] (used at matrix/probes/json/json-x.yaml:33; in scope: value, figure, connection, migrate, settings_dict, connect)',
    ],
  ],
  [
    'clients',
    [
      'matrix/clients/asyncpg.yaml:3:7 "kind" cannot be "drivr" (did you mean "driver"?)',
      'matrix/clients/django.yaml:1:9 family "djangoo" stands in django.yaml (rename one of the two)',
      'matrix/clients/django.yaml:10:5 release 6.1.3 of an ORM names no drivers (drivers: [psycopg2-2.9.13])',
      'matrix/clients/django.yaml:10:31 "releases.0.python" must be a range such as ">=3.8,<3.14"',
      'matrix/clients/django.yaml:11:122 there is no driver release "psycopg2-2.8.7" in clients/ (did you mean "psycopg2-2.9.13"?)',
      'matrix/clients/django.yaml:11:138 driver psycopg2-2.9.13 is listed twice',
      'matrix/clients/django.yaml:11:155 there is no driver release "oracle-1.0" in clients/ (one of psycopg2-2.9.13)',
      'matrix/clients/psycopg2.yaml:11:16 release 2.9.13 is listed twice',
      'matrix/clients/psycopg2.yaml:11:50 a driver has no drivers (kind: orm, or leave the key out)',
      'matrix/probes/json/json-good.yaml:29:3 "django>=6" matches no client (there are django-4.2.30+psycopg2-2.9.13)',
    ],
  ],
  [
    'servers',
    [
      'matrix/groups.yaml:3:11 there already is a group with the id "json"',
      'matrix/groups.yaml:3:24 there already is a group with the title "JSON"',
      'matrix/groups.yaml:3:37 "groups.1.about" must not be empty',
      'matrix/groups.yaml:4:11 "groups.2.id" must be lower-case words joined by dashes',
      'matrix/servers.yaml:3:14 16.10 is not a release of server "17" (a version that begins with 17.)',
      'matrix/servers.yaml:5:7 key "linux-x65" must be a platform such as linux-x64',
      'matrix/servers.yaml:9:9 there already is a server "17"',
    ],
  ],
  [
    'images',
    [
      'matrix/locks/images.yaml:3:3 duplicate key "postgres:18.4-bookworm" (join the two or remove one)',
      'matrix/pythons.yaml:5:12 "pythons.1.image" must be an image with its tag such as "postgres:17.10-bookworm"',
      'matrix/pythons.yaml:6:14 "pythons.2.version" must be text, not a number (write "3.9")',
      'matrix/servers.yaml:3:14 17rc1 is a preview (preview: true)',
      'matrix/servers.yaml:4:12 "servers.0.image" must be an image with its tag such as "postgres:17.10-bookworm"',
      'matrix/servers.yaml:7:14 18.4 is no preview (leave the key out)',
      'matrix/servers.yaml:9:5 server "19" has neither an image nor binaries (image: postgres:19)',
      'matrix/servers.yaml:10:14 18beta1 is not a release of server "19" (a version that begins with 19)',
      'matrix/servers.yaml:12:5 server "16" has neither an image nor binaries (image: postgres:16)',
    ],
  ],
  [
    'image-lock',
    [
      'matrix/locks/images.yaml:3:3 no server, no pooler and no Python uses the image postgres:16.14-bookworm (remove the line)',
    ],
  ],
  [
    'image-digests',
    [
      'matrix/locks/images.yaml:2:3 key "postgres" must be an image with its tag such as "postgres:17.10-bookworm"',
      'matrix/locks/images.yaml:3:16 "images.postgres:17" must be a digest, sha256: and 64 hexadecimal digits',
      'matrix/locks/images.yaml:4:1 unknown key "digests" (one of images)',
      'matrix/pythons.yaml:4:14 there already is a Python "3.14"',
      'matrix/servers.yaml:3:14 "servers.0.version" must be a PostgreSQL release such as "17.10", or a preview such as "19rc1"',
      'matrix/servers.yaml:4:12 "servers.0.image" must be an image with its tag such as "postgres:17.10-bookworm"',
    ],
  ],
  [
    'values',
    [
      'matrix/probes/json/json-x.yaml:9:9 1.0 would become the integer 1 (write it as value-python)',
      'matrix/probes/json/json-x.yaml:9:14 1e3 would become the integer 1000 (write it as value-python)',
      'matrix/probes/json/json-x.yaml:9:19 12345678901234567890 is too large to pass through JSON exactly (write it as value-python)',
      'matrix/probes/json/json-x.yaml:9:41 .inf is not a number of JSON (write it as value-python)',
      'matrix/probes/json/json-x.yaml:9:55 the key 1 would become text (write it as value-python)',
      'matrix/probes/json/json-x.yaml:11:1 expect is given twice (keep expect or expect-python)',
    ],
  ],
]

it.each(scenarios)(
  '%s: every problem is told in one go, with its place and a hint',
  async (name, messages) => {
    await using matrix = await scenario(name)
    const { problems } = await checkMatrix(matrix.folder)
    expect(problems.map((problem) => matrix.shown(formatProblem(problem)))).toEqual(messages)
  },
)

it('the matrix under all scenarios has no problems', async () => {
  await using matrix = await scenario()
  expect((await checkMatrix(matrix.folder)).problems).toEqual([])
})
