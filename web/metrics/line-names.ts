import type { TFunction } from 'i18next'
import type { Panel } from '#shared/metrics/api.ts'

/** Lines that are called what they are and not after a label, by their panel. */
const own: { [Id in Panel['id']]?: readonly ('sent' | 'received' | 'opened' | 'closed' | 'request' | 'response')[] } = {
  tcp: ['sent', 'received'],
  openings: ['opened', 'closed'],
  sizes: ['request', 'response'],
  messages: ['request', 'response'],
}

/** What a line is called: the value of a label stays as it is, our own words are said in the reader's language. Pure. */
export function lineName(
  t: TFunction<'metrics'>,
  panel: string,
  split: string | undefined,
  { id, name }: { id: string; name: string },
): string {
  const known = own[panel as Panel['id']]?.find(each => each === name)
  if (known !== undefined) return t($ => $.line[known])
  const [, count] = (id === 'others' && /^others \((\d+)\)$/.exec(name)) || []
  if (count !== undefined) return t($ => $.line.others, { count: Number(count) })
  if (split === 'none' && name === 'all') return t($ => $.line.all)
  if (split === 'caller' && name === 'other namespaces') return t($ => $.line.otherNamespaces)
  return name
}
