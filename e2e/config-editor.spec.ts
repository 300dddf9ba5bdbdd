import type { Page } from '@playwright/test'
import { violations, violationsInEveryFace } from './axe.ts'
import { expect, leaveAsFound, test } from './fixtures.ts'
import { kubectl } from './kubectl.ts'

leaveAsFound(test, 'virtualservice/shop/recommendations', 'destinationrule/shop/recommendations')

const address = '/config/networking.istio.io/VirtualService/shop/recommendations'
const editor = (page: Page) => page.getByRole('textbox', { name: /^Edit the text of VirtualService/ })
const line = (page: Page, text: string) => page.locator('.cm-line').filter({ hasText: text }).first()
const review = (page: Page) => page.getByRole('button', { name: 'Review and apply…' })

async function open(page: Page) {
  await page.goto(address)
  await expect(editor(page)).toContainText('kind: VirtualService')
}

/** Writes another value behind a key, as a hand does. */
async function rewrite(page: Page, before: string, after: string) {
  await line(page, before).click()
  await page.keyboard.press('End')
  for (let n = 0; n < before.split(': ').at(-1)!.length; n++) await page.keyboard.press('Backspace')
  await page.keyboard.type(after)
}

async function discard(page: Page) {
  await page.getByRole('button', { name: 'Discard draft' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Discard draft' }).click()
  await expect(page.getByText('as in the cluster')).toBeVisible()
}

test.describe.configure({ mode: 'serial' })

test('what was typed survives a reload and a lost connection', async ({ page }) => {
  await open(page)
  await rewrite(page, 'timeout: 2s', '7s')
  await expect(page.getByText(/kept in this browser/)).toBeVisible()
  await page.reload()
  await expect(editor(page)).toContainText('timeout: 7s')
  await page.context().setOffline(true)
  await rewrite(page, 'timeout: 7s', '8s')
  await expect(page.getByText(/kept in this browser/)).toBeVisible()
  await page.context().setOffline(false)
  await page.reload()
  await expect(editor(page)).toContainText('timeout: 8s')
  await discard(page)
  await expect(editor(page)).toContainText('timeout: 2s')
})

test('bad YAML says what and where, and goes no further', async ({ page }) => {
  await open(page)
  await line(page, 'timeout: 2s').click()
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  await page.keyboard.type('timeout: 3s')
  await expect(page.getByText(/“timeout” stands here a second time/).first()).toBeVisible()
  await expect(review(page)).toHaveAttribute('aria-disabled', 'true')
  await expect(page.getByText(/The text cannot be read; see line \d+/)).toBeVisible()
  // A finding leads to its line, from whichever side of the object.
  await page.getByRole('tab', { name: /^Findings/ }).click()
  await page
    .getByRole('tabpanel')
    .getByRole('button', { name: /^Line \d+/ })
    .first()
    .click()
  await expect(editor(page)).toBeFocused()
  await page.reload()
  await expect(page.getByText(/“timeout” stands here a second time/).first()).toBeVisible()
  await discard(page)
})

test('the cluster’s own schema completes, explains and refuses', async ({ page }) => {
  await open(page)
  await line(page, 'timeout: 2s').click()
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  await page.keyboard.type('ret')
  await expect(page.getByRole('option', { name: /retries/ })).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(editor(page)).toContainText('retries:')
  await page.keyboard.type(' {attempts: many}')
  await expect(page.getByText(/Expected here: integer/).first()).toBeVisible()
  await discard(page)
})

test('a change of somebody else is announced and merged, field by field', async ({ page, lab }) => {
  await open(page)
  await rewrite(page, 'timeout: 2s', '6s')
  const patch = (path: string, value: unknown) =>
    kubectl(
      lab.kubeconfig,
      'patch',
      'virtualservice',
      'recommendations',
      '-n',
      'shop',
      '--type=json',
      '-p',
      JSON.stringify([{ op: 'add', path, value }]),
    )
  await patch('/metadata/labels', { team: 'search' })
  await expect(page.getByText('Somebody changed this object meanwhile.')).toBeVisible({ timeout: 20_000 })
  await expect(editor(page)).toContainText('team: search')
  await expect(editor(page)).toContainText('timeout: 6s')
  await patch('/spec/http/0/timeout', '4s')
  await expect(page.getByText('1 field was changed by both of you')).toBeVisible({ timeout: 20_000 })
  await expect(editor(page)).toContainText('timeout: 6s')
  await expect(review(page)).toHaveAttribute('aria-disabled', 'true')
  await page.getByRole('button', { name: /^Take theirs/ }).click()
  await expect(editor(page)).toContainText('timeout: 4s')
  await expect(page.getByText('as in the cluster')).toBeVisible()
})

test('who may not apply is told which right is missing', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('weft.user', 'viewer'))
  await open(page)
  await line(page, 'timeout').click()
  await page.keyboard.press('End')
  await page.keyboard.type('0')
  await expect(
    page.getByText('The right to patch virtualservices.networking.istio.io in shop is missing.'),
  ).toBeVisible()
  await expect(review(page)).toHaveAttribute('aria-disabled', 'true')
  await discard(page)
})

