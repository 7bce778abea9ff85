/** Every command's words and options, and how its outcome becomes an exit code; what a command does stands in the file of its name. */
import type { Command } from 'commander'
import { addCompletion } from './words/completion.js'
import { addAdvise } from './words/advise.js'
import { addDiff } from './words/diff.js'
import { addDocs } from './words/docs.js'
import { addMatrixCommands } from './words/matrix.js'
import type { Global } from './words/options.js'
import { addRecordCommands } from './words/record.js'
import { addResultCommands } from './words/results.js'
import { addRunCommands } from './words/run.js'
import { addUpdate } from './words/update.js'

export function addCommands(program: Command): void {
  const global = () => program.opts<Global>()
  addRunCommands(program, global)
  addResultCommands(program, global)
  addDiff(program, global)
  addRecordCommands(program, global)
  addAdvise(program, global)
  addMatrixCommands(program, global)
  addDocs(program, global)
  addCompletion(program)
  addUpdate(program, global)
}
