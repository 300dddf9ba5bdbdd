import { useTranslation } from 'react-i18next'
import type { Rule } from '#shared/config/intents/rules.ts'
import { record, text, textMap } from '#shared/config/world/read.ts'
import { items } from '#shared/config/world/read.ts'
import type { Json } from '#shared/mesh/object.ts'

/** A rule as people know it: what it takes, else its name or place. */
export function useRuleText(): (rule: Rule) => string {
  const { t } = useTranslation('config')
  return rule => {
    const port = rule.matches[0]?.['port']
    if (rule.isNew && (rule.index === 0 || port !== undefined))
      return `${t($ => $.intents.rules.freshObject, { kind: rule.object.kind })}${typeof port === 'number' ? ` :${port}` : ''}`
    if (rule.isNew) return t($ => $.intents.rules.fresh)
    const name = text(rule.rule['name'])
    const taken = rule.takesAll
      ? t($ => (rule.index === 0 ? $.intents.rules.all : $.intents.rules.default))
      : rule.matches.map(match => matchText(match)).join(' | ')
    const what = taken === '' ? t($ => $.intents.rules.numbered, { number: rule.index + 1 }) : taken
    return name === '' ? what : `${what} (${name})`
  }
}

/** `GET /api* end-user=jason`, of either API; at most a line. */
export function matchText(match: Json): string {
  const path = record(match['path'])
  const words = [
    wordText(match['method']),
    text(path['value']) === '' ? wordText(match['uri']) : pathText(path),
    ...(Array.isArray(match['headers'])
      ? items(match['headers']).map(header => `${text(header['name'])}=${text(header['value'])}`)
      : Object.entries(record(match['headers'])).map(([name, word]) => `${name}=${wordText(word)}`)),
    ...(Array.isArray(match['queryParams'])
      ? items(match['queryParams']).map(each => `?${text(each['name'])}=${text(each['value'])}`)
      : Object.entries(record(match['queryParams'])).map(([name, word]) => `?${name}=${wordText(word)}`)),
    ...Object.entries(textMap(match['sourceLabels'])).map(([name, value]) => `${name}=${value}`),
    text(match['sourceNamespace']),
    typeof match['port'] === 'number' ? `:${match['port']}` : '',
  ].filter(word => word !== '')
  const all = words.join(' ')
  return all.length > 80 ? `${all.slice(0, 79)}…` : all
}

const pathText = (path: Json): string =>
  `${text(path['value'])}${text(path['type']) === 'Exact' ? '' : text(path['type']) === 'RegularExpression' ? ' (regex)' : '*'}`

/** `exact`, `prefix*`, `regex`; a bare text as it is. */
function wordText(word: unknown): string {
  if (typeof word === 'string') return word
  const { exact, prefix, regex } = record(word)
  return (
    text(exact) || (typeof prefix === 'string' ? `${prefix}*` : '') || (typeof regex === 'string' ? `~${regex}` : '')
  )
}
