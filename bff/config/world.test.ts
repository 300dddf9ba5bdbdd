import { describe, expect, it, vi } from 'vitest'
import { readWorld } from '#shared/config/api.ts'
import { cluster, consoleOn, type Json, type Manifest, pod, service, virtualService } from './lab.fixture.ts'

const secret: Manifest = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'certificate', namespace: 'shop' },
  type: 'kubernetes.io/tls',
  data: { 'tls.key': 'cHJpdmF0ZQ==', 'tls.crt': 'cHVibGlj' },
}
const settings: Manifest = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'istio', namespace: 'istio-system' },
  data: {
    mesh: 'trustDomain: shop.example\ndefaultConfig: { tracing: { zipkin: { address: inner:9411 } } }\nextensionProviders: [{ name: guard, envoyExtAuthzGrpc: { service: guard.pay.svc, port: 9000 } }]\n',
  },
}

async function world(url: string, user: string, path = '', tag?: string) {
  const response = await fetch(`${url}/api/config/world${path}`, {
    headers: { 'weft-user': user, ...(tag === undefined ? {} : { 'if-none-match': tag }) },
  })
  const text = await response.text()
  const reply = response.status === 200 ? readWorld.reply.parse(JSON.parse(text)) : null
  return { response, text, reply, names: (reply?.objects ?? []).map(nameOf).sort() }
}

const nameOf = (object: Json): string => {
  const { namespace = '', name } = object['metadata'] as { namespace?: string; name: string }
  return `${String(object['kind'])} ${namespace}/${name}`
}

describe('the world', () => {
  it('is what the caller may list: of other namespaces not even their names', async () => {
    const { kubeconfig } = await cluster([
      virtualService('shop', 'a'),
      service('logistics', 'b'),
      virtualService('pay', 'c'),
      pod('pay', 'ledger', 'ledger-1'),
      secret,
      settings,
    ])
    const { url } = await consoleOn(kubeconfig)
    const developer = await world(url, 'shop-dev')
    expect(developer.names).toEqual([
      'Namespace /logistics',
      'Namespace /shop',
      'Service logistics/b',
      'ServiceAccount logistics/default',
      'ServiceAccount shop/default',
      'VirtualService shop/a',
    ])
    expect(developer.text).not.toMatch(/\bpay\b|istio-system|inner|ledger/)
    expect(developer.reply?.unseen).toContainEqual({ kind: '/Pod', except: ['logistics', 'shop'] })
    expect(developer.reply?.unseen).toContainEqual({ kind: '/Secret', except: [] })
    expect(developer.reply?.settings).toEqual({
      meshConfig: { trustDomain: 'shop.example', extensionProviders: [{ name: 'guard', envoyExtAuthzGrpc: {} }] },
      meshNetworks: null,
    })

    const viewer = await world(url, 'viewer')
    expect(viewer.names).toContain('Pod pay/ledger-1')
    expect(viewer.names.filter(name => name.startsWith('Secret'))).toEqual([])
    expect(viewer.reply?.unseen).toEqual([{ kind: '/Secret', except: [] }])

    const admin = await world(url, 'mesh-admin')
    expect(admin.names).toContain('Secret shop/certificate')
    expect(admin.text).not.toMatch(/cHJpdmF0ZQ|managedFields|"uid":"[0-9a-f-]+","resource/)
    expect(admin.reply?.unseen).toEqual([])
    expect(JSON.stringify(admin.reply?.settings)).toContain('inner:9411')
  })

  it('unchanged costs a 304, and after a change what is another', async () => {
    const given = await cluster([virtualService('shop', 'a'), virtualService('pay', 'c')])
    const { url } = await consoleOn(given.kubeconfig)
    const first = await world(url, 'shop-dev')
    const tag = first.response.headers.get('etag') ?? ''
    const version = first.reply?.version ?? ''
    expect(first.reply?.isWhole).toBe(true)
    const again = await world(url, 'shop-dev', '', tag)
    expect(again.response.status).toBe(304)
    expect(again.text).toBe('')
    given.put(virtualService('shop', 'b'), virtualService('pay', 'd'))
    given.remove(virtualService('shop', 'a'))
    await vi.waitFor(
      async () => {
        const { reply } = await world(url, 'shop-dev', `?since=${version}`, tag)
        expect(reply).toMatchObject({
          isWhole: false,
          objects: [{ kind: 'VirtualService', metadata: { name: 'b' } }],
          removed: [{ kind: 'VirtualService', namespace: 'shop', name: 'a' }],
        })
        expect(reply?.version).not.toBe(version)
        expect(JSON.stringify(reply)).not.toContain('pay')
      },
      { timeout: 8000 },
    )
    // What somebody else was told, another run, or nonsense: everything is told anew.
    for (const since of ['x.y.1', (await world(url, 'viewer')).reply?.version ?? '']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { reply } = await world(url, 'shop-dev', `?since=${since}`)
      expect(reply?.isWhole).toBe(true)
    }
  })
})
