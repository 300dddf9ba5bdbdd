import { createPrivateKey, X509Certificate } from 'node:crypto'
import { connect, createServer, type DetailedPeerCertificate } from 'node:tls'
import { type AddressInfo, isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCluster } from '#lab/kubernetes/fixture.ts'
import { fieldsOf, textOf } from '#lab/kubernetes/value.ts'
import { createScenario } from '#lab/scenario/scenario.ts'
import { createAuthority, issue } from './certificate.ts'
import { createCertificates } from './certificates.ts'
import { createMeshCertificates, spiffeId } from './mesh.ts'
import { createServing } from './serving.ts'

const hour = 3_600_000
const day = 24 * hour
const startedAt = Date.UTC(2026, 10, 23, 8)
const dates = (certificate: X509Certificate) => [certificate.validFromDate.getTime(), certificate.validToDate.getTime()]

describe('a certificate', () => {
  const authority = createAuthority({ subject: { commonName: 'root' }, serial: '1a', validFrom: 0, expiry: 9e12 })
  const names = { dns: ['a.example', '*.b.example'], ip: ['127.0.0.1', '::1'], uri: ['spiffe://x/ns/a/sa/b'] }
  const wish = {
    subject: { organization: 'o', commonName: 'c' },
    names,
    serial: '2f',
    validFrom: 1000,
    expiry: 86_401_000,
  }

  it('says what was wished, and is signed by its authority', () => {
    const made = issue(authority, wish)
    const read = new X509Certificate(made.pem)
    expect(read.subject).toBe('O=o\nCN=c')
    expect(read.issuer).toBe('CN=root')
    expect(read.serialNumber).toBe('2F')
    expect(dates(read)).toEqual([1000, 86_401_000])
    expect(read.subjectAltName).toBe(
      'DNS:a.example, DNS:*.b.example, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, URI:spiffe://x/ns/a/sa/b',
    )
    expect(read.ca).toBe(false)
    expect(read.checkIssued(new X509Certificate(authority.pem))).toBe(true)
    expect(read.verify(authority.keys.publicKey)).toBe(true)
    expect(read.checkPrivateKey(createPrivateKey(made.key))).toBe(true)
  })
  it('of an authority signs itself', () => {
    const read = new X509Certificate(authority.pem)
    expect([read.ca, read.verify(read.publicKey)]).toEqual([true, true])
  })
  it('is not signed by another authority of the same name', () => {
    const other = createAuthority({ subject: { commonName: 'root' }, serial: '1a', validFrom: 0, expiry: 9e12 })
    expect(new X509Certificate(issue(other, wish).pem).verify(authority.keys.publicKey)).toBe(false)
  })
})

describe('the API server', () => {
  it.each(['127.0.0.1', '::1', 'localhost', 'kubernetes', 'kubernetes.default.svc'])('is known as %s', name => {
    const { authority, tls } = createServing(startedAt)
    const read = new X509Certificate(tls.cert)
    expect(isIP(name) ? read.checkIP(name) : read.checkHost(name)).toBe(name)
    expect(read.verify(new X509Certificate(authority).publicKey)).toBe(true)
  })
  it('is trusted in a handshake by those who have its authority, and by nobody else', async () => {
    const { authority, tls } = createServing(Date.now())
    const server = createServer(tls, socket => socket.end())
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const shake = (ca?: string) =>
      new Promise<DetailedPeerCertificate>((resolve, reject) => {
        const socket = connect({ port, host: '127.0.0.1', ...(ca ? { ca } : {}) }, () => {
          resolve(socket.getPeerCertificate(true))
          socket.destroy()
        })
        socket.on('error', reject)
      })
    expect((await shake(authority)).subject.CN).toBe('kube-apiserver')
    await expect(shake()).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
    await expect(shake(createServing(Date.now()).authority)).rejects.toThrow()
    await new Promise(resolve => server.close(resolve))
  })
})

