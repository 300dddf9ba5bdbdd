import type { KubeObject } from '#lab/contract.ts'
import { at } from '#lab/kubernetes/value.ts'
import type { Kind } from '#lab/kubernetes/resources.ts'
import { badRequest } from './status.ts'

export type Test = (object: KubeObject) => boolean

const always: Test = () => true

/** The test that `labelSelector` and `fieldSelector` of a query ask for; `isOpen` when they ask for nothing. */
export function selectorOf(query: URLSearchParams, kind: Kind, name = ''): { test: Test; isOpen: boolean } {
  const tests = [
    ...parseLabels(query.get('labelSelector') ?? ''),
    ...parseFields(query.get('fieldSelector') ?? '', kind),
    ...(name === '' ? [] : [(object: KubeObject) => object.metadata.name === name]),
  ]
  if (tests.length === 0) return { test: always, isOpen: true }
  return { test: object => tests.every(test => test(object)), isOpen: false }
}

type LabelTest = (labels: Record<string, string>) => boolean

/** `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>3`. */
export function parseLabels(text: string): Test[] {
  return splitOutsideBrackets(text).map(part => {
    const test = requirement(part)
    return object => test(object.metadata.labels ?? {})
  })
}

function requirement(part: string): LabelTest {
  const set = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(part)
  if (set) {
    const [, key = '', operator, list = ''] = set
    const values = list.split(',').map(value => value.trim())
    checkKey(key, part)
    return operator === 'in'
      ? labels => Object.hasOwn(labels, key) && values.includes(labels[key] ?? '')
      : labels => !Object.hasOwn(labels, key) || !values.includes(labels[key] ?? '')
  }
  const compare = /^([^\s!=<>]+)\s*(==|=|!=|>|<)\s*(\S*)$/.exec(part)
  if (compare) {
    const [, key = '', operator, value = ''] = compare
    checkKey(key, part)
    if (value !== '' && !/^[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?$/.test(value)) throw unparsable(part)
    if (operator === '!=') return labels => labels[key] !== value
    if (operator === '>') return labels => Number(labels[key]) > Number(value)
    if (operator === '<') return labels => Number(labels[key]) < Number(value)
    return labels => labels[key] === value
  }
  const exists = /^(!?)\s*(\S+)$/.exec(part)
  if (!exists) throw unparsable(part)
  const [, not, key = ''] = exists
  checkKey(key, part)
  return not ? labels => !Object.hasOwn(labels, key) : labels => Object.hasOwn(labels, key)
}

function checkKey(key: string, part: string): void {
  if (!/^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?$/.test(key)) throw unparsable(part)
}

const unparsable = (part: string) =>
  badRequest(`unable to parse requirement: found '${part}', expected a label requirement`)

function splitOutsideBrackets(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let index = 0; index <= text.length; index++) {
    const letter = text[index]
    if (letter === '(') depth++
    else if (letter === ')') depth--
    if (letter !== undefined && (letter !== ',' || depth > 0)) continue
    const part = text.slice(start, index).trim()
    start = index + 1
    if (part !== '') parts.push(part)
    else if (text.trim() !== '') throw badRequest(`unable to parse requirement: found ',', expected: identifier`)
  }
  return parts
}

/** What each kind can be selected by, beside its name and namespace (Kubernetes documentation, "Field selectors"). */
const selectable: Record<string, readonly string[]> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  events: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  namespaces: ['status.phase'],
  secrets: ['type'],
  services: ['spec.clusterIP', 'spec.type'],
  nodes: ['spec.unschedulable'],
  'replicasets.apps': ['status.replicas'],
  'jobs.batch': ['status.successful'],
}

/** `metadata.name=a,status.phase!=Running`. */
export function parseFields(text: string, kind: Kind): Test[] {
  return text
    .split(',')
    .filter(part => part !== '')
    .map(part => {
      const [, path = '', operator = '', value = ''] = /^([^!=]+)(==|!=|=)(.*)$/.exec(part.trim()) ?? []
      if (operator === '') throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`)
      const known = path === 'metadata.name' || (kind.namespaced && path === 'metadata.namespace')
      if (!known && !selectable[kind.name]?.includes(path)) throw badRequest(`field label not supported: ${path}`)
      const where = path === 'source' ? 'source.component' : path
      const negated = operator === '!='
      return (object: KubeObject) => {
        const found = at(object, where)
        const text = typeof found === 'string' ? found : found === undefined ? '' : JSON.stringify(found)
        return (text === value) !== negated
      }
    })
}
