import { writeFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { violations, violationsInEveryFace } from './axe.ts'
import { expect, leaveAsFound, test } from './fixtures.ts'
import { kubectl } from './kubectl.ts'

leaveAsFound(test, 'authorizationpolicy/shop/no-checkout', 'configmap/shop/weft-assertions')

/** Zero trust as a person looks at it: a call that the lab refuses, from the matrix to the policies that refuse it. */

const cell = (page: Page, name: RegExp) => page.getByRole('gridcell', { name })
const refusal = /^legacy\/batch calls pay\/ledger: refused; 0 passed, [1-9]/

test('a refused call opens from the matrix, and its check names the policies that decide', async ({
  page,
  consoleErrors,
}) => {
  await page.goto('/security/matrix')
  // The lab has refused it for as long as it runs; Prometheus tells it with the next scrape.
  const refused = page.getByRole('button', { name: /^refused [1-9]/ })
  await expect(refused).toBeVisible({ timeout: 60_000 })
  await refused.click()
  await cell(page, refusal).click()
  const side = page.getByRole('complementary', { name: 'Call' })
  await expect(side.getByRole('heading', { name: 'legacy/batch → pay/ledger' })).toBeVisible()
  await expect(side.getByText('none proven')).toBeVisible()
  expect(await violations(page)).toEqual([])

  await side.getByRole('link', { name: 'Can A call B?' }).click()
  const verdict = page.getByRole('status').filter({ hasText: 'Refused' })
  await expect(verdict.getByRole('link', { name: 'pay/allow-ledger-clients' })).toBeVisible()
  await expect(
    page.getByText(/rules\[0\] wants from\[0\]\.source\.principals cluster\.local\/ns\/pay\/sa\/payments/),
  ).toBeVisible()
  expect(await violations(page)).toEqual([])

  // Who may: the rule that lets it pass has a name, too.
  await page.getByLabel('Source', { exact: true }).selectOption('pay/payments')
  const allowed = page.getByRole('status').filter({ hasText: 'Allowed' })
  await expect(allowed).toContainText('AuthorizationPolicy pay/allow-ledger-clients rules[0]')
  await allowed.getByRole('link', { name: 'pay/allow-ledger-clients' }).click()
  await expect(page).toHaveURL(/\/config\/security\.istio\.io\/AuthorizationPolicy\/pay\/allow-ledger-clients/)
  expect(consoleErrors).toEqual([])
})

test('the posture of a namespace opens to its objects and to the task that mends it; dark, in Chinese, without findings of axe', async ({
  page,
}) => {
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.goto('/security')
  await page.getByRole('row').filter({ hasText: 'pay' }).first().click()
  const side = page.getByRole('complementary', { name: 'Facts of pay' })
  await expect(side.getByRole('link', { name: 'pay/deny-all' })).toBeVisible()
  await expect(side.getByText('ledger PERMISSIVE')).toBeVisible()
  await expect(side.getByRole('link', { name: 'Require mTLS…' }).first()).toHaveAttribute(
    'href',
    '/config/do/mtls?namespace=pay',
  )
  expect(await violations(page)).toEqual([])
  await page.evaluate(() => localStorage.setItem('weft.language', 'zh-CN'))
  await page.goto('/security/matrix')
  await expect(page.getByRole('heading', { name: '安全' })).toBeVisible()
  await expect(page.getByRole('grid', { name: '访问关系：身份 × 工作负载' })).toBeVisible()
  expect(await violations(page)).toEqual([])

  // What if a workload moved: replayed, and without findings in any face.
  await page.evaluate(() => localStorage.setItem('weft.language', 'en'))
  await page.goto('/security/what-if?what=move&of=pay/payments&into=shop')
  const replay = page.getByRole('region', { name: 'Replay' })
  await expect(replay.getByRole('button', { name: /^Newly refused 1 caller/ })).toBeVisible({ timeout: 20_000 })
  expect(await violationsInEveryFace(page)).toEqual([])
})

test('somebody who may see two namespaces is told of no other, and of no verdict that mesh-wide policies may change', async ({
  page,
  weft,
}) => {
  for (const path of ['landscape', 'flows?over=1h', 'denials', 'plaintext']) {
    const reply = await page.request.get(`${weft.url}/api/security/${path}`, { headers: { 'weft-user': 'shop-dev' } })
    expect(reply.status()).toBe(200)
    // What their own routes name (`gateways`) they may read.
    expect(await reply.text()).not.toMatch(/"(pay|legacy|data)"|ledger|postgres|kafka|ns\/pay/)
  }
  await page.addInitScript(() => localStorage.setItem('weft.user', 'shop-dev'))
  await page.goto('/security/check?from=shop/cart&to=shop/catalog')
  await expect(page.getByText('Uncertain', { exact: true })).toBeVisible()
  await expect(page.getByText(/policies of the whole mesh, which you may not read/).first()).toBeVisible()
})

test('what is asserted of an edge is told before a draft breaks it, and live when somebody else did', async ({
  page,
  lab,
  consoleErrors,
}, testInfo) => {
  test.setTimeout(180_000)
  const edge = 'service:shop/storefront>service:shop/cart:http'
  await page.goto(`/topology?ns=shop&selected=${encodeURIComponent(edge)}`)
  const assertThis = page.getByRole('link', { name: 'Assert this' })
  // What a journey before had refused is seen for a minute, and refused calls are asserted to stay so.
  await expect(assertThis).toHaveAttribute('href', /\+may\+reach\+/, { timeout: 75_000 })
  await assertThis.click()
  await expect(page.getByText(/^Understood: shop\/storefront-v1 may reach shop\/cart$/)).toBeVisible()
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'Keep…' }).click()
  await dialog.getByRole('button', { name: 'Create in cluster' }).click()
  await dialog.getByRole('button', { name: 'Done' }).click()
  const first = page.getByRole('list', { name: 'Assertions' }).getByRole('listitem').first()
  await expect(first).toContainText(/holds.*storefront-v1 may reach shop\/cart/, { timeout: 15_000 })
  await expect(first).toContainText(/# mesh-admin, \d{4}-\d\d-\d\d/)
  expect(await violations(page)).toEqual([])

  // A draft that breaks it: told beside what is typed, and not applied without a reason.
  const policy = (name: string) =>
    `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: ${name}, namespace: shop}\nspec: {selector: {matchLabels: {app: cart}}}\n`
  await page.goto('/config/new?kind=security.istio.io%2FAuthorizationPolicy&namespace=shop&name=cart-closed')
  await page.getByRole('textbox', { name: 'New object' }).click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText(policy('cart-closed'))
  const beside = page.getByRole('complementary').getByRole('region', { name: 'Assertions' })
  await expect(beside.getByRole('listitem')).toContainText(
    /holds.*broken.*storefront-v1 may reach shop\/cart.*Broken by:/,
  )
  await page.getByRole('button', { name: 'Create…' }).click()
  await expect(dialog.getByRole('region', { name: 'Assertions' }).getByRole('listitem')).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Create in cluster' })).toBeDisabled()
  await dialog.getByRole('button', { name: 'Cancel' }).click()

  // Somebody else writes the like of it past this console: the open page says so, and so does the overview.
  await page.goto('/security/assertions?ns=shop')
  await expect(first).toContainText('holds')
  const file = testInfo.outputPath('closed.yaml')
  await writeFile(file, policy('closed-by-hand'))
  await kubectl(lab.kubeconfig, 'create', '-f', file)
  await expect(first).toContainText(/broken.*changed then: AuthorizationPolicy shop\/closed-by-hand \(kubectl/, {
    timeout: 15_000,
  })
  await page.goto('/')
  const card = page.getByRole('region', { name: 'Assertions' })
  await expect(card.getByRole('listitem')).toContainText(
    /broken.*changed then: AuthorizationPolicy shop\/closed-by-hand/,
  )
  await expect(page.getByRole('listitem').filter({ hasText: 'Broken assertion' })).toBeVisible()
  expect(await violations(page)).toEqual([])
  // So does the history of the object that broke it.
  await page.goto('/config/history?object=security.istio.io/AuthorizationPolicy/shop/closed-by-hand')
  const change = page.getByRole('row').filter({ hasText: '1 assertion broken by it' })
  await expect(change).toBeVisible({ timeout: 15_000 })
  await change.getByText('Created').click()
  await expect(page.getByRole('complementary', { name: 'One change' })).toContainText(
    /broken.*storefront-v1 may reach shop\/cart.*It held before/,
  )
  expect(await violations(page)).toEqual([])
  await page.goto('/')
  await kubectl(lab.kubeconfig, 'delete', '-f', file)
  await expect(card).toContainText('All that is asserted holds.', { timeout: 15_000 })
  expect(consoleErrors).toEqual([])
})

test('a draft is staged, what it would refuse is counted, and once it is promoted the map shows who is refused', async ({
  page,
  consoleErrors,
}) => {
  await page.goto('/config/new?kind=security.istio.io%2FAuthorizationPolicy&namespace=shop&name=no-checkout')
  await page.getByRole('textbox', { name: 'New object' }).click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText(
    [
      'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: no-checkout, namespace: shop}',
      'spec:\n  selector: {matchLabels: {app: cart}}\n  action: DENY',
      '  rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/checkout]}}]}]\n',
    ].join('\n'),
  )
  await expect(page.getByText(/kept in this browser/)).toBeVisible()
  await page.goto('/security/board?ns=shop')
  const card = (column: RegExp) =>
    page.getByRole('region', { name: column }).getByRole('article', { name: 'shop/no-checkout' })
  await expect(card(/^Draft/)).toContainText(/shop\/cart.*[1-9][\d,]* newly refused/)
  expect(await violations(page)).toEqual([])

  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'Stage shop/no-checkout' }).click()
  await expect(dialog.getByText('istio.io/dry-run').first()).toBeVisible()
  await dialog.getByRole('button', { name: 'Create in cluster' }).click()
  await dialog.getByRole('button', { name: 'Done' }).click()
  // Counted by the proxies, told by the next scrape; nobody is refused yet.
  await expect(card(/^Staged/)).toContainText(/[1-9][\d.]*\sreq\/s would be refused/, { timeout: 60_000 })

  // The map says so of the caller's edge, by word and sign, and which policy it is.
  await page.goto(
    `/topology?ns=shop&lens=refusals&selected=${encodeURIComponent('service:shop/checkout>service:shop/cart:http')}`,
  )
  await expect(page.getByRole('group', { name: 'Refusals' })).toContainText(/policies are staged/)
  await expect(page.getByRole('region', { name: 'Policies on these calls' })).toContainText(
    'Would be refused by staged AuthorizationPolicy shop/no-checkout',
  )
  expect(await violations(page)).toEqual([])
  await page.goto('/security/board?ns=shop')

  await page.getByRole('button', { name: 'Promote shop/no-checkout' }).click()
  const apply = dialog.getByRole('button', { name: 'Apply to cluster' })
  await expect(dialog.getByText('The server accepts it.')).toBeVisible()
  await expect(apply).toBeDisabled()
  await dialog.getByRole('textbox', { name: /Reason/ }).fill('Checkout reads carts from its own store now.')
  await apply.click()
  await dialog.getByRole('button', { name: 'Done' }).click()
  // What the cluster has is read again every fifteen seconds.
  await expect(card(/^Enforced/)).toBeVisible({ timeout: 30_000 })

  await page.goto('/security/readiness?open=pay')
  const side = page.getByRole('complementary', { name: 'Readiness of pay' })
  await expect(side.getByText('legacy/batch').first()).toBeVisible()
  await expect(side.getByRole('region', { name: 'Replay' }).getByText('Still refused')).toBeVisible()
  expect(await violations(page)).toEqual([])

  await page.goto('/topology?ns=shop&view=table&window=30')
  const edge = page.getByRole('row').filter({ hasText: /shop\/checkout.*shop\/cart/ })
  await expect(edge).toContainText('Failing', { timeout: 60_000 })
  expect(consoleErrors).toEqual([])
})
