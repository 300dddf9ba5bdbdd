import type { KubeObject } from '#lab/contract.ts'
import { column } from '#lab/kubernetes/kinds/kind.ts'
import type { Column } from '#lab/kubernetes/resources.ts'
import { at, fieldsOf, listOf, numberOf, textOf } from '#lab/kubernetes/value.ts'
import { humanAge } from './age.ts'

const integer = { type: 'integer' } as const
const size = (value: unknown): number => Object.keys(fieldsOf(value)).length

export const namespaceColumns: Column[] = [column('Status', object => textOf(at(object, 'status.phase'), 'Active'))]

export const secretColumns: Column[] = [
  column('Type', object => textOf(object['type'], 'Opaque')),
  column('Data', object => size(object['data']), integer),
]

export const configMapColumns: Column[] = [
  column('Data', object => size(object['data']) + size(object['binaryData']), integer),
]

const roleLabel = 'node-role.kubernetes.io/'

export const nodeColumns: Column[] = [
  column('Status', node => {
    const ready = listOf(at(node, 'status.conditions')).find(item => item['type'] === 'Ready')
    const word = ready ? (ready['status'] === 'True' ? 'Ready' : 'NotReady') : 'Unknown'
    return at(node, 'spec.unschedulable') === true ? `${word},SchedulingDisabled` : word
  }),
  column('Roles', node => {
    const roles = Object.keys(node.metadata.labels ?? {}).filter(label => label.startsWith(roleLabel))
    return roles.map(label => label.slice(roleLabel.length)).join(',') || '<none>'
  }),
]

const address = (node: KubeObject, type: string): string =>
  textOf(listOf(at(node, 'status.addresses')).find(item => item['type'] === type)?.['address'], '<none>')

export const wideNodeColumns: Column[] = [column('Version', node => textOf(at(node, 'status.nodeInfo.kubeletVersion')))]

export const widestNodeColumns: Column[] = [
  column('Internal-IP', node => address(node, 'InternalIP'), { wide: true }),
  column('External-IP', node => address(node, 'ExternalIP'), { wide: true }),
  column('OS-Image', node => textOf(at(node, 'status.nodeInfo.osImage'), '<unknown>'), { wide: true }),
  column('Kernel-Version', node => textOf(at(node, 'status.nodeInfo.kernelVersion'), '<unknown>'), { wide: true }),
  column('Container-Runtime', node => textOf(at(node, 'status.nodeInfo.containerRuntimeVersion'), '<unknown>'), {
    wide: true,
  }),
]

const involved = (event: KubeObject): string => {
  const kind = textOf(at(event, 'involvedObject.kind')).toLowerCase()
  const name = textOf(at(event, 'involvedObject.name'))
  return name === '' ? kind : `${kind}/${name}`
}
const lastSeen = (event: KubeObject): string =>
  textOf(event['lastTimestamp']) || textOf(event['eventTime']) || textOf(event['firstTimestamp'])

export const eventColumns: Column[] = [
  column('Last Seen', (event, now) => humanAge(lastSeen(event), now)),
  column('Type', event => textOf(event['type'])),
  column('Reason', event => textOf(event['reason'])),
  column('Object', involved),
  column('Subobject', event => textOf(at(event, 'involvedObject.fieldPath')), { wide: true }),
  column('Source', event => textOf(at(event, 'source.component')), { wide: true }),
  column('Message', event => textOf(event['message']).trim()),
  column('First Seen', (event, now) => humanAge(textOf(event['firstTimestamp']) || lastSeen(event), now), {
    wide: true,
  }),
  column('Count', event => numberOf(event['count'], 1), { type: 'integer', wide: true }),
]

const subjects = (kind: string) => (binding: KubeObject) =>
  listOf(binding['subjects'])
    .filter(subject => subject['kind'] === kind)
    .map(subject => [subject['namespace'], subject['name']].filter(Boolean).join('/'))
    .join(', ')

export const bindingColumns: Column[] = [
  column('Role', binding => `${textOf(at(binding, 'roleRef.kind'))}/${textOf(at(binding, 'roleRef.name'))}`),
]
export const wideBindingColumns: Column[] = [
  column('Users', subjects('User'), { wide: true }),
  column('Groups', subjects('Group'), { wide: true }),
  column('ServiceAccounts', subjects('ServiceAccount'), { wide: true }),
]
