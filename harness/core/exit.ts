/** Exit codes are a contract; README.md and docs/commands.md list them. */
export const EXIT = {
  ok: 0,
  /** The run ended, but something in it could not be judged (`error`, `invalid`, `flaky`), what was compared differs, or an upgrade breaks something. */
  differences: 1,
  usage: 2,
  environment: 3,
  /** Cells are missing: the run was cut off. */
  incomplete: 4,
  interrupted: 130,
  terminated: 143,
} as const

/** What each says, for the documentation. */
export const EXIT_MEANINGS: Readonly<Record<(typeof EXIT)[keyof typeof EXIT], string>> = {
  [EXIT.ok]: 'as expected',
  [EXIT.differences]: 'something could not be judged, or what was compared differs',
  [EXIT.usage]: 'wrong use, or a bad matrix',
  [EXIT.environment]: 'the surroundings: network, disk, Python',
  [EXIT.incomplete]: 'cells are missing: the run was cut off',
  [EXIT.interrupted]: 'Ctrl-C',
  [EXIT.terminated]: 'SIGTERM, or a closed terminal',
}
