import type { Page } from '@playwright/test'
import { violationsInEveryFace } from './axe.ts'
import { expect, leaveAsFound, test } from './fixtures.ts'
import { kubectl } from './kubectl.ts'

leaveAsFound(test, 'virtualservice/shop/recommendations', 'deployment/shop/cart')

const cells = (page: Page) => page.getByRole('list', { name: 'Namespaces' }).getByRole('listitem')

test('the console opens with the mesh in one look: signals, namespaces, what is worst, and what was changed just now', async ({
  page,
  lab,
  consoleErrors,
}) => {
  await page.goto('/')
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible()
  const signals = page.getByRole('region', { name: 'Golden signals' })
  await expect(signals).toContainText(/Requests[\d.,]+req\/s/)
  await expect(signals).toContainText(/Latency p95[\d.,]+/)
  await expect(cells(page).filter({ hasText: 'shop' }).first()).toContainText(/\d/)
  const sources = page.getByRole('region', { name: 'Control plane and sources' })
  await expect(sources).toContainText(/istiod\S*\d of \d ready/)
  await expect(sources).toContainText('Prometheus')

  await kubectl(lab.kubeconfig, 'scale', 'deployment', 'cart', '-n', 'shop', '--replicas=4')
  await kubectl(lab.kubeconfig, 'annotate', 'virtualservice', '-n', 'shop', 'recommendations', 'looked=at')
  const strip = page.getByRole('region', { name: 'What changed' })
  await expect(strip.getByRole('link', { name: /Config VirtualService shop\/recommendations/ }).first()).toBeVisible({
    timeout: 40_000,
  })
  await expect(strip.getByText(/shop\/cart/).first()).toBeAttached({ timeout: 40_000 })

  await cells(page).getByRole('link').filter({ hasText: 'pay' }).first().click()
  await expect(page).toHaveURL(/\/topology\?ns=pay/)
  await page.getByRole('link', { name: 'Weft, to the overview' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible()
  expect(consoleErrors).toEqual([])
})

test('somebody sees the namespaces they may list, and numbers of no other', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('weft.user', 'shop-dev'))
  await page.goto('/')
  await expect(cells(page).filter({ hasText: 'shop' }).first()).toBeVisible()
  await expect(cells(page)).toHaveCount(2)
  const ask = async (user: string) => {
    const reply = await page.request.get('/api/overview/signals', { headers: { 'weft-user': user } })
    const { requestRate } = (await reply.json()) as { requestRate: (number | null)[] }
    return requestRate.findLast(value => value !== null) ?? 0
  }
  expect(await ask('shop-dev')).toBeLessThan(await ask('mesh-admin'))
})

test('axe finds nothing in light and dark, in English and Chinese, on the overview', async ({ page }) => {
  await page.goto('/')
  await expect(page.locator('.namespace-cells li').first()).toBeVisible()
  await expect(page.locator('.signal svg[role=img] circle').first()).toBeVisible()
  expect(await violationsInEveryFace(page)).toEqual([])
})
