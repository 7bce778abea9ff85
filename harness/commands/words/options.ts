/** What commands have in common: how they print, and options that several of them have. */
import { InvalidArgumentError, Option } from 'commander'
import { baseUrl } from '../../render/site.js'

/** Options that stand before every command. */
export interface Global {
  readonly matrix?: string
  readonly json?: boolean
}

/** Read when the command runs, since they are parsed by then. */
export type GlobalWords = () => Global

export interface Output {
  readonly text: string
  readonly json: unknown
}

export function print({ json }: Global, output: Output): void {
  process.stdout.write(`${json ? JSON.stringify(output.json, null, 2) : output.text}\n`)
}

export function percent(text: string): number {
  const number = Number(text.replace(/%$/, ''))
  if (number > 0 && number <= 100) return number
  throw new InvalidArgumentError('a percentage above 0 is needed, such as 2%')
}

export function positiveInteger(text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number
  throw new InvalidArgumentError('a whole number above 0 is needed')
}

export function baseUrlOption(): Option {
  return new Option('--base-url <address>', 'where the site is published: whole links in its map and feeds')
    .env('PGMATRIX_BASE_URL')
    .argParser((text) => {
      const address = baseUrl(text)
      if (address !== null) return address
      throw new InvalidArgumentError('an address such as https://example.org/pgmatrix/ is needed')
    })
}
