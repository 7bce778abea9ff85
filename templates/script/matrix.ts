/** Chooses rows and columns of the matrix: by words, clients, groups and verdicts. What chooses stands in the page, hidden until there is a script. */
import { readAddress, readList, type State, writeAddress, queryOf } from './address.js'
import { find } from './element.js'
import { readMatrix, type MatrixColumn, type MatrixRow, type MatrixTable } from './matrix-table.js'

interface Choice {
  readonly words: readonly string[]
  readonly clients: ReadonlySet<string>
  readonly groups: ReadonlySet<string>
  readonly verdicts: ReadonlySet<string>
  /** Rows alone in which the shown clients do not agree. */
  readonly differing: boolean
}

export function startMatrix(chooser: HTMLElement): void {
  const matrix = readMatrix(find('table.matrix', HTMLTableElement))
  fillChoices(chooser)
  chooser.hidden = false
  const update = () => show(matrix, chooser)
  chooser.addEventListener('input', update)
  find('button', HTMLButtonElement, chooser).addEventListener('click', () => {
    clear(chooser)
    update()
  })
  document.addEventListener('keydown', (event) => searchOnSlash(event, chooser))
  update()
}

/** `/` leads to the search, as on many sites; not while somebody writes. */
function searchOnSlash(event: KeyboardEvent, chooser: HTMLElement): void {
  const { target } = event
  const writing = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || writing) return
  event.preventDefault()
  find('[name="q"]', HTMLInputElement, chooser).focus()
}

const LISTS = ['clients', 'groups', 'verdicts'] as const

function fillChoices(chooser: HTMLElement): void {
  find('[name="q"]', HTMLInputElement, chooser).value = readAddress().get('q') ?? ''
  find('[name="differing"]', HTMLInputElement, chooser).checked = readAddress().has('differing')
  for (const name of LISTS) {
    const chosen = readList(name)
    for (const box of boxes(chooser, name)) {
      const names = [box.value, ...(box.dataset['formerly'] ?? '').split(' ')]
      box.checked = chosen.some((one) => names.includes(one))
    }
  }
}

function clear(chooser: HTMLElement): void {
  find('[name="q"]', HTMLInputElement, chooser).value = ''
  for (const box of chooser.querySelectorAll<HTMLInputElement>('input[type="checkbox"]')) box.checked = false
}

function boxes(chooser: HTMLElement, name: string): HTMLInputElement[] {
  return [...chooser.querySelectorAll<HTMLInputElement>(`input[type="checkbox"][name="${name}"]`)]
}

function stateOf(chooser: HTMLElement): State {
  const chosen = (name: string) =>
    boxes(chooser, name)
      .filter(({ checked }) => checked)
      .map(({ value }) => value)
      .join(',')
  return {
    q: find('[name="q"]', HTMLInputElement, chooser).value.trim(),
    clients: chosen('clients'),
    groups: chosen('groups'),
    verdicts: chosen('verdicts'),
    differing: chosen('differing'),
  }
}

function show(matrix: MatrixTable, chooser: HTMLElement): void {
  const state = stateOf(chooser)
  const choice = choiceOf(state, matrix)
  const columns = matrix.columns.map((column) => isShownColumn(column, choice))
  const rows = matrix.rows.map((row) => isShownRow(row, choice, columns))
  matrix.showColumns(columns)
  matrix.showRows(rows)
  count(chooser, rows, columns)
  countChosen(chooser)
  writeAddress(state)
  const query = queryOf(state)
  for (const link of document.querySelectorAll<HTMLAnchorElement>('.choices a')) link.search = query
}

/** A word that is the whole name of a client chooses its columns, every other one must occur in the feature. */
function choiceOf(state: State, { columns }: MatrixTable): Choice {
  const set = (name: string) => new Set((state[name] ?? '').split(',').filter((part) => part !== ''))
  const words = (state['q'] ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const names = words.filter((word) => columns.some((column) => column.words.includes(word)))
  const chosen = columns
    .filter((column) => names.some((name) => column.words.includes(name)))
    .map(({ name }) => name)
  return {
    words: words.filter((word) => !names.includes(word)),
    clients: new Set([...set('clients'), ...chosen]),
    groups: set('groups'),
    verdicts: set('verdicts'),
    differing: state['differing'] !== '',
  }
}

function isShownColumn({ name }: MatrixColumn, { clients }: Choice): boolean {
  return clients.size === 0 || clients.has(name)
}

function isShownRow(
  row: MatrixRow,
  { words, groups, verdicts, differing }: Choice,
  columns: readonly boolean[],
): boolean {
  if (groups.size > 0 && !groups.has(row.group)) return false
  if (!words.every((word) => row.text.includes(word))) return false
  if (verdicts.size === 0 && !differing) return true
  const seen = row.verdicts.filter((verdict, index) => verdict !== '' && columns[index])
  if (differing && new Set(seen).size < 2) return false
  return verdicts.size === 0 || seen.some((verdict) => verdicts.has(verdict))
}

function count(chooser: HTMLElement, rows: readonly boolean[], columns: readonly boolean[]): void {
  const shown = (all: readonly boolean[]) => {
    const some = all.filter(Boolean).length
    return some === all.length ? `all ${some}` : `${some} of ${all.length}`
  }
  const words = `Shown: ${shown(rows)} features, ${shown(columns)} clients.`
  const output = find('output', HTMLOutputElement, chooser)
  if (output.value !== words) output.value = words
}

/** Behind each list, how many of it are chosen. */
function countChosen(chooser: HTMLElement): void {
  for (const name of LISTS) {
    const some = boxes(chooser, name).filter(({ checked }) => checked).length
    find(`[data-count="${name}"]`, HTMLElement, chooser).textContent = some === 0 ? 'all' : String(some)
  }
}
