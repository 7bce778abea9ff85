/** What a run tells while it goes on. Terminal, CI and JSON outputs are functions of these. */
import type { Cell, ClientFacts, Footer, Header, ServerFacts } from './result.js'
import type { Counts } from './verdict.js'

export type RunEvent =
  /** Something that takes time before the first cell: downloads, environments, servers. */
  | { readonly type: 'preparing'; readonly text: string }
  | { readonly type: 'started'; readonly header: Header }
  /** Cells that an earlier run has found and that need not run again, counted by verdict; once, after `started`. */
  | { readonly type: 'kept'; readonly counts: Counts }
  | { readonly type: 'client'; readonly client: ClientFacts }
  /** Where each pairing has a server of its own: the first of this kind runs. */
  | { readonly type: 'server'; readonly server: ServerFacts }
  | { readonly type: 'cell'; readonly cell: Cell }
  /** A server or a worker went away; what it was doing is done again. */
  | { readonly type: 'incident'; readonly text: string }
  | { readonly type: 'finished'; readonly footer: Footer }

export type Emit = (event: RunEvent) => void
