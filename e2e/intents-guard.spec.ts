import type { Page } from '@playwright/test'
import { violations } from './axe.ts'
import { expect, test } from './fixtures.ts'
import { kubectl } from './kubectl.ts'

/** Tasks that guard, as a person does them: what they write acts in the mesh. */

async function looksRight(page: Page) {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await violations(page)).toEqual([])
  }
  await page.emulateMedia({ colorScheme: 'light' })
}

/** Through the dialog to the cluster; fields of others are taken one by one. */
async function apply(page: Page) {
  await page.getByRole('button', { name: 'Review and apply…' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText(/The server accepts it|belong to somebody else/i).first()).toBeVisible()
  for (const tick of await dialog.getByRole('checkbox').all()) await tick.check()
  await dialog.getByRole('button', { name: /(Apply to|Create in|Delete from) cluster/ }).click()
  await expect(dialog.getByText(/^(Applied|Created|Deleted)$/).first()).toBeVisible()
}

/** Requests per second that were answered so at a workload. */
async function answered(prometheus: string, workload: string, code: number): Promise<number> {
  const query = `sum(rate(istio_requests_total{reporter="destination",destination_workload="${workload}",response_code="${code}"}[30s]))`
  const reply = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(query)}`)
  const { data } = (await reply.json()) as { data: { result: { value: [number, string] }[] } }
  return Number(data.result[0]?.value[1] ?? 0)
}

test('mTLS that is required and a rate limit act in the mesh, and are taken back by the same tasks', async ({
  page,
  lab,
  consoleErrors,
}) => {
  test.setTimeout(240_000)
  // legacy/batch has no proxy: ledger takes its plaintext, and its policy refuses it by 403.
  expect(await answered(lab.prometheus, 'ledger', 403)).toBeGreaterThan(0.5)
  expect(await answered(lab.prometheus, 'catalog', 429)).toBe(0)

  await page.goto('/config/do/mtls?namespace=pay&workload=ledger')
  const connections = page.getByRole('group', { name: 'Connections' }).getByRole('button')
  await expect(connections.filter({ hasText: 'mTLS or plaintext' })).toHaveAttribute('aria-pressed', 'true')
  await connections.filter({ hasText: 'mTLS only' }).click()
  await expect(page.getByText('These call in plaintext now and would be refused: legacy/batch.')).toBeVisible()
  await expect(page.getByRole('complementary', { name: 'What it writes' })).toContainText('mode: STRICT')
  await looksRight(page)
  await apply(page)
  const mode = ['get', 'peerauthentication', 'ledger', '-n', 'pay', '-o', 'jsonpath={.spec.mtls.mode}'] as const
  expect(await kubectl(lab.kubeconfig, ...mode)).toBe('STRICT')

  await page.goto('/config/do/rateLimit?namespace=shop&service=catalog')
  await page.getByRole('checkbox', { name: /Limit all requests/ }).check()
  await page.getByRole('spinbutton', { name: 'Requests' }).fill('5')
  await expect(page.getByRole('status').filter({ hasText: 'At most 20' })).toBeVisible()
  await looksRight(page)
  await apply(page)

  // Numbers follow, once they have been scraped.
  await expect
    .poll(() => answered(lab.prometheus, 'catalog', 429), { timeout: 60_000, intervals: [1000] })
    .toBeGreaterThan(20)
  await expect.poll(() => answered(lab.prometheus, 'ledger', 403), { timeout: 60_000, intervals: [1000] }).toBe(0)

  // What was made is read back, and goes by the same task.
  await page.goto('/config/do/rateLimit?namespace=shop&service=catalog')
  await expect(page.getByRole('spinbutton', { name: 'Requests' })).toHaveValue('5')
  await page.getByRole('checkbox', { name: /Limit all requests/ }).uncheck()
  await apply(page)
  expect(await kubectl(lab.kubeconfig, 'get', 'envoyfilter', '-n', 'shop', '-o', 'name')).not.toContain(
    'catalog-rate-limit',
  )

  await page.goto('/config/do/mtls?namespace=pay&workload=ledger')
  await expect(connections.filter({ hasText: 'mTLS only' })).toHaveAttribute('aria-pressed', 'true')
  await connections.filter({ hasText: 'mTLS or plaintext' }).click()
  await apply(page)
  expect(await kubectl(lab.kubeconfig, ...mode)).toBe('PERMISSIVE')
  // The traffic is as it was.
  await expect
    .poll(() => answered(lab.prometheus, 'ledger', 403), { timeout: 60_000, intervals: [1000] })
    .toBeGreaterThan(0.5)
  await expect.poll(() => answered(lab.prometheus, 'catalog', 429), { timeout: 60_000, intervals: [1000] }).toBe(0)

  for (const [address, face] of [
    ['/config/do/expose?namespace=shop&service=search', 'Host'],
    ['/config/do/lockdown?namespace=shop', 'Refuse whoever is not named'],
  ] as const) {
    await page.goto(address)
    await expect(page.getByLabel(face).first()).toBeVisible()
    await looksRight(page)
  }
  expect(consoleErrors.filter(error => !/404/.test(error))).toEqual([])
})
