/** `npm run docs`: brings docs/commands.md and docs/formats.md up to date. */
import { makeProgram } from '../program.js'
import { writeDocs } from './docs.js'

await writeDocs(makeProgram(), 'docs')
