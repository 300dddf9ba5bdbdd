import type { Page } from '@playwright/test'
import { violationsInEveryFace } from './axe.ts'
import { expect, test } from './fixtures.ts'

const lines = (page: Page) => page.getByRole('grid').getByRole('row')
const foot = (page: Page) => page.locator('footer.foot')

test('logs of a workload are followed, narrowed, and lead from a request to its trace', async ({
  page,
  consoleErrors,
}) => {
  await page.goto('/logs')
  await page.getByRole('button', { name: 'shop', exact: true }).click()
  await page.getByRole('button', { name: /^Workload/ }).click()
  await page.getByRole('menuitemradio', { name: 'cart', exact: true }).click()
  await expect(lines(page).first()).toBeVisible()
  await expect(foot(page)).toContainText('Following')
  await page.getByRole('button', { name: /^Container/ }).click()
  await page.getByRole('menuitemradio', { name: 'istio-proxy', exact: true }).click()
  const access = lines(page).filter({ hasText: /(GET|POST|PUT|DELETE) \// })
  await expect(access.first()).toBeVisible()

  const last = await lines(page).last().textContent()
  await expect(lines(page).last()).not.toHaveText(last ?? '', { timeout: 30_000 })

  await page.getByRole('button', { name: 'Regular expression' }).click()
  await page.getByRole('textbox', { name: 'Search in lines' }).fill('"(GET|POST) [^"]+" 200 ')
  await expect(foot(page)).toContainText(/^Following\d[\d,]* of \d/)
  // What does not fit is gone from the list itself.
  await expect(lines(page).filter({ hasNotText: /(GET|POST) \// })).toHaveCount(0)
  await expect(lines(page).last()).toContainText('200')
  expect(new URL(page.url()).searchParams.get('container')).toBe('istio-proxy')

  await lines(page).last().focus()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  const side = page.getByRole('complementary', { name: 'The line' })
  await expect(side).toContainText('Request id')
  const trace = side.getByRole('link', { name: /race/ })
  await expect(trace).toHaveAttribute(
    'href',
    /^\/traces(\/[0-9a-f]+|\?tags=guid%3Ax-request-id%3D[\w-]+&from=\d+&to=\d+)$/,
  )
  await side.getByRole('button', { name: 'What was written around it' }).click()
  await expect(foot(page)).toContainText('Read to the end')
  await expect(page.getByRole('button', { name: /^Around/ })).toBeVisible()
  expect(consoleErrors).toEqual([])
})

test('somebody without the right hears which one it takes', async ({ page, lab }) => {
  void lab
  await page.addInitScript(() => localStorage.setItem('weft.user', 'shop-dev'))
  await page.goto('/logs?namespace=pay')
  await expect(page.getByRole('alert')).toContainText(/may not read logs in pay: it takes the right to get pods/)
})

test('axe finds nothing in light and dark, in English and Chinese, with a line open', async ({ page }) => {
  await page.goto('/logs?namespace=shop&workload=cart')
  await expect(lines(page).first()).toBeVisible()
  await lines(page).first().click()
  await expect(page.getByRole('complementary').last()).toBeVisible()
  expect(await violationsInEveryFace(page)).toEqual([])
  await expect(page.getByRole('complementary').last()).toBeVisible()
})
