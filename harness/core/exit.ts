/** Exit codes are a contract; README.md lists them. */
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
