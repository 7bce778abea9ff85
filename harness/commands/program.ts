/** The program as commander knows it: all commands with their words, options and examples. */
import { Command, Option } from 'commander'
import { addCommands } from './index.js'
import { examplesText } from './words/examples.js'
import { toolVersion } from './workspace.js'

export function makeProgram(): Command {
  const program = new Command('pgmatrix')
    .description(
      "Compatibility matrix of Python's PostgreSQL drivers and ORMs, made by executing every cell.",
    )
    .version(toolVersion())
    .showHelpAfterError('(`pgmatrix help` lists the commands)')
    .addOption(
      new Option('--matrix <folder>', 'matrix folder (default: ./matrix, else the one of the package)'),
    )
    .option('--json', 'print JSON on standard output')
    .exitOverride()
  addCommands(program)
  for (const { command, name } of commandsOf(program)) command.addHelpText('after', examplesText(name))
  return program
}

export interface NamedCommand {
  readonly command: Command
  /** Words after `pgmatrix`: `new probe`; '' for the program itself. */
  readonly name: string
}

/** The program and all that is below it, in the order of its help. */
export function commandsOf(command: Command, name = ''): NamedCommand[] {
  const below = command.commands.filter((one) => isShown(command, one))
  return [{ command, name }, ...below.flatMap((one) => commandsOf(one, `${name} ${one.name()}`.trim()))]
}

function isShown(parent: Command, command: Command): boolean {
  return command.name() !== 'help' && parent.createHelp().visibleCommands(parent).includes(command)
}
