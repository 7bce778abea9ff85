/** An address may lead into something folded: it is opened, also in browsers that do not do so themselves. */
export function revealTarget(): void {
  reveal()
  addEventListener('hashchange', reveal)
}

function reveal(): void {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  let folded = target?.closest('details') ?? null
  if (!folded) return
  for (; folded; folded = folded.parentElement?.closest('details') ?? null) folded.open = true
  target?.scrollIntoView()
}
