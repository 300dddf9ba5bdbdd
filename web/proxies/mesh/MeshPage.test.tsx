import { describe, expect, it, vi } from 'vitest'
import type { Fleet } from '#shared/proxies/api.ts'
import { problem, renderWithBff, type Reply } from '#web/api/testing.tsx'
import { openTexts, startLanguage } from '#web/ui/language.ts'
import { MeshPage } from './MeshPage.tsx'

const markup = '<img src=x onerror="alert(1)">'

const fleet: Fleet = {
  at: 0,
  istiods: [
    { namespace: 'istio-system', name: 'istiod', revision: 'default', versions: ['1.29.0'], ready: 1, total: 2 },
  ],
  parts: [
    { kind: 'sidecar', version: '1.29.0', pods: 36, namespaces: 3, synced: 35, stale: 1, unknown: 0 },
    { kind: 'sidecar', version: '1.27.4', pods: 2, namespaces: 1, synced: 2, stale: 0, unknown: 0 },
  ],
  captured: 7,
  behind: [{ namespace: 'shop', pod: 'cart-1', workload: 'cart', behind: [{ type: 'Listener', because: markup }] }],
  isUnheard: false,
  meshConfigs: [{ namespace: 'istio-system', name: 'istio', text: `# ${markup}\nenableAutoMtls: true` }],
  partial: [],
}

async function shown(reply: Reply, onGo: (href: string) => void = () => {}) {
  await startLanguage()
  await openTexts('proxies')
  const slots = { charts: null, gateways: <p>gateways</p>, certificates: null, sources: null }
  return (await renderWithBff(<MeshPage slots={slots} onGo={onGo} />, reply)).screen
}
const answer = (told: Fleet) => () => told

describe('the page of the mesh', () => {
  it('says how many istiods are ready and how many proxies run what they sent', async () => {
    const screen = await shown(answer(fleet))
    await expect.element(screen.getByText('1 of 2 istiod pods ready. 37 of 38 proxies in sync.')).toBeVisible()
    await expect.element(screen.getByText('Degraded')).toBeVisible()
    const proxies = screen.getByRole('table', { name: 'Proxies by version' })
    await expect
      .element(proxies.getByRole('row').filter({ hasText: '1.27.4' }))
      .toMatchTextContent(/not of istiod’s version/)
    await expect.element(screen.getByText('7 pods are captured by ztunnel')).toBeVisible()
  })

  it('leads to the proxy that is behind, and shows its words as they are', async () => {
    const onGo = vi.fn()
    const screen = await shown(answer(fleet), onGo)
    await expect.element(screen.getByText(`Listener: ${markup}`)).toBeVisible()
    await expect.element(screen.getByText(/enableAutoMtls: true/)).toBeVisible()
    expect(document.querySelector('img')).toBeNull()
    await screen.getByRole('link', { name: 'shop/cart-1' }).click()
    expect(onGo).toHaveBeenCalledWith('/workloads/shop/cart?tab=proxies')
  })

  it('counts nothing as in sync where no istiod is heard', async () => {
    const screen = await shown(answer({ ...fleet, isUnheard: true, behind: [], partial: ['No istiod says it.'] }))
    await expect.element(screen.getByText(/38 proxies; nobody says whether they are in sync/)).toBeVisible()
    await expect.element(screen.getByText('No istiod says it.')).toBeVisible()
  })

  it('keeps what other rooms know where the proxies cannot be read, and says why', async () => {
    const screen = await shown(() => problem(502, 'Kubernetes is away.'))
    await expect.element(screen.getByText('Kubernetes is away.')).toBeVisible()
    await expect.element(screen.getByText('gateways')).toBeVisible()
  })
})
