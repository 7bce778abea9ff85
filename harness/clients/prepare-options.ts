/** What preparing one client needs of its caller. */
import type { Setting } from '../tools/setting.js'

export interface PrepareOptions {
  readonly setting: Setting
  /** A sentence for each step that takes time. */
  readonly onProgress: (text: string) => void
}
