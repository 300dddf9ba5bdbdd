/** One thing that istiod says of an object: an error refuses it, a warning comes with the answer. */
export interface Finding {
  kind: 'error' | 'warning'
  text: string
}

export const error = (text: string): Finding => ({ kind: 'error', text })
export const warning = (text: string): Finding => ({ kind: 'warning', text })

/** `text` where something is so. */
export const errorIf = (isSo: boolean, text: string): Finding[] => (isSo ? [error(text)] : [])
export const warningIf = (isSo: boolean, text: string): Finding[] => (isSo ? [warning(text)] : [])

/** The items that stand in a list for the second time. */
export const repeated = <T>(items: readonly T[]): T[] => items.filter((item, index) => items.indexOf(item) < index)
