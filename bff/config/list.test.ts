import { describe, expect, it, vi } from 'vitest'
import { connect, subscribe, type Viewer } from '#bff/live/viewer.fixture.ts'
import { ConfigState } from '#shared/config/api.ts'
import { apply, type ConfigChange } from '#shared/config/list.ts'
import { cluster, consoleOn, type Json, service, virtualService } from './lab.fixture.ts'

const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 8000, interval: 20 })

const names = (rows: unknown, kind = 'VirtualService') =>
  (rows as { ref: { kind: string; namespace: string; name: string } }[]).flatMap(({ ref }) =>
    ref.kind === kind ? [`${ref.namespace}/${ref.name}`] : [],
  )

/** What a page holds after all messages it was sent. */
function held({ told }: Viewer): ConfigState | null {
  let state: ConfigState | null = null
  for (const message of told as unknown as { kind: string; state?: ConfigState; change?: ConfigChange }[]) {
    if (message.state) state = message.state
    else if (message.change && state) state = apply(state, message.change)
  }
  return state
}

/** A viewer of lists takes messages as they come; `held` puts them together. */
async function page(url: string, user: string, query: Record<string, string> = {}): Promise<Viewer> {
  const viewer = await connect(url, {}, { user })
  viewer.isRaw = true
  expect(await subscribe(viewer, query, 'config')).toMatchObject({ ok: true })
  return viewer
}

describe('the list', () => {
  it('shows each of two users what they may list, and says which kinds they may not', async () => {
    const { kubeconfig } = await cluster([
      virtualService('shop', 'a'),
      virtualService('logistics', 'b'),
      virtualService('pay', 'c'),
    ])
    const { as } = await consoleOn(kubeconfig)
    expect(names((await as('mesh-admin')('/objects')).body['rows'])).toEqual(['logistics/b', 'pay/c', 'shop/a'])
    expect(names((await as('viewer')('/objects')).body['rows'])).toEqual(['logistics/b', 'pay/c', 'shop/a'])
    const { body } = await as('shop-dev')('/objects')
    expect(names(body['rows'])).toEqual(['logistics/b', 'shop/a'])
    const namespaces = (body['kinds'] as Json[]).find(({ kind }) => kind === 'Namespace')
    expect(namespaces).toMatchObject({ state: 'forbidden', because: expect.stringContaining('shop-dev may not list') })
    expect(names((await as('mesh-admin')('/objects?namespaces=pay')).body['rows'])).toEqual(['pay/c'])
    expect((await as('mesh-admin')('/objects?namespaces=..%2Fx')).status).toBe(400)
  })

  it('tells every page what changed, as far as its user may see it', async () => {
    const given = await cluster([virtualService('shop', 'a')])
    const { url } = await consoleOn(given.kubeconfig)
    const admin = await page(url, 'mesh-admin')
    const developer = await page(url, 'shop-dev')
    await soon(() => expect(held(admin)).not.toBeNull())
    await soon(() => expect(held(developer)).not.toBeNull())
    given.put(virtualService('pay', 'c'), virtualService('shop', 'b'))
    await soon(() => expect(names(held(admin)?.rows)).toEqual(['pay/c', 'shop/a', 'shop/b']))
    await soon(() => expect(names(held(developer)?.rows)).toEqual(['shop/a', 'shop/b']))
    given.put(service('shop', 'a'))
    given.remove(virtualService('shop', 'b'))
    const errors = () =>
      held(developer)?.rows.find(({ ref }) => ref.name === 'a' && ref.kind === 'VirtualService')?.findings.Error
    await soon(() => expect(names(held(developer)?.rows)).toEqual(['shop/a']))
    await soon(() => expect(errors()).toBe(0))
    expect(JSON.stringify(developer.told)).not.toContain('"pay"')
    // Whole once, and differences since.
    expect(developer.told.filter(({ kind }) => kind === 'snapshot')).toHaveLength(1)
    expect(ConfigState.safeParse(held(developer)).success).toBe(true)
  })

  it('stays and says that it is old while the cluster is away', async () => {
    const given = await cluster([virtualService('shop', 'a')])
    const { url } = await consoleOn(given.kubeconfig)
    const viewer = await page(url, 'mesh-admin')
    await soon(() => expect(held(viewer)).not.toBeNull())
    given.kubernetes.server.setAvailable(false)
    await soon(() =>
      expect(viewer.told.at(-1)).toMatchObject({
        kind: 'trouble',
        source: 'kubernetes',
        lastGoodAt: expect.any(Number),
      }),
    )
    given.kubernetes.server.setAvailable(true)
    given.put(virtualService('shop', 'b'))
    await soon(() => expect(names(held(viewer)?.rows)).toEqual(['shop/a', 'shop/b']))
  }, 20_000)
})
