/** Which probes a family is asked: those for its kind, and of these the ones that its file names, where it names any. */
import picomatch from 'picomatch'
import type { Family, Probe } from './matrix.js'

type Asked = Pick<Probe, 'id' | 'kinds'>

/** The question for one family; its globs are read once. */
export function asks({ kind, probes }: Pick<Family, 'kind' | 'probes'>): (probe: Asked) => boolean {
  const names = probes === undefined ? () => true : picomatch([...probes])
  return ({ id, kinds }) => kinds.includes(kind) && names(id)
}
