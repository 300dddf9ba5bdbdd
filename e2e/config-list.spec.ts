import { writeFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { violationsInEveryFace } from './axe.ts'
import { expect, test } from './fixtures.ts'
import { kubectl } from './kubectl.ts'

const grid = (page: Page) => page.getByRole('treegrid', { name: 'Mesh objects' })

/** `12 of 74 objects`, as the footer says it. */
async function counted(page: Page): Promise<number> {
  const text = (await page.locator('footer').textContent()) ?? ''
  return Number(/of ([\d,]+) objects/.exec(text)?.[1]?.replaceAll(',', ''))
}

async function actAs(page: Page, user: string) {
  await page.getByRole('button', { name: /^Signed in as/ }).click()
  await page.getByRole('menuitemradio', { name: user }).click()
  await expect(page.getByRole('button', { name: `Signed in as ${user}` })).toBeVisible()
}

const hostile = '"><img src=x onerror=alert(1)>'
const live = ['virtualservice', 'e2e-live', '-n', 'shop']

/** Writes a VirtualService into a file for kubectl. */
function manifest(file: string, host: string): string {
  const object = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'e2e-live', namespace: 'shop', annotations: { 'weft.example/note': hostile } },
    spec: { hosts: [host], http: [{ route: [{ destination: { host: 'catalog.shop.svc.cluster.local' } }] }] },
  }
  writeFileSync(file, JSON.stringify(object))
  return file
}

test('the rail leads to all objects of the mesh, by kind, and to each of them', async ({ page, consoleErrors }) => {
  await page.goto('/topology?ns=pay,shop')
  await page.getByRole('link', { name: 'Config' }).click()
  await expect(page).toHaveURL(/\/config\?ns=pay,shop$/)
  await expect(grid(page).getByRole('row', { name: /^VirtualService \d+ objects/ })).toBeVisible()
  expect(consoleErrors).toEqual([])
  await page.goto('/config?kind=networking.istio.io/VirtualService')
  await grid(page).getByRole('link', { name: 'recommendations' }).click()
  await expect(page).toHaveURL(/\/config\/networking\.istio\.io\/VirtualService\/shop\/recommendations$/)
  await expect(page.getByRole('heading', { name: 'recommendations', level: 1 })).toBeVisible()
  await expect(page.getByRole('textbox', { name: /^Edit the text/ })).toContainText('kind: VirtualService')
  await page.goBack()
  await expect(grid(page)).toBeVisible()
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Topology', exact: true }).click()
  await expect(page).toHaveURL(/\/topology/)
})

test('what somebody else writes is there without a reload, on the list and on its page', async ({ page, lab }) => {
  await page.goto('/config?q=e2e-live&group=none')
  await expect(page.getByText('No object matches these filters.')).toBeVisible()
  await page.evaluate(() => Object.assign(window, { isSamePage: true }))
  await kubectl(lab.kubeconfig, 'apply', '-f', manifest(test.info().outputPath('live.json'), 'first.example'))
  await expect(grid(page).getByRole('row', { name: /e2e-live shop .* by kubectl first\.example/ })).toBeVisible()
  await kubectl(
    lab.kubeconfig,
    'patch',
    ...live,
    '--type=merge',
    '-p',
    JSON.stringify({ spec: { hosts: ['second.example'] } }),
  )
  await expect(grid(page).getByRole('row', { name: /e2e-live shop .* second\.example/ })).toBeVisible()
  await grid(page).getByRole('link', { name: 'e2e-live' }).click()
  const text = page.getByRole('textbox', { name: /^Edit the text/ })
  await expect(text).toContainText('second.example')
  await expect(text).toContainText(hostile)
  await kubectl(
    lab.kubeconfig,
    'patch',
    ...live,
    '--type=merge',
    '-p',
    JSON.stringify({ spec: { hosts: ['third.example'] } }),
  )
  await expect(text).toContainText('third.example')
  await kubectl(lab.kubeconfig, 'delete', ...live)
  await expect(page.getByText(/This object was deleted/)).toBeVisible()
  expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true)
})

test('another user of the lab sees what they may see, and it stays so after a reload', async ({ page }) => {
  await page.goto('/config')
  await expect(grid(page)).toBeVisible()
  await expect.poll(() => counted(page)).toBeGreaterThan(20)
  const all = await counted(page)
  await actAs(page, 'shop-dev')
  await expect.poll(() => counted(page)).toBeLessThan(all)
  const some = await counted(page)
  expect(some).toBeGreaterThan(0)
  await page.reload()
  await expect(page.getByRole('button', { name: 'Signed in as shop-dev' })).toBeVisible()
  await expect.poll(() => counted(page)).toBe(some)
  await page.goto('/config/networking.istio.io/VirtualService/pay/payments')
  await expect(page.getByRole('heading', { name: 'You may not read this object' })).toBeVisible()
  await actAs(page, 'mesh-admin')
  await expect(page.getByRole('textbox', { name: /^Edit the text/ })).toContainText('name: payments')
})

test('by keyboard alone: narrow, walk, open, and come back', async ({ page }) => {
  await page.goto('/config')
  await expect(grid(page)).toBeVisible()
  const search = page.getByRole('textbox', { name: 'Find by name, host, author' })
  await search.focus()
  await page.keyboard.type('recommendations')
  await expect(page).toHaveURL(/q=recommendations/)
  await expect(grid(page).getByRole('link', { name: 'recommendations' }).first()).toBeVisible()
  await grid(page).getByRole('row').nth(1).focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'recommendations', level: 1 })).toBeVisible()
  await page.goBack()
  await expect(page).toHaveURL(/\/config\?q=recommendations/)
})

test('the palette goes to an object', async ({ page }) => {
  await page.goto('/config')
  await expect(grid(page)).toBeVisible()
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox', { name: 'Search and commands' })).toBeFocused()
  await page.keyboard.type('pay/payments')
  await page.getByRole('option', { name: /pay\/payments.*VirtualService/ }).click()
  await expect(page.getByRole('heading', { name: 'payments', level: 1 })).toBeVisible()
})

test('the API server away: the list stays and says how old it is', async ({ page, lab }) => {
  await page.goto('/config')
  await expect(grid(page)).toBeVisible()
  await lab.outage('kubernetes', true)
  try {
    await expect(page.getByRole('complementary', { name: 'Stale' })).toBeVisible({ timeout: 30_000 })
    await expect(grid(page)).toBeVisible()
  } finally {
    await lab.outage('kubernetes', false)
  }
  await expect(page.getByRole('complementary', { name: 'Stale' })).toHaveCount(0, { timeout: 60_000 })
})

test('axe finds nothing in light and dark, in English and Chinese, on the list, its filters and the user menu', async ({
  page,
}) => {
  await page.goto('/config')
  await expect(page.getByRole('treegrid')).toBeVisible()
  expect(await violationsInEveryFace(page)).toEqual([])
  await page.locator('.facet').first().click()
  await expect(page.getByRole('dialog')).toBeVisible()
  expect(await violationsInEveryFace(page)).toEqual([])
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.locator('.user').click()
  await expect(page.getByRole('menu')).toBeVisible()
  expect(await violationsInEveryFace(page)).toEqual([])
  await expect(page.getByRole('menu')).toBeVisible()
})

test('axe finds nothing in light and dark, in English and Chinese, on an object with findings', async ({ page }) => {
  await page.goto('/config/networking.istio.io/VirtualService/pay/payments')
  await expect(page.getByText('perTryTimeout').first()).toBeVisible()
  expect(await violationsInEveryFace(page)).toEqual([])
})
