/** From a former address to the one of today, with the place on the page: a refresh that the page asks for would lose it. */
export function followMove(link: HTMLAnchorElement): void {
  const target = new URL(link.href)
  target.hash = location.hash
  location.replace(target)
}
