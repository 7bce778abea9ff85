/** Is this an error of the operating system, and of this code? */
export function isErrno(error: unknown, code?: string): error is NodeJS.ErrnoException {
  if (!(error instanceof Error) || !('code' in error)) return false
  return typeof error.code === 'string' && (code === undefined || error.code === code)
}
