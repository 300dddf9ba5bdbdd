import type { Locator, Page } from '@playwright/test'
import { violations } from './axe.ts'
import { expect, leaveAsFound, test } from './fixtures.ts'

leaveAsFound(
  test,
  'authorizationpolicy/shop/cart-callers',
  'authorizationpolicy/logistics/notifications-senders',
  'authorizationpolicy/pay/allow-fraud-clients',
)

/** Replay speaks of the future: what it calls newly refused is what the mesh then refuses, and nothing else. */

const editor = (page: Page) => page.getByRole('textbox', { name: /^Edit the text of|^New object/ })
const replayIn = (within: Page | Locator) => within.getByRole('region', { name: 'Replay' })

async function write(page: Page, text: string) {
  await editor(page).click()
  await page.keyboard.press('Control+A')
  await page.keyboard.insertText(text)
}

/** `caller → workload` of the calls that are called newly refused. */
async function newlyRefused(replay: Locator): Promise<string[]> {
  const rows = replay.getByRole('listitem').getByRole('button', { name: /→.*Newly refused/ })
  await expect(rows.first()).toBeVisible({ timeout: 20_000 })
  const names = await rows.allInnerTexts()
  return names
    .map(name =>
      name
        .replace(/:\d+[^]*$/, '')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    .toSorted()
}

/** Through the dialog: nothing is applied before somebody said why. Returns what the dialog foretold. */
async function applyWithReason(page: Page, act: RegExp, reason: string): Promise<string[]> {
  const dialog = page.getByRole('dialog')
  const foretold = await newlyRefused(replayIn(dialog))
  const button = dialog.getByRole('button', { name: act })
  await expect(button).toBeDisabled()
  await expect(dialog.getByText('Needs a reason, because calls that pass today would be refused.')).toBeVisible()
  await dialog.getByRole('textbox', { name: 'Reason' }).fill(reason)
  await button.click()
  // What was made is gone to at once; of what was changed the dialog tells.
  if (act.source.startsWith('Create')) await page.waitForURL(/\/config\/security\.istio\.io\//)
  else await expect(dialog.getByText(/^(Applied|Deleted)$/).first()).toBeVisible()
  return foretold
}

/**
 * `caller → service` of what proxies refused (true) or let pass within the last two scrapes: a waypoint that refuses knows
 * no workload behind it. A refused gRPC call is
 * status 7, PERMISSION_DENIED (gRPC documentation, "Status codes").
 */
async function asked(prometheus: string, isRefused: boolean): Promise<string[]> {
  const series = (more: string) => `increase(istio_requests_total{reporter=~"destination|waypoint",${more}}[31s])`
  const seen = isRefused
    ? `${series('response_code="403"')} or ${series('grpc_response_status="7"')}`
    : series('response_code!="403",grpc_response_status!="7"')
  const query = `sum by (source_workload_namespace, source_workload, destination_service_name) (${seen}) > 0.5`
  const reply = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(query)}`)
  const { data } = (await reply.json()) as { data: { result: { metric: Record<string, string> }[] } }
  return data.result
    .map(
      ({ metric }) =>
        `${metric['source_workload_namespace']}/${metric['source_workload']} → ${metric['destination_service_name']}`,
    )
    .toSorted()
}

test('what replay calls newly refused is what the mesh then refuses: a new policy, one before a waypoint, one that goes', async ({
  page,
  lab,
  consoleErrors,
}) => {
  const refusedBefore = await asked(lab.prometheus, true)
  const of = (kind: string, name: string) => `/config/security.istio.io/${kind}/${name}`
  const foretold: string[] = []

  // Sidecars: a policy that is typed, and only one of two callers is in it.
  await page.goto('/config/new?kind=security.istio.io/AuthorizationPolicy&namespace=shop&name=cart-callers')
  await expect(editor(page)).toContainText('kind: AuthorizationPolicy')
  const policy = (rules: string) =>
    `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata:\n  name: cart-callers\n  namespace: shop\nspec:\n  selector:\n    matchLabels:\n      app: cart\n${rules}`
  // Without a rule it refuses everybody, and says so while it is typed.
  await write(page, policy(''))
  const replay = replayIn(page.getByRole('complementary'))
  await expect.poll(() => newlyRefused(replay), { timeout: 20_000 }).toHaveLength(3)
  await write(
    page,
    policy('  rules:\n    - from:\n        - source:\n            principals: [cluster.local/ns/shop/sa/checkout]\n'),
  )
  await expect
    .poll(() => newlyRefused(replay), { timeout: 20_000 })
    .toEqual(['shop/storefront-v1 → cart', 'shop/storefront-v2 → cart'])
  await expect(replay.getByText(/Counted from Prometheus over 24 h/)).toBeVisible()
  await expect(replay.getByText(/rules\[0\] wants from\[0\]\.source\.principals/).first()).toBeVisible()
  expect(await violations(page)).toEqual([])
  await replay.getByRole('button', { name: 'Show on the map' }).click()
  const large = page.getByRole('dialog', { name: 'Calls this change does something to' })
  await expect(large.getByRole('application', { name: /map/i })).toBeVisible({ timeout: 20_000 })
  expect(await violations(page)).toEqual([])
  await large.getByRole('button', { name: 'Close' }).click()
  await page.getByRole('button', { name: 'Create…' }).click()
  foretold.push(...(await applyWithReason(page, /Create in cluster/, 'Only checkout may fill carts')))

  // Ambient, before a waypoint: one of two senders loses its line.
  await page.goto(of('AuthorizationPolicy', 'logistics/notifications-senders'))
  await expect(editor(page)).toContainText('sa/shipping')
  await page.locator('.cm-line').filter({ hasText: 'sa/shipping' }).click()
  await page.keyboard.press('Home')
  await page.keyboard.press('Shift+End')
  await page.keyboard.press('Delete')
  await page.keyboard.press('Backspace')
  await expect.poll(() => newlyRefused(replay), { timeout: 20_000 }).toEqual(['logistics/shipping → notifications'])
  await page.getByRole('button', { name: 'Review and apply…' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText(/The server accepts it|belong to somebody else/i).first()).toBeVisible()
  for (const tick of await dialog.getByRole('checkbox').all()) await tick.check()
  foretold.push(...(await applyWithReason(page, /Apply to cluster/, 'Shipping sends by itself now')))

  // A policy that goes: behind it only the refusal of everybody is left.
  await page.goto(of('AuthorizationPolicy', 'pay/allow-fraud-clients'))
  await page.getByRole('button', { name: 'Delete…' }).click()
  foretold.push(...(await applyWithReason(page, /Delete from cluster/, 'Fraud is closed for the night')))

  expect(foretold.toSorted()).toEqual([
    'logistics/shipping → notifications',
    'pay/payments → fraud',
    'shop/storefront-v1 → cart',
    'shop/storefront-v2 → cart',
  ])
  // The lab has lived with it: who is refused is who was, and who was foretold; none of them passes any more.
  await expect
    .poll(() => asked(lab.prometheus, true), { timeout: 45_000, intervals: [2000] })
    .toEqual([...refusedBefore, ...foretold].toSorted())
  await expect
    .poll(async () => (await asked(lab.prometheus, false)).filter(call => foretold.includes(call)), {
      timeout: 45_000,
      intervals: [2000],
    })
    .toEqual([])

  await page.goto('/config/history')
  for (const reason of [
    'Only checkout may fill carts',
    'Shipping sends by itself now',
    'Fraud is closed for the night',
  ])
    await expect(page.getByText(reason).first()).toBeVisible({ timeout: 20_000 })
  expect(consoleErrors.filter(error => !/404/.test(error))).toEqual([])
})
