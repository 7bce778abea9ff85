/** `PQlibVersion()` as people write it: 170005 is 17.5, and before PostgreSQL 10 three numbers, 90624 is 9.6.24. */
export function libpqVersion(number: number): string {
  const [high, rest] = [Math.floor(number / 10_000), number % 10_000]
  return high >= 10 ? `${high}.${rest}` : `${high}.${Math.floor(rest / 100)}.${rest % 100}`
}
