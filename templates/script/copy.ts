/** A button that copies a recipe, to the letter. */
import { element } from './element.js'

const SAID_FOR_MS = 2000

export function offerCopies(): void {
  for (const code of document.querySelectorAll('.recipe > pre')) code.before(copyButton(code))
}

function copyButton(code: Element): HTMLButtonElement {
  const button = element('button', { type: 'button', class: 'copy' }, 'Copy')
  button.addEventListener('click', () => {
    void copy(code).then((done) => say(button, done ? 'Copied' : 'Press Ctrl+C'))
  })
  return button
}

/** Where the page may not write to the clipboard, as from a disk in some browsers, the code is selected instead. */
async function copy(code: Element): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(code.textContent ?? '')
    return true
  } catch {
    getSelection()?.selectAllChildren(code)
    return false
  }
}

function say(button: HTMLButtonElement, words: string): void {
  button.textContent = words
  setTimeout(() => (button.textContent = 'Copy'), SAID_FOR_MS)
}
