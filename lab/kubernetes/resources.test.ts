import { describe, expect, it } from 'vitest'
import { builtInKinds } from './kinds/all.ts'
import { lookup } from './kinds/kind.ts'
import { byStability, createResourceTable } from './resources.ts'
import { fieldsOfModel, modelOf } from './schema/types.ts'

describe('the table of kinds', () => {
  const table = createResourceTable(builtInKinds)

  it('names every kind once', () => {
    expect(new Set(builtInKinds.map(kind => kind.name)).size).toBe(builtInKinds.length)
  })

  it('uses no short name twice in a group', () => {
    for (const group of table.groups()) {
      const names = builtInKinds.filter(kind => kind.group === group).flatMap(kind => kind.shortNames)
      expect(names).toEqual([...new Set(names)])
    }
  })

  it('keeps the two Gateways apart', () => {
    expect(table.of('networking.istio.io/v1beta1', 'Gateway')?.name).toBe('gateways.networking.istio.io')
    expect(table.of('gateway.networking.k8s.io/v1', 'Gateway')?.name).toBe('gateways.gateway.networking.k8s.io')
  })

  it.each([
    ['networking.istio.io', ['v1', 'v1beta1', 'v1alpha3']],
    ['security.istio.io', ['v1', 'v1beta1']],
    ['gateway.networking.k8s.io', ['v1', 'v1beta1', 'v1alpha3', 'v1alpha2']],
  ])('prefers the most stable version of %s', (group, versions) => {
    expect(table.versionsOf(group)).toEqual(versions)
  })

  it('orders versions as Kubernetes documents it', () => {
    const versions = ['v1alpha1', 'v2beta1', 'v10', 'v1', 'v2', 'v1beta2', 'v11alpha2']
    expect(versions.sort(byStability)).toEqual(['v10', 'v2', 'v1', 'v2beta1', 'v1beta2', 'v11alpha2', 'v1alpha1'])
  })

  it.each(builtInKinds.filter(kind => !kind.custom).map(kind => [kind.name, kind] as const))(
    'knows the fields of %s',
    (_, kind) => {
      const fields = fieldsOfModel(modelOf(kind) ?? '')
      expect(fields?.get('metadata')).toEqual({ kind: 'object', name: 'V1ObjectMeta' })
    },
  )
})

describe('a printer column', () => {
  const object = {
    spec: { hosts: ['a', 'b'] },
    status: {
      addresses: [{ value: '10.0.0.1' }],
      conditions: [
        { type: 'Accepted', status: 'True' },
        { type: 'Programmed', status: 'False' },
      ],
    },
  }
  it.each([
    ['.spec.hosts', ['a', 'b']],
    ['.status.addresses[*].value', '10.0.0.1'],
    ['.status.addresses[0].value', '10.0.0.1'],
    ['.status.conditions[?(@.type=="Programmed")].status', 'False'],
    ['.status.conditions[?(@.type=="Missing")].status', undefined],
    ['.spec.none.deeper', undefined],
  ])('finds %s', (path, value) => {
    expect(lookup(object, path)).toEqual(value)
  })
})
