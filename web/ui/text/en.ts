import { flags } from './en-flags.ts'
import { shell } from './en-shell.ts'
import { side } from './en-side.ts'
import { topology } from './en-topology.ts'

/** Every text of the page. `zh-CN.ts` has the same shape: the compiler finds what is missing. `<m>…</m>` is set in mono. */
export const en = { shell, topology, side, flags }

/** The shape another language fills in; one that knows no plural needs no `_one`. */
export type Text<T> = {
  [K in keyof T as K extends `${string}_one` ? never : K]: T[K] extends string ? string : Text<T[K]>
}
