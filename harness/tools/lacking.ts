/** What a machine lacks for building a distribution from its source, by the words of the failed build. */

interface Need {
  readonly sign: RegExp
  /** `this machine lacks …` */
  readonly what: string
  /** Debian's names. */
  readonly packages: string
}

const NEEDS: readonly Need[] = [
  {
    sign: /(No such file or directory: |unable to execute |command )'?[\w-]*(gcc|clang|\bcc)\b(?!.*exit (code|status))/,
    what: 'a C compiler',
    packages: 'gcc libc6-dev',
  },
  {
    sign: /fatal error: (stdio|stdlib|stddef|limits|string|errno|assert|inttypes|sys\/\w+)\.h: No such file/,
    what: 'the headers of the C library',
    packages: 'libc6-dev',
  },
  {
    sign: /pg_config(: not found| tool is not available| executable not found)|fatal error: libpq\S+: No such file|cannot find -lpq\b/,
    what: 'pg_config and the headers of libpq',
    packages: 'libpq-dev',
  },
  {
    sign: /fatal error: ffi\.h: No such file|cannot find -lffi\b/,
    what: 'the headers of libffi',
    packages: 'libffi-dev',
  },
  {
    sign: /fatal error: Python\.h: No such file/,
    what: 'the headers of this Python',
    packages: 'python3-dev',
  },
]

/** A setup.py that Python cannot read looked for nothing, whatever its lines say. */
const UNREADABLE = /^\s*SyntaxError: /m

export function isLacking(output: string): boolean {
  return !UNREADABLE.test(output) && NEEDS.some(({ sign }) => sign.test(output))
}

/** `a C compiler (on Debian: apt-get install gcc libc6-dev)` */
export function whatIsLacking(output: string): string {
  const needs = NEEDS.filter(({ sign }) => sign.test(output))
  const packages = needs.map((need) => need.packages).join(' ')
  return `${needs.map(({ what }) => what).join(' and ')} (on Debian: apt-get install ${packages})`
}
