/** `docs`. */
import { Argument, type Command } from 'commander'
import { TOPICS } from '../docs/topics.js'
import { print, type GlobalWords } from './options.js'

export function addDocs(program: Command, global: GlobalWords): void {
  program
    .command('docs')
    .description(
      'the reference: all commands, and what stands in the files of a matrix, of results and of the site',
    )
    .addArgument(new Argument('[topic]', 'what about').choices(TOPICS))
    .action(async (topic: string | undefined) => {
      if (topic === undefined) {
        const text = `pgmatrix docs <topic>, of which there are: ${TOPICS.join(', ')}`
        return print(global(), { text, json: { topics: TOPICS } })
      }
      const { docsOn } = await import('../docs/docs.js')
      const text = docsOn(program, topic)
      print(global(), { text, json: { topic, text } })
    })
}
