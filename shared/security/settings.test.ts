import { describe, expect, it } from 'vitest'
import { settingsIn } from './settings.ts'

const config = (name: string, mesh: unknown) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'istio-system' },
  data: { mesh: JSON.stringify(mesh) },
})
const providers = (...extensionProviders: unknown[]) => ({ extensionProviders })
const grpc = { name: 'opa', envoyExtAuthzGrpc: { service: 'opa.pay', port: 9000 } }
const http = { name: 'ldap', envoyExtAuthzHttp: { service: 'ldap.pay', port: 80 } }
const parse = (yaml: string): unknown => JSON.parse(yaml)

describe('external authorizers', () => {
  it.each([
    ['are those that the mesh defines', [config('istio', providers(grpc, http))], ['opa grpc', 'ldap http']],
    ['not other providers', [config('istio', providers({ name: 'zipkin', zipkin: {} }))], []],
    ['of every revision', [config('istio', {}), config('istio-canary', providers(http))], ['ldap http']],
    [
      'of which one may ask about TCP',
      [config('istio', providers(http)), config('istio-canary', providers({ ...grpc, name: 'ldap' }))],
      ['ldap grpc'],
    ],
    ['none where it defines none', [config('istio', {})], []],
  ])('%s', (_, objects, expected) => {
    const { authorizers } = settingsIn(objects, parse)
    expect(authorizers?.map(({ name, speaks }) => `${name} ${speaks}`)).toEqual(expected)
  })

  it.each([
    ['nobody read the configuration', []],
    ['it cannot be read', [{ ...config('istio', {}), data: { mesh: '{' } }]],
    ['only another ConfigMap was', [config('app', providers(grpc))]],
  ])('are not known where %s', (_, objects) => {
    expect(settingsIn(objects, parse).authorizers).toBeNull()
  })
})
