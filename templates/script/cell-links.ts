/** The place of each cell on a feature's page leads to itself, so that its address can be copied: as markup, that was a seventh of the page. */
export function linkCells(): void {
  for (const place of document.querySelectorAll<HTMLAnchorElement>('.holds .on a[id]'))
    place.href = `#${place.id}`
}
