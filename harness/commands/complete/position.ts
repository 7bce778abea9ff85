/** Where in a command line somebody is: what commander would make of the words so far. */
import type { Argument, Command, Option } from 'commander'

export interface Position {
  readonly command: Command
  /** The option whose value is being typed. */
  readonly option: Option | undefined
  /** The argument that is being typed; undefined where the command takes no more. */
  readonly argument: Argument | undefined
  /** Arguments before it. */
  readonly taken: number
  /** Whether `--` was said. */
  readonly optionsEnded: boolean
  /** Value of `--matrix`, where it was said already. */
  readonly matrix: string | undefined
}

/** @param words whole words after the program's name, without the one that is being typed */
export function positionOf(program: Command, words: readonly string[]): Position {
  let [command, taken, optionsEnded] = [program, 0, false]
  let [option, matrix]: [Option | undefined, string | undefined] = [undefined, undefined]
  for (const word of words) {
    if (option) {
      if (option.long === '--matrix') matrix = word
      option = undefined
    } else if (word === '--') optionsEnded = true
    else if (word.startsWith('-') && !optionsEnded) {
      const [flag, value] = splitFlag(word)
      const found = optionsOf(command).find(({ long, short }) => flag === long || flag === short)
      if (found?.long === '--matrix') matrix = value
      if (value === undefined && found && takesValue(found)) option = found
    } else {
      const below = command.commands.find((one) => one.name() === word)
      if (below) command = below
      else if (word !== 'help' || command.commands.length === 0) taken++
    }
  }
  return { command, option, taken, optionsEnded, matrix, argument: argumentAt(command, taken) }
}

/** `--results=a` as its two parts. */
export function splitFlag(word: string): [flag: string, value: string | undefined] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)]
}

/** The command's own, and those that stand before every command. */
export function optionsOf(command: Command): Option[] {
  const own = command.createHelp().visibleOptions(command)
  if (!command.parent) return own
  const above = optionsOf(command.parent).filter(({ long }) => long !== '--version')
  return [...own, ...above.filter(({ long }) => own.every((one) => one.long !== long))]
}

export function takesValue(option: Option): boolean {
  return option.required || option.optional
}

function argumentAt(command: Command, taken: number): Argument | undefined {
  const all = command.registeredArguments
  const last = all.at(-1)
  return all[taken] ?? (last?.variadic ? last : undefined)
}
