/** `completion`, and `complete`, which its scripts call. */
import { Argument, type Command } from 'commander'
import { completionScript, SHELLS, type Shell } from '../complete/scripts.js'

export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description(
      'print what makes a shell complete the words of pgmatrix; its first lines say where to put it',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .action((shell: Shell) => void process.stdout.write(completionScript(shell)))
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: string[]) => {
      const { complete, completionLines } = await import('../complete/complete.js')
      process.stdout.write(`${completionLines(await complete(program, words))}\n`)
    })
}
