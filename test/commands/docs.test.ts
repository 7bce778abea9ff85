/** The reference is what the code says, and says something of everything. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { docsFiles, docsOn } from '../../harness/commands/docs/docs.js'
import { TOPICS } from '../../harness/commands/docs/topics.js'
import { commandsOf, makeProgram } from '../../harness/commands/program.js'
import { run } from './program.js'

const program = makeProgram()
const leaves = commandsOf(program).filter(({ command }) => command.commands.length === 0)

it.each([...docsFiles(program)])('docs/%s is current: else `npm run docs` writes it', (name, text) => {
  expect(readFileSync(path.join('docs', name), 'utf8')).toBe(text)
})

it.each(leaves)('$name and all that it takes is described', ({ command }) => {
  const takers = [...command.registeredArguments, ...command.options]
  const silent = takers.filter(({ description }) => description === '')
  expect({ description: command.description(), silent }).toEqual({
    description: expect.stringMatching(/\w/),
    silent: [],
  })
})

describe('docs', () => {
  it.each([...TOPICS])('%s is a topic with something to say', (topic) => {
    expect(docsOn(program, topic).split('\n').length).toBeGreaterThan(4)
  })

  // What the site's files have is described where its name does not say it.
  it.each(TOPICS.filter((topic) => !['commands', 'formats', 'api'].includes(topic)))(
    '%s: every key is described',
    (topic) => {
      const keys = docsOn(program, topic)
        .split('\n')
        .filter((line) => line.startsWith('- '))
      expect(keys.filter((line) => !/^- `[^`]+` \(.*?\) \S/.test(line))).toEqual([])
    },
  )

  it('prints them', async () => {
    const { code, stdout } = await run(['docs', 'probe'])
    expect(code).toBe(0)
    expect(stdout).toContain('- `recipes.*.native.code` (text, required) Body of a Python function.')
    expect((await run(['docs'])).stdout).toContain('commands, formats, groups')
    expect((await run(['docs', 'probes'])).code).toBe(2)
  })
})
