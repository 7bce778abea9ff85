/** docs/commands.md, from the program as commander knows it. */
import type { Argument, Command, Option } from 'commander'
import { EXIT, EXIT_MEANINGS } from '../../core/exit.js'
import { commandsOf, type NamedCommand } from '../program.js'
import { EXAMPLES } from '../words/examples.js'

export function commandsPage(program: Command): string {
  const [root, ...commands] = commandsOf(program)
  const leaves = commands.filter(({ command }) => command.commands.length === 0)
  return [
    '# Commands',
    program.description(),
    '## Before every command',
    ...(root ? [optionLines(root.command)] : []),
    '## Exit codes',
    exitLines(),
    ...leaves.flatMap(commandSection),
  ].join('\n\n')
}

/** Of one command. @param named one of commandsOf() */
export function commandSection({ command, name }: NamedCommand): string[] {
  const usage = `pgmatrix ${name} ${command.usage()}`.trimEnd()
  const takes = [...command.registeredArguments.map(argumentLine), optionLines(command)].filter(Boolean)
  return [
    `## ${name}`,
    sentence(command.description()),
    code([usage]),
    ...(takes.length > 0 ? [takes.join('\n')] : []),
    ...exampleLines(name),
  ]
}

function argumentLine(argument: Argument): string {
  const name = argument.required ? `<${argument.name()}>` : `[${argument.name()}]`
  const facts = [sentence(argument.description), choices(argument.argChoices)]
  return line(`${name}${argument.variadic ? ' …' : ''}`, facts)
}

function optionLines(command: Command): string {
  const options = command.createHelp().visibleOptions(command)
  return options
    .filter(({ long }) => long !== '--help')
    .map(optionLine)
    .join('\n')
}

function optionLine(option: Option): string {
  const { flags, description, argChoices, defaultValue, envVar, mandatory } = option
  const isSaid = defaultValue !== undefined && !Array.isArray(defaultValue)
  return line(flags, [
    mandatory ? 'Required.' : '',
    sentence(description),
    choices(argChoices),
    isSaid ? `Default: \`${defaultValue}\`.` : '',
    envVar ? `From the environment: \`${envVar}\`.` : '',
  ])
}

function choices(words: readonly string[] | undefined): string {
  if (!words) return ''
  const all = words.map((word) => `\`${word}\``)
  return all.length === 1 ? `Only ${all[0]}.` : `One of ${all.join(', ')}.`
}

function exampleLines(name: string): string[] {
  const lines = (EXAMPLES[name] ?? []).flatMap(({ words, does, exit }) => [
    `# ${does}${exit === 'ok' ? '' : ` (exit code ${EXIT[exit]} where there are any ${exit})`}`,
    `pgmatrix ${words}`,
  ])
  return lines.length > 0 ? [code(lines)] : []
}

function exitLines(): string {
  return Object.entries(EXIT_MEANINGS)
    .map(([code, meaning]) => `- ${code}: ${meaning}`)
    .join('\n')
}

function line(name: string, facts: readonly string[]): string {
  return `- \`${name}\` ${facts.filter(Boolean).join(' ')}`.trimEnd()
}

function code(lines: readonly string[]): string {
  return ['```sh', ...lines, '```'].join('\n')
}

/** With a capital letter and a full stop, as commander's texts have neither; a name of ours keeps its small one. */
function sentence(text: string): string {
  if (text === '') return ''
  const capital = /^[a-z]+[ ,:]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text
  return /[.?!]$/.test(capital) ? capital : `${capital}.`
}
