import { describe, expect, it } from 'vitest'
import { cluster, consoleOn } from './lab.fixture.ts'
import { createRights } from './rights.ts'

const virtualServices = { group: 'networking.istio.io', plural: 'virtualservices' }

describe('rights', () => {
  it('are those the API server tells of each user', async () => {
    const { users } = await cluster()
    const rights = createRights({ users, now: Date.now })
    const may = (user: string, verb: 'list' | 'patch', namespace: string | null) =>
      rights.may(user, { verb, ...virtualServices }, namespace)
    expect(await may('mesh-admin', 'patch', null)).toBe(true)
    expect(await may('viewer', 'list', null)).toBe(true)
    expect(await may('viewer', 'patch', 'shop')).toBe(false)
    expect(await may('shop-dev', 'list', null)).toBe(false)
    expect(await may('shop-dev', 'list', 'logistics')).toBe(true)
    expect(await may('shop-dev', 'patch', 'shop')).toBe(true)
    expect(await may('shop-dev', 'patch', 'logistics')).toBe(false)
    expect(await may('shop-dev', 'list', 'pay')).toBe(false)
  })

  it('are asked once a minute, and again at once after a refusal', async () => {
    const { users, kubernetes } = await cluster()
    let now = 0
    const rights = createRights({ users, now: () => now })
    const ask = async () => {
      const before = kubernetes.server.requestCount()
      await Promise.all(
        Array.from({ length: 20 }, () => rights.may('shop-dev', { verb: 'list', ...virtualServices }, 'shop')),
      )
      return kubernetes.server.requestCount() - before
    }
    expect(await ask()).toBe(3)
    now = 59_999
    expect(await ask()).toBe(0)
    now = 60_000
    expect(await ask()).toBe(3)
    rights.forget('shop-dev')
    expect(await ask()).toBe(3)
  })

  it('that could not be asked are asked again instead of being taken for a no', async () => {
    const { users, kubernetes } = await cluster()
    const rights = createRights({ users, now: Date.now })
    const may = () => rights.may('mesh-admin', { verb: 'list', ...virtualServices }, null)
    kubernetes.server.setAvailable(false)
    await expect(may()).rejects.toMatchObject({ name: 'SourceError' })
    kubernetes.server.setAvailable(true)
    expect(await may()).toBe(true)
  })

  it('reach the page with the users of the lab it may switch to', async () => {
    const { kubeconfig } = await cluster()
    const { as } = await consoleOn(kubeconfig)
    const own = (await as('')('/rights')).body
    expect(own).toMatchObject({ user: 'mesh-admin', users: ['mesh-admin', 'shop-dev', 'viewer'] })
    const { body } = await as('shop-dev')('/rights')
    const rows = (body['rights'] as { namespace: string | null; kind: string; verbs: string[] }[]).filter(
      row => row.kind === 'VirtualService',
    )
    expect(rows).toEqual([
      expect.objectContaining({ namespace: 'logistics', verbs: ['get', 'list', 'watch'] }),
      expect.objectContaining({
        namespace: 'shop',
        verbs: ['get', 'list', 'watch', 'create', 'patch', 'update', 'delete'],
      }),
    ])
    expect(await as('root')('/rights')).toMatchObject({
      status: 400,
      body: { detail: 'There is no user "root" in this lab; choose one of mesh-admin, shop-dev, viewer.' },
    })
  })
})
