import type { Page } from '@playwright/test'
import { violations, violationsInLightAndDark } from './axe.ts'
import { expect, test } from './fixtures.ts'
import { kubectl } from './kubectl.ts'

const form = (page: Page) => page.getByRole('region', { name: 'Form', exact: true })
const yaml = (page: Page) => page.locator('.cm-content')
const line = (page: Page, text: string) => page.locator('.cm-line').filter({ hasText: text }).first()
const into = (page: Page, name: string) => form(page).getByRole('combobox', { name, exact: true })

test.describe.configure({ mode: 'serial' })

test('an AuthorizationPolicy is made in the form by keyboard alone, and the YAML follows', async ({ page, lab }) => {
  await page.goto('/config/new?kind=security.istio.io/AuthorizationPolicy&namespace=shop&name=e2e-form')
  await expect(yaml(page)).toContainText('name: e2e-form')
  const press = (...keys: string[]) =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve())

  await into(page, 'Applies to').focus()
  await page.keyboard.type('app=catalog')
  await press('Enter')
  await expect(yaml(page)).toContainText('app: catalog')
  await expect(form(page).getByText(/^1 workload, \d+ pods?$/)).toBeVisible()

  await press('Tab')
  await expect(form(page).getByRole('radio', { name: 'ALLOW' })).toBeFocused()
  await press('ArrowRight')
  await expect(yaml(page)).toContainText('action: DENY')
  await expect(form(page).getByText('Whatever a rule matches is refused, whatever else allows it.')).toBeVisible()

  await press('Tab', 'Enter')
  await expect(yaml(page)).toContainText('- from:')
  // What exists is suggested: some of it is enough.
  await into(page, 'From principals').focus()
  await page.keyboard.type('sa/checkout')
  await press('ArrowDown', 'Enter')
  await page.keyboard.type('cluster.local/ns/shop/sa/cart,')
  await expect(yaml(page)).toContainText('- cluster.local/ns/shop/sa/cart')
  await press('Backspace')
  await expect(yaml(page)).not.toContainText('sa/cart')
  await expect(yaml(page)).toContainText('/sa/checkout')

  await form(page).getByRole('button', { name: '+ To', exact: true }).focus()
  await press('Enter')
  await expect(into(page, 'To ports')).toBeFocused()
  await page.keyboard.type('8080,9090,')
  await expect(yaml(page)).toContainText('- "9090"')
  expect(await violations(page)).toEqual([])

  const create = page.getByRole('button', { name: 'Create…' })
  await expect(create).not.toHaveAttribute('aria-disabled', 'true')
  await create.focus()
  await press('Enter')
  const apply = page.getByRole('dialog').getByRole('button', { name: 'Create in cluster' })
  await expect(apply).toBeEnabled()
  await apply.focus()
  await press('Enter')
  await expect(page).toHaveURL(/AuthorizationPolicy\/shop\/e2e-form/)
  const spec = await kubectl(
    lab.kubeconfig,
    'get',
    'authorizationpolicy',
    'e2e-form',
    '-n',
    'shop',
    '-o',
    'jsonpath={.spec}',
  )
  expect(JSON.parse(spec)).toMatchObject({
    action: 'DENY',
    selector: { matchLabels: { app: 'catalog' } },
    rules: [{ to: [{ operation: { ports: ['8080', '9090'] } }] }],
  })
  await kubectl(lab.kubeconfig, 'delete', 'authorizationpolicy', 'e2e-form', '-n', 'shop')
})

test('the form follows the YAML, its comments survive, and each lights the other', async ({ page }) => {
  await page.goto('/config/security.istio.io/AuthorizationPolicy/shop/personal-pages-need-login')
  await expect(into(page, 'Paths')).toBeVisible()
  await line(page, '/checkout').click()
  await page.keyboard.press('End')
  await page.keyboard.type(' # paid here\n- /orders')
  await expect(form(page).getByText('/orders', { exact: true })).toBeVisible()
  await expect(form(page).locator('.f.is-lit')).toHaveAttribute('data-path', /paths$/)

  await into(page, 'Paths').focus()
  await expect(page.locator('.cm-line.cm-lit').filter({ hasText: '/orders' })).toBeVisible()
  await page.keyboard.type('/cart,')
  await expect(yaml(page)).toContainText('/checkout # paid here')
  await expect(yaml(page)).toContainText('- /cart')
  await form(page).getByRole('button', { name: 'Remove /orders' }).click()
  await expect(yaml(page)).not.toContainText('/orders')
  await expect(yaml(page)).toContainText('/checkout # paid here')

  // What cannot be read locks the form and leaves it as it was; what it does not know is told.
  await line(page, 'action: DENY').click()
  await page.keyboard.press('End')
  await page.keyboard.type('\nlater: {a: 1')
  await expect(form(page).getByRole('button', { name: 'spec.later' })).toBeVisible()
  await page.keyboard.press('Delete')
  await expect(form(page).getByText(/The text cannot be read now/)).toBeVisible()
  await expect(into(page, 'Paths')).toHaveAttribute('readonly', '')
})

test('a kind nobody made a form for has one from the cluster’s schema', async ({ page }) => {
  await page.goto('/config/new?kind=networking.istio.io/ProxyConfig&namespace=shop&name=e2e-proxy')
  await expect(form(page).getByText('made from the cluster’s schema')).toBeVisible()
  await form(page).getByRole('textbox', { name: 'concurrency' }).fill('2')
  await expect(yaml(page)).toContainText('concurrency: 2')
  await form(page).getByRole('textbox', { name: 'concurrency' }).fill('many')
  await expect(form(page).getByText('“many” is no number.')).toBeVisible()
  await expect(yaml(page)).toContainText('concurrency: 2')
  await form(page).getByRole('textbox', { name: 'New name' }).fill('ISTIO_META_DNS_CAPTURE')
  await page.keyboard.press('Enter')
  await form(page).getByRole('textbox', { name: 'Value of ISTIO_META_DNS_CAPTURE' }).fill('true')
  await page.keyboard.press('Enter')
  await expect(yaml(page)).toContainText('ISTIO_META_DNS_CAPTURE: "true"')
  expect(await violations(page)).toEqual([])
})

test('axe finds nothing in light and dark, in the form beside the YAML, and alone where there is little room', async ({
  page,
}) => {
  for (const address of [
    '/config/security.istio.io/AuthorizationPolicy/logistics/notifications-senders',
    '/config/networking.istio.io/VirtualService/shop/recommendations',
  ]) {
    await page.goto(address)
    await expect(form(page).getByText('in step with the YAML')).toBeVisible()
    await expect(form(page).getByText('Labels and annotations')).toBeVisible()
    expect(await violationsInLightAndDark(page)).toEqual([])
  }
  await page.setViewportSize({ width: 1024, height: 768 })
  await page.getByRole('button', { name: 'Form', exact: true }).click()
  await expect(form(page)).toBeVisible()
  await expect(yaml(page)).toBeHidden()
  expect(await violationsInLightAndDark(page)).toEqual([])
})
