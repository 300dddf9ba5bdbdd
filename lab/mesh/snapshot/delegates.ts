import type { KubeObject } from '#lab/contract.ts'
import { type Fields, fields, items, number, text, textMap, texts } from './read.ts'
import { isVisible, readVisibility } from './visibility.ts'

/**
 * Istio docs, Virtual Service, "Delegate": a rule of the root stands for all rules of the VirtualService it names. One
 * step only: a delegate has no hosts and delegates to nobody. One that is not there leaves no rule.
 * @param find a VirtualService by namespace and name
 */
export function delegated(
  rules: readonly Fields[],
  namespace: string,
  exportTo: readonly string[],
  find: (namespace: string, name: string) => KubeObject | undefined,
): Fields[] {
  return rules.flatMap(root => {
    if (root['delegate'] === undefined) return [root]
    const to = fields(root['delegate'])
    const where = text(to['namespace']) || namespace
    const found = find(where, text(to['name']) ?? '')
    if (found === undefined || texts(found.spec?.['hosts']).length > 0) return []
    const written = texts(found.spec?.['exportTo'])
    if (!isVisible(readVisibility(written.length > 0 ? written : exportTo, where), namespace)) return []
    return items(found.spec?.['http']).flatMap(rule => (rule['delegate'] === undefined ? merge(root, rule) : []))
  })
}

/** What the delegate does not say, the root says for it. */
const inherited = ['rewrite', 'directResponse', 'timeout', 'retries', 'fault', 'corsPolicy', 'headers'] as const

function merge(root: Fields, rule: Fields): Fields[] {
  const match = mergeMatches(items(root['match']), items(rule['match']))
  if (match === null) return []
  const name = [text(root['name']), text(rule['name'])].filter(part => part).join('-')
  const merged: Fields = { ...rule, match, name }
  for (const field of inherited) merged[field] ??= root[field]
  if (rule['mirror'] === undefined && rule['mirrors'] === undefined)
    for (const field of ['mirror', 'mirrorPercent', 'mirrorPercentage', 'mirrors']) merged[field] = root[field]
  return [Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined))]
}

/** Each match of the delegate with every one of the root that it narrows; null where one of them narrows none. */
function mergeMatches(roots: Fields[], leaves: Fields[]): Fields[] | null {
  if (roots.length === 0) return leaves
  if (leaves.length === 0) return roots
  const merged: Fields[] = []
  for (const leaf of leaves) {
    const wider = roots.filter(root => !contradict({ root, leaf }))
    if (wider.length === 0) return null
    merged.push(...wider.map(root => mergeMatch({ root, leaf })))
  }
  return merged
}

const maps = ['headers', 'withoutHeaders', 'queryParams'] as const

function mergeMatch({ root, leaf }: { root: Fields; leaf: Fields }): Fields {
  const name = [text(root['name']), text(leaf['name'])].filter(part => part).join('-')
  const merged: Fields = { ...root, ...leaf, ...(name ? { name } : {}) }
  for (const field of [...maps, 'sourceLabels'])
    if (root[field] !== undefined) merged[field] = { ...fields(root[field]), ...fields(leaf[field]) }
  if (texts(leaf['gateways']).length === 0 && root['gateways'] !== undefined) merged['gateways'] = root['gateways']
  return merged
}

function contradict({ root, leaf }: { root: Fields; leaf: Fields }): boolean {
  if (['uri', 'scheme', 'method', 'authority'].some(field => clash(root[field], leaf[field]))) return true
  for (const field of maps)
    for (const [name, value] of Object.entries(fields(leaf[field])))
      if (clash(fields(root[field])[name], value)) return true
  if ((root['ignoreUriCase'] === true) !== (leaf['ignoreUriCase'] === true)) return true
  const [port, other] = [number(root['port']), number(leaf['port'])]
  if (port !== undefined && other !== undefined && port !== other) return true
  const from = text(root['sourceNamespace'])
  if (from && from !== text(leaf['sourceNamespace'])) return true
  const wanted = textMap(root['sourceLabels'])
  for (const [label, value] of Object.entries(textMap(leaf['sourceLabels'])))
    if (wanted[label] !== undefined && wanted[label] !== value) return true
  const gateways = texts(root['gateways'])
  return gateways.length > 0 && texts(leaf['gateways']).some(gateway => !gateways.includes(gateway))
}

/** A delegate may only narrow what its root matches; regular expressions cannot be compared, so they never meet. */
function clash(root: unknown, leaf: unknown): boolean {
  if (root === undefined || leaf === undefined) return false
  const [wide, narrow] = [fields(root), fields(leaf)]
  if (wide['regex'] !== undefined || narrow['regex'] !== undefined) return true
  const [exact, prefix] = [text(wide['exact']), text(wide['prefix'])]
  const written = text(narrow['exact']) ?? text(narrow['prefix']) ?? ''
  if (exact !== undefined) return text(narrow['exact']) !== exact
  return prefix !== undefined && !written.startsWith(prefix)
}
