import { violations, violationsInEveryFace } from './axe.ts'
import { expect, test } from './fixtures.ts'

test('axe finds nothing in light and dark, in English and Chinese, on the map', async ({ page }) => {
  await page.goto('/topology')
  await expect(page.getByRole('application')).toContainText(/\d+/)
  await page.waitForTimeout(1500)
  expect(await violationsInEveryFace(page)).toEqual([])
})

test('axe finds nothing in light and dark, in English and Chinese, with the side panel open', async ({ page }) => {
  await page.goto('/topology?selected=service:pay/ledger')
  await expect(page.getByRole('complementary').filter({ hasText: 'ledger' })).toContainText('p95')
  expect(await violationsInEveryFace(page)).toEqual([])
  for (const [tab, told] of [
    ['Traces', /Slowest of \d+/],
    ['Security', 'Policies in force'],
    ['Config', 'AuthorizationPolicy'],
  ] as const) {
    // oxlint-disable-next-line no-await-in-loop -- one tab after the other
    await page.getByRole('tab', { name: tab }).click()
    // oxlint-disable-next-line no-await-in-loop -- the same
    await expect(page.getByRole('tabpanel', { name: tab })).toContainText(told)
    // oxlint-disable-next-line no-await-in-loop -- the same
    expect(await violations(page)).toEqual([])
  }
})

test('axe finds nothing in light and dark, in English and Chinese, on the page of the mesh', async ({ page }) => {
  await page.goto('/mesh')
  await expect(page.getByRole('table', { name: 'Proxies by version' })).toContainText('ztunnel')
  await expect(page.getByText('enableAutoMtls: true')).toBeVisible()
  expect(await violationsInEveryFace(page)).toEqual([])
})

test('axe finds nothing in light and dark, in English and Chinese, with the palette open', async ({ page }) => {
  await page.goto('/topology')
  await expect(page.getByRole('application')).toContainText(/\d+/)
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.waitForTimeout(400)
  expect(await violationsInEveryFace(page)).toEqual([])
  await expect(page.getByRole('dialog')).toBeVisible()
})

test('axe finds nothing in light and dark, in English and Chinese, on the table twin', async ({ page }) => {
  await page.goto('/topology?view=table')
  await expect(page.getByRole('grid')).toBeVisible()
  expect(await violationsInEveryFace(page)).toEqual([])
})

test.describe('a browser that asks for Chinese, in the dark', () => {
  test.use({ colorScheme: 'dark', locale: 'zh-CN' })
  test('gets both from the first picture on, and axe finds nothing', async ({ page }) => {
    await page.goto('/topology?view=table')
    await expect(page.getByRole('grid')).toBeVisible()
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
    expect(await violations(page)).toEqual([])
  })
})