test('weights are written, tried, taken, applied: the traffic follows; and taken back', async ({
  page,
  lab,
  consoleErrors,
}) => {
  test.setTimeout(180_000)
  await open(page)
  await rewrite(page, 'weight: 90', '20')
  await rewrite(page, 'weight: 10', '80')
  await expect(page.getByText('2 lines added, 2 removed')).toBeVisible()
  await review(page).click()
  const dialog = page.getByRole('dialog', { name: 'Apply VirtualService shop/recommendations' })
  await expect(dialog.getByRole('row', { name: /route\[0\]\.weight 90 20/ })).toBeVisible()
  const apply = dialog.getByRole('button', { name: 'Apply to cluster' })
  await expect(apply).toBeDisabled()
  for (const tick of await dialog.getByRole('checkbox').all()) await tick.check()
  await expect(dialog.getByText('The server accepts it.')).toBeVisible()
  expect(await violations(page)).toEqual([])
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('v2 is better')
  await apply.click()
  await expect(dialog.getByText('Applied', { exact: true })).toBeVisible()
  await expect.poll(() => shareOfV2(lab.prometheus), { timeout: 90_000, intervals: [2000] }).toBeGreaterThan(0.6)
  await dialog.getByRole('button', { name: 'Take it back' }).click()
  await expect(dialog.getByText('Taken back.')).toBeVisible()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(editor(page)).toContainText('weight: 90')
  await expect(page.getByText('as in the cluster')).toBeVisible()
  expect(consoleErrors).toEqual([])
})

test('a fix of another object is shown as a difference, and one change of the cluster mends this text', async ({
  page,
  lab,
}) => {
  const rule = ['destinationrule', 'recommendations', '-n', 'shop']
  const subsets = () => kubectl(lab.kubeconfig, 'get', ...rule, '-o', 'jsonpath={.spec.subsets[*].name}')
  const without = JSON.stringify([{ op: 'remove', path: '/spec/subsets/1' }])
  expect(await subsets()).toBe('v1 v2')
  await kubectl(lab.kubeconfig, 'patch', ...rule, '--type=json', '-p', without)
  await open(page)
  await editor(page).getByRole('button', { name: 'Add subset v2 to DestinationRule shop/recommendations' }).click()
  const preview = page.getByRole('dialog', { name: /^What “Add subset v2 to/ })
  await expect(preview.getByText(/^\+ +version: v2/)).toBeVisible()
  expect(await violations(page)).toEqual([])
  await preview.getByRole('button', { name: 'Review and apply…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Apply DestinationRule shop/recommendations' })
  // kubectl took it out, the lab wrote it: both own the list.
  await expect(dialog.getByRole('checkbox').first()).toBeVisible()
  for (const tick of await dialog.getByRole('checkbox').all()) await tick.check()
  await dialog.getByRole('button', { name: 'Apply to cluster' }).click()
  await dialog.getByRole('button', { name: 'Done' }).click()
  expect(await subsets()).toBe('v1 v2')
  await expect(page.getByRole('button', { name: /^Add subset v2/ })).toHaveCount(0)
  await expect(page.getByText('as in the cluster')).toBeVisible()
})

