/** The Handlebars templates of `templates/`: pages, and the partials they share. */
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import Handlebars from 'handlebars'
import type { Head } from './head.js'
import type { Page } from './pages.js'

export type RenderPage = (page: Page, head: Head) => string

/** Data is escaped everywhere; a name that the model does not have is an error, not an empty place. */
export async function loadTemplates(folder: string): Promise<RenderPage> {
  const engine = Handlebars.create()
  for (const [name, text] of await sources(path.join(folder, 'partials')))
    engine.registerPartial(name, text.trimEnd())
  const pages = new Map<string, HandlebarsTemplateDelegate>()
  for (const [name, text] of await sources(path.join(folder, 'pages'))) pages.set(name, compile(engine, text))
  return ({ template, model }, head) => {
    const render = pages.get(template)
    if (!render) throw new Error(`${folder}: there is no pages/${template}.hbs`)
    return render({ ...model, head })
  }
}

function compile(engine: typeof Handlebars, text: string): HandlebarsTemplateDelegate {
  // Partials must not be indented: code inside <pre> would be.
  return engine.compile(text, { strict: true, preventIndent: true, knownHelpersOnly: true })
}

async function sources(folder: string): Promise<[name: string, text: string][]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.hbs')).toSorted()
  return Promise.all(
    names.map(
      async (name) => [path.basename(name, '.hbs'), await readFile(path.join(folder, name), 'utf8')] as const,
    ),
  ).then((entries) => entries.map(([name, text]) => [name, text]))
}
