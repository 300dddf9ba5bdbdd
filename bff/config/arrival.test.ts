import { describe, expect, it } from 'vitest'
import { type ProxySync, syncsIn } from '#bff/mesh/proxy-sync.ts'
import { countArrived } from './arrival.ts'
import { cluster, consoleOn, virtualService } from './lab.fixture.ts'

const proxy = (
  name: string,
  isSynced: boolean,
  sentAt: number | null,
  behind: ProxySync['behind'] = [],
): ProxySync => ({ proxy: name, isSynced, sentAt, behind })

describe('arrival', () => {
  it.each<[string, ProxySync[], Set<string> | null, object]>([
    [
      'all that were sent it and took it',
      [proxy('a', true, 2000), proxy('b', true, 2500)],
      null,
      { arrived: 2, of: 2 },
    ],
    ['one that has not taken it', [proxy('a', true, 2000), proxy('b', false, 2000)], null, { arrived: 1, of: 2 }],
    ['one that was not concerned', [proxy('a', true, 2000), proxy('b', true, 1000)], null, { arrived: 1, of: 1 }],
    [
      'one that is selected and was not sent anything',
      [proxy('a', true, 2000), proxy('b', true, 1000)],
      new Set(['a', 'b']),
      { arrived: 1, of: 2 },
    ],
    [
      'only those that are selected',
      [proxy('a', true, 2000), proxy('b', false, 2000)],
      new Set(['a']),
      { arrived: 1, of: 1 },
    ],
    [
      'nothing sent yet',
      [proxy('a', true, 1000)],
      null,
      { arrived: 0, of: 1, because: 'Istiod has sent nothing since the change was written.' },
    ],
    [
      'an istiod that does not tell when it sent',
      [proxy('a', true, null), proxy('b', false, null)],
      null,
      { arrived: 1, of: 2 },
    ],
    ['nobody selected', [proxy('a', true, 2000)], new Set(), { arrived: 0, of: 0 }],
  ])('counts %s', (_, proxies, selected, told) => {
    expect(countArrived(proxies, 4300, selected)).toMatchObject({ known: true, ...told })
  })

  it('reads both forms of what istiod tells, and nothing else', () => {
    const older = { proxy: 'a.shop', cluster_sent: 'x', cluster_acked: 'x', listener_sent: 'y', listener_acked: 'z' }
    const resources = { cds: { sent: 'x', acked: 'x', sentTime: '1970-01-01T00:00:02Z' } }
    expect(syncsIn({ status: 200, list: [older, { proxy: 'b.shop', resources }] })).toEqual([
      proxy('a.shop', false, null, [{ type: 'listener', because: null }]),
      proxy('b.shop', true, 2000),
    ])
    expect(syncsIn({ status: 403, list: [older] })).toBeNull()
    expect(syncsIn({ status: 200, list: null })).toBeNull()
    expect(syncsIn({ status: 200, list: [null, 7, 'x'] })).toHaveLength(3)
  })

  it('is not known where istiod does not say', async () => {
    const given = await cluster([virtualService('shop', 'web')])
    const { as } = await consoleOn(given.kubeconfig)
    await as('viewer')('/objects')
    expect((await as('viewer')('/arrival/networking.istio.io/VirtualService/shop/web')).body).toEqual({
      known: false,
      arrived: 0,
      of: 0,
      because: 'Istiod does not say.',
    })
  })

  it('is told only to who may read the object', async () => {
    const given = await cluster([virtualService('pay', 'web')])
    const { as } = await consoleOn(given.kubeconfig)
    expect(await as('shop-dev')('/arrival/networking.istio.io/VirtualService/pay/web')).toMatchObject({
      status: 403,
      body: { detail: 'shop-dev may not read VirtualService pay/web.' },
    })
    expect((await as('mesh-admin')('/arrival/core/Secret/pay/web')).status).toBe(404)
  })
})
