import type { Page } from '@playwright/test'
import { violationsInEveryFace } from './axe.ts'
import { expect, test } from './fixtures.ts'

/** Traces from the lab's mesh: by keyboard from the search to a span and to a comparison. */

const grid = (page: Page, name: string) => page.getByRole('grid', { name })

test('by keyboard: search, trace, span, compare', async ({ page, consoleErrors }) => {
  await page.goto('/traces')
  await page.getByRole('combobox', { name: 'Service' }).focus()
  await page.keyboard.type('storefront.shop')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/service=storefront\.shop/)
  await expect(page.getByRole('status').first()).toContainText(/\d+ traces/)

  const rows = grid(page, 'Traces found').getByRole('row')
  await rows.nth(1).focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await expect(page).toHaveURL(/picked=[0-9a-f]+,[0-9a-f]+/)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/traces\/[0-9a-f]{32}/)

  const tree = page.getByRole('treegrid', { name: 'Spans of this trace' })
  await expect(tree.getByRole('row').first()).toContainText('web-gateway-istio')
  await tree.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/span=[0-9a-f]{16}/)
  const side = page.getByRole('complementary', { name: 'Span' })
  await expect(side).toContainText('Critical path')
  await expect(side.getByRole('link', { name: 'Log of this pod at this moment' })).toHaveAttribute(
    'href',
    /^\/logs\?at=\d+&namespace=shop&pod=storefront-.*&container=istio-proxy&text=[0-9a-f-]{36}$/,
  )
  await page.keyboard.press('/')
  await page.keyboard.type('http.status_code=200')
  await expect(page.getByRole('status').filter({ hasText: ' of ' })).toBeVisible()

  // What was picked is still picked.
  await page.goBack()
  await page.getByRole('button', { name: 'Compare' }).press('Enter')
  await expect(page.getByRole('heading', { name: 'Two traces compared' })).toBeVisible()
  await expect(grid(page, 'Two traces compared').getByRole('row').nth(1)).toContainText('web-gateway-istio.gateways')
  expect(consoleErrors).toEqual([])
})

test('a trace is drawn over the map, where a hop leads to its span', async ({ page }) => {
  await page.goto('/traces?service=checkout.shop&range=3h')
  await grid(page, 'Traces found').getByRole('row').nth(1).click()
  await page.getByRole('link', { name: 'On the map' }).click()
  await expect(page.getByRole('application', { name: 'Map of the mesh' })).toContainText(/\d+ nodes, \d+ edges/)
  await page
    .getByRole('list', { name: 'Hops of this trace' })
    .getByRole('button', { name: /storefront → checkout/ })
    .click()
  await expect(page).toHaveURL(/view=map.*span=|span=.*view=map/)
  await expect(page.getByRole('complementary', { name: 'Span' })).toContainText('Critical path')
  await page.getByRole('link', { name: 'The services on the live map' }).click()
  await expect(page).toHaveURL(/\/topology\?.*find=/)
  await expect(
    page.getByRole('combobox', { name: /find/i }).or(page.getByRole('textbox', { name: /find/i })),
  ).toHaveValue(/ns = "shop"/)
})

test('many traces together say where their time went', async ({ page }) => {
  await page.goto('/traces?service=storefront.shop&view=together')
  await expect(grid(page, 'Traces together').getByRole('row').nth(1)).toContainText(/\d\s%.*p95/)
  await page.getByRole('button', { name: 'On the map' }).click()
  await expect(page.getByRole('application', { name: 'Map of the mesh' })).toContainText(/\d+ nodes, \d+ edges/)
})

test('a search that finds nothing says why', async ({ page }) => {
  await page.goto('/traces?service=storefront.shop&tags=http.status_code%3D999')
  await expect(page.getByText('None of them fits all that is asked')).toBeVisible()
  await page.getByRole('button', { name: 'Without filters' }).click()
  await expect(grid(page, 'Traces found')).toBeVisible()
})

test('axe finds nothing in light and dark, in English and Chinese, on the search, a trace and a comparison', async ({
  page,
}) => {
  await page.goto('/traces?service=checkout.shop&range=3h')
  await expect(page.getByRole('grid').getByRole('row').nth(1)).toBeVisible()
  expect(await violationsInEveryFace(page)).toEqual([])
  await page.getByRole('grid').getByRole('row').nth(1).click()
  const tree = page.getByRole('treegrid')
  await tree.getByRole('row').nth(2).click()
  await expect(page).toHaveURL(/span=/)
  expect(await violationsInEveryFace(page)).toEqual([])
  const address = new URL(page.url())
  for (const [view, role] of [
    ['flame', 'group'],
    ['statistics', 'grid'],
    ['map', 'application'],
  ] as const) {
    // oxlint-disable-next-line no-await-in-loop -- one view after the other
    await page.goto(`${address.pathname}?view=${view}`)
    // oxlint-disable-next-line no-await-in-loop -- the same
    await expect(page.getByRole('main').getByRole(role)).toBeVisible()
    // oxlint-disable-next-line no-await-in-loop -- the same
    expect(await violationsInEveryFace(page)).toEqual([])
  }
  await page.goto(`/traces/compare?b=${address.pathname.split('/').at(-1)}`)
  await expect(page.getByRole('grid').getByRole('row').nth(1)).toBeVisible()
  expect(await violationsInEveryFace(page)).toEqual([])
})
