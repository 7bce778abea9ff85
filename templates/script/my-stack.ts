/** What a project's own requirements can do, and what an upgrade would change. They stand in the address after the `#`, which no browser sends to anybody. */
import { type Choice, type ChosenClient, chooseClients } from '../../harness/core/chosen-clients.js'
import { parseRequirements } from '../../harness/core/requirements.js'
import type { SiteData, SiteServer } from '../../harness/core/site-data.js'
import { describeTested, describeUnpaired } from '../../harness/core/tested-words.js'
import { queryOf } from './address.js'
import { element, find } from './element.js'
import { featuresOf, fillClients, fillServers, serverOf } from './site-table.js'
import { chosenColumn } from './stack-column.js'
import { upgrades } from './upgrades.js'
import { verdictTable } from './verdict-table.js'

export function startMyStack(chooser: HTMLElement, data: SiteData): void {
  const parts = partsOf(chooser)
  const asked = new URLSearchParams(location.hash.slice(1))
  fillServers(parts.server, data, asked.get('pg') ?? '')
  fillClients(parts.add, data, '', 'Choose one to add it')
  parts.text.value = (asked.get('pins') ?? '').split(',').join('\n')
  chooser.hidden = false

  const update = () => show(parts, data)
  chooser.addEventListener('input', (event) => {
    if (event.target === parts.add) addClient(parts, data)
    if (event.target !== parts.file) update()
  })
  parts.file.addEventListener('change', () => void readInto(parts.text, parts.file.files?.[0]).then(update))
  chooser.addEventListener('dragover', (event) => event.preventDefault())
  chooser.addEventListener('drop', (event) => {
    event.preventDefault()
    void readInto(parts.text, event.dataTransfer?.files[0]).then(update)
  })
  update()
}

interface Parts {
  readonly server: HTMLSelectElement
  readonly add: HTMLSelectElement
  readonly text: HTMLTextAreaElement
  readonly file: HTMLInputElement
  readonly differing: HTMLInputElement
  readonly shown: HTMLElement
}

function partsOf(chooser: HTMLElement): Parts {
  return {
    server: find('[name="pg"]', HTMLSelectElement, chooser),
    add: find('[name="add"]', HTMLSelectElement, chooser),
    text: find('[name="requirements"]', HTMLTextAreaElement, chooser),
    file: find('[name="file"]', HTMLInputElement, chooser),
    differing: find('[name="differing"]', HTMLInputElement, chooser),
    shown: find('#stack-shown', HTMLElement),
  }
}

/** No requirements file is longer. */
const LARGEST_FILE = 1_000_000

async function readInto(text: HTMLTextAreaElement, file: File | undefined): Promise<void> {
  if (file && file.size <= LARGEST_FILE) text.value = await file.text()
}

/** A client is added as the lines that a requirements file has for it. */
function addClient({ add, text }: Parts, data: SiteData): void {
  const client = data.clients.find(({ id }) => id === add.value)
  add.value = ''
  if (!client) return
  const packageOf = (family: string) => data.families.find(({ id }) => id === family)?.package
  const lines = [client, client.orm, client.driver].flatMap((release) => {
    const name = release && packageOf(release.family)
    return name ? [`${name}==${release.version}`] : []
  })
  text.value = [
    ...text.value.split('\n').filter((line) => line.trim() !== '' && !lines.includes(line)),
    ...lines,
  ].join('\n')
}

function show({ server, text, differing, shown }: Parts, data: SiteData): void {
  const requirements = parseRequirements(text.value)
  const choice = chooseClients(requirements, data)
  const { chosen, unknown } = choice
  const on = serverOf(data, server.value)
  const known = requirements.filter(({ name }) => !unknown.includes(name))
  const pins = known.map(({ name, range }) => `${name}${range.replaceAll(',', ' ')}`).join(',')
  history.replaceState(null, '', `${location.pathname}#${queryOf({ pg: server.value, pins }).slice(1)}`)
  if (!on) return
  shown.replaceChildren(
    ...said(choice),
    ...(chosen.length > 0 ? answers(data, chosen, { on, differing: differing.checked }) : []),
  )
}

/** What is shown for each, and what nothing is known of. */
function said({ chosen, unpaired, unknown }: Choice): HTMLElement[] {
  const lines = [...chosen.map(describeTested), ...unpaired.map(describeUnpaired)]
  if (lines.length === 0 && unknown.length === 0) return []
  const none =
    lines.length === 0
      ? [element('p', {}, 'None of these packages is a driver, an ORM or a framework of the matrix.')]
      : []
  const rest =
    unknown.length > 0
      ? [
          element(
            'p',
            { class: 'count' },
            `Not in the matrix, nothing is said of them: ${unknown.join(', ')}`,
          ),
        ]
      : []
  return [element('ul', { class: 'said' }, ...lines.map((line) => element('li', {}, line))), ...none, ...rest]
}

function answers(
  data: SiteData,
  chosen: readonly ChosenClient[],
  { on, differing }: { on: SiteServer; differing: boolean },
): HTMLElement[] {
  const columns = chosen.filter(({ clients }) => clients.length > 0).map((one) => chosenColumn(data, one, on))
  if (columns.length === 0) return []
  const features = featuresOf(data)
  const table = verdictTable({
    caption: `Your stack on ${on.name}`,
    features,
    columns,
    onlyDiffering: differing,
  })
  return [
    element('h2', {}, 'What an upgrade changes'),
    upgrades(data, chosen, on),
    element('h2', {}, `What works on ${on.name}`),
    table,
  ]
}