describe('a workload certificate', () => {
  const mesh = () => createMeshCertificates({ trustDomain: 'cluster.local', seed: 1, startedAt, ageDays: 92 })
  const identity = spiffeId('cluster.local', 'shop', 'cart')

  it('names the ServiceAccount, for a day, under a root for ten years', () => {
    const { root, workloadCertificate } = mesh()
    const { chain, serial, validFrom, expiry } = workloadCertificate(identity, startedAt)
    const read = new X509Certificate(chain)
    expect(read.subjectAltName).toBe('URI:spiffe://cluster.local/ns/shop/sa/cart')
    expect(read.serialNumber.toLowerCase()).toBe(serial)
    expect(dates(read)).toEqual([validFrom, expiry])
    expect(expiry - validFrom).toBe(24 * hour + 120_000)
    expect(read.verify(root.keys.publicKey)).toBe(true)
    expect(root.expiry - root.validFrom).toBe(3650 * day)
    expect(chain.endsWith(root.pem)).toBe(true)
  })
  it('is the same until it is renewed, half its time before the end', () => {
    const { workloadCertificate } = mesh()
    const moments = Array.from({ length: 97 }, (_, index) =>
      workloadCertificate(identity, startedAt + (index * hour) / 2),
    )
    const serials = [...new Set(moments.map(({ serial }) => serial))]
    expect(serials.length).toBeGreaterThanOrEqual(4)
    expect(serials.length).toBeLessThanOrEqual(5)
    expect(workloadCertificate(identity, startedAt + 48 * hour)).toBe(moments.at(-1))
  })
  it('is valid at any moment, and follows from seed, identity and clock', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,8}$/), fc.integer({ min: 0, max: 40 * 24 }), (name, hours) => {
        const now = startedAt + hours * hour
        const one = mesh().workloadCertificate(spiffeId('cluster.local', 'a', name), now)
        const other = mesh().workloadCertificate(spiffeId('cluster.local', 'a', name), now)
        expect(one.expiry).toBe(mesh().expiryOf(spiffeId('cluster.local', 'a', name), now))
        expect(one.validFrom).toBeLessThanOrEqual(now)
        expect(one.expiry - now).toBeGreaterThanOrEqual(12 * hour - 1000)
        expect([one.serial, one.validFrom, one.expiry]).toEqual([other.serial, other.validFrom, other.expiry])
      }),
      { numRuns: 50 },
    )
  })
})

describe.each(['shop', 'thousand'] as const)('in %s', preset => {
  const scenario = createScenario(preset, 1, startedAt)
  const { secrets, roots, mesh, gateways } = createCertificates(scenario, { seed: 1, startedAt, realNow: startedAt })
  const read = (secret: (typeof secrets)[number]) =>
    new X509Certificate(Buffer.from(textOf(fieldsOf(secret['data'])['tls.crt']), 'base64'))
  const served = secrets.filter(secret => secret.metadata.name !== 'istio-ca-secret')

  it('the hosts of gateways have certificates: fresh, near their end, and over', () => {
    const left = served.map(secret => Math.floor((read(secret).validToDate.getTime() - startedAt) / day))
    expect(left.filter(days => days === 9)).toHaveLength(1)
    expect(left.filter(days => days < 0)).toHaveLength(1)
    expect(left.filter(days => days > 60)).toHaveLength(preset === 'shop' ? 1 : 3)
  })
  it('every listener with TLS finds its Secret, for its host', () => {
    const byName = new Map(served.map(secret => [`${secret.metadata.namespace}/${secret.metadata.name}`, secret]))
    for (const { metadata, spec, kind, apiVersion } of scenario.objects) {
      if (kind !== 'Gateway' || !apiVersion.startsWith('gateway.networking')) continue
      const listeners = (spec?.['listeners'] ?? []) as {
        hostname?: string
        tls?: { certificateRefs: { name: string }[] }
      }[]
      for (const { hostname = '', tls } of listeners)
        for (const { name } of tls?.certificateRefs ?? []) {
          const secret = byName.get(`${metadata.namespace}/${name}`)
          expect(secret && read(secret).checkHost(hostname)).toBe(hostname)
        }
    }
  })
  it('a generic Secret says whom to trust, too', () => {
    const mutual = served.filter(secret => secret['type'] === 'Opaque')
    expect(mutual.map(secret => Object.keys(fieldsOf(secret['data'])).toSorted())).toEqual([
      ['ca.crt', 'tls.crt', 'tls.key'],
    ])
  })
  it('every namespace is told whom to trust, also when somebody takes it away', () => {
    const { store, controllers } = createCluster({ roots })
    const find = () => store.get('configmaps', 'shop', 'istio-ca-root-cert')
    expect(find()?.['data']).toEqual({ 'root-cert.pem': mesh.root.pem })
    store.remove('configmaps', 'shop', 'istio-ca-root-cert')
    controllers.settle()
    expect(find()).toBeDefined()
    const before = find()
    if (before) store.replace({ ...before, data: {} })
    controllers.settle()
    expect(find()?.['data']).toEqual({ 'root-cert.pem': mesh.root.pem })
  })
  it('an expired one can be had for any host', () => {
    const { 'tls.crt': certificate } = gateways.expired(['www.shop.example'], startedAt)
    const found = new X509Certificate(Buffer.from(certificate, 'base64'))
    expect(found.validToDate.getTime()).toBe(startedAt - 3 * day)
    expect(found.checkHost('www.shop.example')).toBe('www.shop.example')
  })
})
