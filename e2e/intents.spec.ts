import { AxeBuilder } from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { kubectl } from './kubectl.ts'

/** Point 1 of the promise: change traffic by a task, see it follow, see it in the history, bring it back. */

const review = (page: Page) => page.getByRole('button', { name: 'Review and apply…' })
const percentFor = (page: Page, version: string) => page.getByRole('spinbutton', { name: `Percent for ${version}` })

async function violations(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target.join(' ')).join(', ')}`)
}

/** What the lab's own cluster says. */
async function weights(kubeconfig: string): Promise<number[]> {
  const path = 'jsonpath={.spec.http[0].route[*].weight}'
  const told = await kubectl(kubeconfig, 'get', 'virtualservice', 'recommendations', '-n', 'shop', '-o', path)
  return told.split(' ').map(Number)
}

/** How much of what storefront asks of recommendations goes to v2, as the map's edges say. */
async function shareOnMap(page: Page): Promise<number> {
  const rate = async (version: string) => {
    const row = page
      .getByRole('row')
      .filter({ hasText: new RegExp(`shop/storefront-v1.*shop/recommendations-${version}`) })
      .first()
    const text = ((await row.count()) === 0 ? '' : await row.innerText()).replaceAll(/[\s\u00a0]+/g, ' ')
    return Number(/([\d.,]+) (?:req)?\/s/.exec(text)?.[1]?.replaceAll(',', '') ?? 0)
  }
  const [v1, v2] = [await rate('v1'), await rate('v2')]
  return v1 + v2 === 0 ? Number.NaN : v2 / (v1 + v2)
}

const edges = (page: Page) =>
  page.goto('/topology?view=table&level=workload&ns=shop&window=30').then(() =>
    expect(
      page
        .getByRole('row')
        .filter({ hasText: /storefront-v1.*recommendations-v1/ })
        .first(),
    ).toBeVisible(),
  )

/** Through the dialog to the cluster; fields of others are taken one by one. */
async function apply(dialog: Locator) {
  const button = dialog.getByRole('button', { name: /(Apply to|Create in) cluster/ })
  await expect(dialog.getByText(/The server accepts it|belong to somebody else/i).first()).toBeVisible()
  for (const tick of await dialog.getByRole('checkbox').all()) await tick.check()
  await expect(button).toBeEnabled()
  await button.click()
}

test.describe.configure({ mode: 'serial' })

test('traffic is shifted from the map; its edges follow, the history tells it, and restore brings it back', async ({
  page,
  lab,
  weft,
  consoleErrors,
}) => {
  test.setTimeout(180_000)
  await page.goto('/topology?selected=service:shop/recommendations')
  const panel = page.getByRole('complementary', { name: 'Selected node' })
  await panel.getByRole('button', { name: 'Shift traffic…' }).click()
  await expect(page).toHaveURL(/\/config\/do\/shift\?/)
  await expect(percentFor(page, 'v1')).toHaveValue('90')
  await percentFor(page, 'v1').fill('50')
  await expect(percentFor(page, 'v2')).toHaveValue('50')
  await expect(page.getByRole('slider', { name: 'Share of v2' })).toHaveValue('50')
  await expect(page.getByRole('complementary', { name: 'What it writes' })).toContainText('+         weight: 50')
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await violations(page)).toEqual([])
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await review(page).click()
  const dialog = page.getByRole('dialog', { name: 'Shift traffic: 1 object' })
  await apply(dialog)
  await expect(dialog.getByText('Applied', { exact: true })).toBeVisible()
  expect(await weights(lab.kubeconfig)).toEqual([50, 50])
  expect(await violations(page)).toEqual([])

  await dialog.getByRole('link', { name: 'See it on the map' }).click()
  await expect(page).toHaveURL(/\/topology\?/)
  await edges(page)
  await expect.poll(() => shareOnMap(page), { timeout: 20_000, intervals: [1000] }).toBeGreaterThan(0.2)
  await expect.poll(() => shareOnMap(page), { timeout: 60_000, intervals: [2000] }).toBeGreaterThan(0.4)

  const object = 'networking.istio.io/VirtualService/shop/recommendations'
  const reply = await fetch(`${weft.url}/api/config/history?object=${encodeURIComponent(object)}`)
  const { entries } = (await reply.json()) as {
    entries: { author: string; isThroughWeft: boolean; fields: string[] }[]
  }
  expect(entries[0]).toMatchObject({ author: 'mesh-admin', isThroughWeft: true })
  expect(entries[0]?.fields).toContain('spec.http[0].route[0].weight')
  expect(consoleErrors.filter(error => !/404/.test(error))).toEqual([])
})
