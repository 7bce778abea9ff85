/** Words for Markdown: what a server, a package or a stranger's results say stays text, in one line. */
export function markdownText(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#&~]/g, String.raw`\$&`)
}
