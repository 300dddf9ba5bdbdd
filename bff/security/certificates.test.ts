import { describe, expect, it } from 'vitest'
import type { ApiAnswer } from '#bff/sources/kubernetes-api.ts'
import type { KubernetesUsers } from '#bff/sources/kubernetes-users.ts'
import { type Sample, SourceError } from '#bff/sources/source.ts'
import { certificate as cert, key } from '#bff/sources/tls.fixture.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { type CertificateDeps, certificateReadings } from './certificates.ts'
import { landscapeDeps } from './rights.fixture.ts'

const signal = new AbortController().signal
const now = Date.UTC(2026, 10, 25)
const base64 = (text: string) => Buffer.from(text).toString('base64')

const gateway: MeshObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { namespace: 'shop', name: 'web' },
  spec: {
    listeners: [
      {
        hostname: 'shop.example',
        tls: {
          certificateRefs: [{ name: 'web-tls' }],
          options: { 'gateway.istio.io/tls-terminate-mode': 'MUTUAL' },
        },
      },
    ],
  },
}
const answer = (status: number, json: Record<string, unknown>): ApiAnswer => ({
  status,
  json,
  list: null,
  text: '',
  warnings: [],
})
const secret = answer(200, { data: { 'tls.crt': base64(cert + cert), 'tls.key': base64(key) } })
const root = answer(200, { data: { 'root-cert.pem': cert } })
const missing = answer(404, { message: 'not found' })

function read(
  what: { user?: string; answers?: Record<string, ApiAnswer | Error>; samples?: Sample[] | SourceError } = {},
) {
  const asked: string[] = []
  const answers: Record<string, ApiAnswer | Error> = {
    'istio-system/configmaps/istio-ca-root-cert': root,
    'shop/secrets/web-tls': secret,
    ...what.answers,
  }
  const users = {
    as: (user: string) => ({
      user,
      ask: async ({ path }: { path: string }) => {
        const name = path.replace('/api/v1/namespaces/', '')
        asked.push(`${user} ${name}`)
        const found = answers[name] ?? missing
        if (found instanceof Error) throw found
        return found
      },
    }),
  } as unknown as KubernetesUsers
  const { samples = [] } = what
  const deps: CertificateDeps = {
    ...landscapeDeps({ objects: [gateway] }),
    now: () => now,
    users,
    prometheus: {
      query: async query => {
        if (samples instanceof SourceError) throw samples
        return query.includes('istio_agent') ? samples : []
      },
    },
  }
  return { asked, told: certificateReadings(deps)(what.user ?? 'mesh-admin', signal) }
}

describe('certificates', () => {
  it('are told with their names and ends, and never with a key', async () => {
    const { told } = read()
    const { certificates } = await told
    expect(certificates).toMatchObject([
      { use: 'root', object: { kind: 'ConfigMap', namespace: 'istio-system' }, trouble: null },
      {
        use: 'gateway',
        object: { kind: 'Secret', namespace: 'shop', name: 'web-tls' },
        usedBy: [{ kind: 'Gateway', name: 'web' }],
        hosts: ['shop.example'],
        trouble: null,
      },
      // Nothing says which callers are trusted.
      { use: 'callers', object: { name: 'web-tls-cacert' }, trouble: { is: 'missing' } },
    ])
    expect(certificates[1]?.until).toBeGreaterThan(certificates[1]?.from ?? Infinity)
    expect(JSON.stringify(certificates)).not.toContain('PRIVATE')
    expect(JSON.stringify(certificates)).not.toContain(base64(key).slice(0, 60))
  })

  it('are read with the rights of whoever looks, and say which right is missing', async () => {
    const forbidden = answer(403, { message: 'secrets "web-tls" is forbidden' })
    const { told, asked } = read({ user: 'shop-dev', answers: { 'shop/secrets/web-tls': forbidden } })
    const { certificates } = await told
    expect(asked.every(line => line.startsWith('shop-dev '))).toBe(true)
    expect(certificates[1]?.trouble).toEqual({
      is: 'forbidden',
      because: 'You may not get secrets in namespace shop: secrets "web-tls" is forbidden',
    })
  })

  it.each([
    ['is no certificate', answer(200, { data: { 'tls.crt': base64('hello') } }), 'unreadable'],
    ['is a broken certificate', answer(200, { data: { 'tls.crt': base64(cert.replace('MI', 'XX')) } }), 'unreadable'],
    ['is not there', missing, 'missing'],
    ['is not told', answer(500, { message: 'etcd is away' }), 'unanswered'],
    ['is not told in time', new SourceError('kubernetes', 'timeout', 'Kubernetes did not answer.'), 'unanswered'],
  ])('say that one %s, and tell the others', async (_, given, is) => {
    const { certificates } = await read({ answers: { 'shop/secrets/web-tls': given } }).told
    expect(certificates.map(({ trouble }) => trouble?.is)).toContain(is)
    expect(certificates[0]).toMatchObject({ use: 'root', trouble: null })
  })

  it('of workloads end when that of the first of their pods ends', async () => {
    const sample = (namespace: string, pod: string, value: number): Sample => ({
      metric: { namespace, pod },
      value,
    })
    const samples = [sample('shop', 'cart-1', 3600), sample('pay', 'ledger-1', 60), sample('shop', 'gone-7', 5)]
    expect((await read({ samples }).told).workloads).toEqual([
      { namespace: 'pay', name: 'ledger', pods: 1, until: now + 60_000 },
      { namespace: 'shop', name: 'cart', pods: 1, until: now + 3_600_000 },
    ])
    // Whoever may see shop alone is told of shop alone.
    expect((await read({ samples, user: 'shop-dev' }).told).workloads.map(({ name }) => name)).toEqual(['cart'])
  })

  it('of gateways are told while Prometheus is silent, which is said', async () => {
    const samples = new SourceError('prometheus', 'timeout', 'Prometheus did not answer within 10 s.')
    const { certificates, partial, workloads } = await read({ samples }).told
    expect(certificates).toHaveLength(3)
    expect(workloads).toEqual([])
    expect(partial).toEqual(['Prometheus did not answer within 10 s.'])
  })
})
