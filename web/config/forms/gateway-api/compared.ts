import { record, text } from '#shared/config/world/read.ts'
import type { Field, ListField } from '#web/config/forms/form.ts'
import { headerName } from '#web/config/forms/networking/checks.ts'
import type { GatewayApiTexts } from './text/en.ts'

type Texts = GatewayApiTexts

/** How a value is compared: Exact where nothing is said. */
export const comparison: Field<Texts> = {
  type: 'choice',
  at: ['type'],
  say: ({ route }) => route.compare,
  absent: 'Exact',
  options: [
    { value: 'Exact', say: ({ route }) => route.Exact },
    { value: 'RegularExpression', say: ({ route }) => route.RegularExpression },
  ],
}

/** Headers and query parameters in Gateway API: a list of names with values. */
export const compared = (key: 'headers' | 'queryParams'): ListField<Texts> => ({
  type: 'list',
  at: [key],
  say: ({ route }) => route[key],
  joined: 'and',
  add: [{ say: ({ route }) => (key === 'headers' ? route.addHeader : route.addQuery), value: { name: '', value: '' } }],
  title: entry => comparedTitle(entry, key) || '…',
  item: [
    {
      type: 'text',
      at: ['name'],
      say: ({ route }) => route.itemName,
      isRequired: true,
      ...(key === 'headers' ? { check: headerName } : {}),
    },
    comparison,
    { type: 'text', at: ['value'], say: ({ route }) => route.value, isRequired: true },
  ],
})

/** `x-user: ann`, `?version=2`, `x-user: ~ ^a` */
export function comparedTitle(entry: unknown, key: 'headers' | 'queryParams'): string {
  const { name, type, value } = record(entry)
  const shown = `${type === 'RegularExpression' ? '~ ' : ''}${text(value)}`
  if (text(name) === '') return ''
  return key === 'headers' ? `${text(name)}: ${shown}` : `?${text(name)}=${shown}`
}