test('an object is created and deleted, by keyboard alone', async ({ page, lab }) => {
  await page.goto('/config/new')
  await page.getByRole('combobox', { name: 'Kind' }).focus()
  await page.keyboard.type('ServiceEntry')
  await page.keyboard.press('Tab')
  await page.keyboard.type('shop')
  await page.keyboard.press('Tab')
  await page.keyboard.type('e2e-made')
  await page.keyboard.press('Enter')
  const text = page.getByRole('textbox', { name: 'New object' })
  await expect(text).toContainText('name: e2e-made')
  await text.focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.press('Backspace')
  await page.keyboard.press('Shift+Home')
  await page.keyboard.type('spec:\n  hosts: [made.example.com')
  await page.keyboard.press('End')
  await page.keyboard.type('\nlocation: MESH_EXTERNAL')
  // A word that is written to its end is no choice any more: Enter ends the line.
  await expect(page.getByRole('option', { name: 'MESH_EXTERNAL' })).toBeVisible()
  await page.keyboard.type('\nresolution: NONE\nports: [{number: 443, name: tls, protocol: TLS')
  const create = page.getByRole('button', { name: 'Create…' })
  await expect(create).not.toHaveAttribute('aria-disabled', 'true')
  await create.focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Create ServiceEntry shop/e2e-made' })
  const apply = dialog.getByRole('button', { name: 'Create in cluster' })
  await expect(apply).toBeEnabled()
  await apply.focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/ServiceEntry\/shop\/e2e-made/)
  await expect
    .poll(() => kubectl(lab.kubeconfig, 'get', 'serviceentry', 'e2e-made', '-n', 'shop', '-o', 'name'))
    .toContain('e2e-made')
  const remove = page.getByRole('button', { name: 'Delete…' })
  await remove.focus()
  await page.keyboard.press('Enter')
  const away = page.getByRole('dialog').getByRole('button', { name: 'Delete from cluster' })
  await expect(away).toBeEnabled()
  await away.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog').getByText('Deleted', { exact: true })).toBeVisible()
})

/** How much of the traffic of `recommendations` its second version has got of late. */
async function shareOfV2(prometheus: string): Promise<number> {
  const rates =
    'sum by (destination_version) (rate(istio_requests_total{reporter="destination",destination_service_name="recommendations"}[30s]))'
  const reply = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(rates)}`)
  const { data } = (await reply.json()) as {
    data: { result: { metric: { destination_version?: string }; value: [number, string] }[] }
  }
  const all = data.result.reduce((sum, { value }) => sum + Number(value[1]), 0)
  const v2 = data.result.find(({ metric }) => metric.destination_version === 'v2')
  return all === 0 ? 0 : Number(v2?.value[1] ?? 0) / all
}

test('axe finds nothing in light and dark, in English and Chinese, in the editor as it is, while typing, and at the start of a new object', async ({
  page,
}) => {
  await page.goto(address)
  await expect(page.locator('.cm-content')).toContainText('kind: VirtualService')
  expect(await violationsInEveryFace(page)).toEqual([])
  await line(page, 'timeout').click()
  await page.keyboard.press('End')
  await page.keyboard.type('\nwat: 1')
  await expect(page.locator('.cm-said')).toContainText('wat')
  expect(await violationsInEveryFace(page)).toEqual([])
  await page.goto('/config/new')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  expect(await violationsInEveryFace(page)).toEqual([])
})
