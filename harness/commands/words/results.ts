/** What is done with results: `render`, `serve`, `show`, `summary`. */
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Command } from 'commander'
import { EXIT } from '../../core/exit.js'
import type { RenderOptions } from '../render.js'
import { matrixFolder } from '../workspace.js'
import { baseUrlOption, positiveInteger, print, type GlobalWords } from './options.js'

type RenderWords = Omit<RenderOptions, 'results' | 'guard'> & { results?: string; guard?: boolean }

const RESULTS = ['--results <file>', 'results file (default: the newest in results/)'] as const

/** Reading results, loaded when it is wanted. */
const reading = () => import('../../results/read.js')

export function addResultCommands(program: Command, global: GlobalWords): void {
  addRender(program, global)
  addMerge(program, global)
  addServe(program, global)
  addShow(program, global)
  addSummary(program, global)
}

function addRender(program: Command, global: GlobalWords): void {
  program
    .command('render')
    .description('make the site from a results file')
    .option(...RESULTS)
    .option('--site <folder>', 'where to', 'site')
    .option(
      '--previous <place>',
      'what was published before, a results file or the folder of a site: says what changed',
    )
    .option('--guard', 'refuse to take away what was published before and the record still has')
    .addOption(baseUrlOption())
    .action(async ({ guard, ...options }: RenderWords) => {
      const [{ chooseResults }, { render }] = await Promise.all([reading(), import('../render.js')])
      const file = await chooseResults('results', options.results)
      await render({ ...options, results: file, guard: guard ? matrixFolder(global().matrix) : undefined })
      const address = pathToFileURL(path.resolve(options.site, 'index.html')).href
      print(global(), { text: address, json: { site: address, results: file } })
    })
}

function addMerge(program: Command, global: GlobalWords): void {
  program
    .command('merge')
    .description('make one results file of those of all shards of a run')
    .argument('<file...>', 'results files, or folders of them')
    .option('--results <folder>', 'where to', 'results')
    .action(async (places: string[], options: { results: string }) => {
      const [{ resultsFiles }, { mergeFiles }] = await Promise.all([
        reading(),
        import('../../results/merge.js'),
      ])
      const { path: file, header } = mergeFiles(await resultsFiles(places), options.results)
      const text = `${file}: ${header.cells} cells of ${header.clients.length} clients`
      print(global(), { text, json: { file, cells: header.cells } })
    })
}

function addServe(program: Command, global: GlobalWords): void {
  program
    .command('serve')
    .description('serve the site on this machine')
    .option('--site <folder>', 'what', 'site')
    .option('--port <port>', 'where', positiveInteger, 8417)
    .action(async (options: { site: string; port: number }) => {
      const { serve } = await import('../serve.js')
      const { address } = await serve(options)
      print(global(), { text: `${address} (Ctrl-C ends it)`, json: { address } })
    })
}

function addShow(program: Command, global: GlobalWords): void {
  program
    .command('show')
    .description('the evidence behind one verdict; several with a glob')
    .argument('<cell>', '17/psycopg2-2.9.13/json-jsonb-decode')
    .option(...RESULTS)
    .action(async (id: string, options: { results?: string }) => {
      const { chooseResults, readResults } = await reading()
      const { describeCell, findCells } = await import('../show.js')
      const read = await readResults(await chooseResults('results', options.results))
      const cells = findCells(read, id)
      print(global(), { text: cells.map(describeCell).join('\n\n'), json: cells })
    })
}

function addSummary(program: Command, global: GlobalWords): void {
  program
    .command('summary')
    .description('what a results file found')
    .option(...RESULTS)
    .action(async (options: { results?: string }) => {
      const { chooseResults, readResults } = await reading()
      const { summarise } = await import('../../report/summary.js')
      const { painter } = await import('../../report/colour.js')
      const read = await readResults(await chooseResults('results', options.results))
      const { header, complete } = read
      print(global(), { text: summarise(read, painter(process.stdout)), json: { header, complete } })
      process.exitCode = complete ? EXIT.ok : EXIT.incomplete
    })
}
