import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { violationsInLightAndDark } from './axe.ts'
import { test as base, expect, leaveAsFound } from './fixtures.ts'
import { kubectl } from './kubectl.ts'
import { type Console, startConsole } from './mesh.ts'

/** A console that keeps its past in a file, and can be started anew on it. */
const test = base.extend<{ baseURL: string }, { kept: { console: Console; again(): Promise<void> } }>({
  kept: [
    async ({ lab }, provide) => {
      const folder = mkdtempSync(join(tmpdir(), 'weft-e2e-history-'))
      const open = (port?: number) =>
        startConsole(lab, { store: join(folder, 'history.db'), ...(port === undefined ? {} : { port }) })
      const kept = {
        console: await open(),
        again: async () => {
          await kept.console.stop()
          kept.console = await open(Number(new URL(kept.console.url).port))
        },
      }
      await provide(kept)
      await kept.console.stop()
      rmSync(folder, { recursive: true })
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  baseURL: async ({ kept }, provide) => provide(kept.console.url),
})

leaveAsFound(test, 'virtualservice/shop/recommendations')

const object = 'networking.istio.io/VirtualService/shop/recommendations'
const timeout = (value: string) => `--patch=[{"op":"replace","path":"/spec/http/0/timeout","value":"${value}"}]`
const rows = (page: Page) => page.getByRole('grid', { name: 'Changes, newest first' }).getByRole('row')
const row = (page: Page, text: string | RegExp) => rows(page).filter({ hasText: text }).first()
const side = (page: Page) => page.getByRole('complementary').last()

test.describe.configure({ mode: 'serial' })

test('a change by kubectl and one by the console appear by themselves, each with who made it and why', async ({
  page,
  lab,
  kept,
}) => {
  await page.goto(`/config/history?object=${object}`)
  await expect(row(page, 'Found')).toBeVisible()
  await kubectl(
    lab.kubeconfig,
    'patch',
    'virtualservice',
    '-n',
    'shop',
    'recommendations',
    '--type=json',
    timeout('7s'),
  )
  await expect(row(page, 'spec.http[0].timeout')).toContainText('kubectl')

  const url = kept.console.url
  const ask = async (path: string, body?: unknown) => {
    const reply = await page.request.fetch(`${url}/api/config/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'weft-user': 'shop-dev' },
      ...(body === undefined ? {} : { data: body }),
    })
    return (await reply.json()) as Record<string, never>
  }
  // Through the editor, as a person who edits shop.
  await page.addInitScript(() => localStorage.setItem('weft.user', 'shop-dev'))
  await page.goto(`/config/${object}`)
  const line = page.locator('.cm-line').filter({ hasText: 'timeout: 7s' }).first()
  await line.click()
  await page.keyboard.press('End')
  await page.keyboard.press('Backspace')
  await page.keyboard.press('Backspace')
  await page.keyboard.type('9s')
  await expect(page.getByRole('tab', { name: /^Diff \+1 −1/ })).toBeVisible()
  await page.getByRole('button', { name: 'Review and apply…' }).click()
  const dialog = page.getByRole('dialog')
  // kubectl owns what it wrote.
  await expect(dialog.getByRole('checkbox').first()).toBeVisible()
  for (const box of await dialog.getByRole('checkbox').all()) await box.check()
  await dialog.getByLabel('Reason').fill('incident 12')
  await dialog.getByRole('button', { name: 'Apply to cluster' }).click()
  await expect(dialog.getByText('Applied').first()).toBeVisible()
  await dialog.getByRole('button', { name: 'Done' }).click()

  await page.getByRole('tab', { name: /^History/ }).click()
  await expect(page).toHaveURL(/tab=history/)
  await expect(row(page, 'incident 12')).toContainText('shop-dev through Weft')
  expect((await ask('history?through=weft'))['entries']).toHaveLength(1)
})

test('the store narrows it, any two are compared, and one is opened, by keyboard alone', async ({ page }) => {
  await page.goto('/config/history')
  await expect(row(page, 'incident 12')).toBeVisible()
  const all = await rows(page).count()
  await page.getByRole('button', { name: 'Through Weft' }).focus()
  await page.keyboard.press('Enter')
  await expect(row(page, 'Found')).toHaveCount(0)
  await expect(page).toHaveURL(/through=weft/)
  expect(await rows(page).count()).toBeLessThan(all)
  await page.getByRole('textbox', { name: /^Find by object/ }).fill('virtualservice shop/recommendations')
  await page.getByRole('button', { name: 'All', exact: true }).focus()
  await page.keyboard.press('Enter')
  await expect(row(page, 'Found')).toBeVisible()

  await expect(rows(page).filter({ hasText: 'DestinationRule' })).toHaveCount(0)
  await row(page, 'incident 12').focus()
  await page.keyboard.press('Space')
  await expect(page.getByText('Tick a second change to compare them')).toBeVisible()
  await page.keyboard.press('End')
  await page.keyboard.press('Space')
  await expect(side(page).getByRole('heading', { name: 'Two changes compared' })).toBeVisible()
  await expect(side(page)).toContainText('2s')
  await expect(side(page)).toContainText('9s')
  await side(page).getByRole('button', { name: 'Side by side' }).focus()
  await page.keyboard.press('Enter')
  await expect(side(page).getByText('timeout: 9s')).toBeVisible()
  await page.keyboard.press('Escape')
  await row(page, 'incident 12').focus()
  await page.keyboard.press('Enter')
  await expect(side(page).getByRole('heading', { name: 'One change' })).toBeVisible()
  await expect(side(page)).toContainText('spec.http[0].timeout')
})

test('what was before is restored as a new change, and all of it survives a restart', async ({ page, lab, kept }) => {
  await page.goto(`/config/history?object=${object}`)
  await row(page, 'incident 12').click()
  await side(page).getByRole('button', { name: 'Restore before' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByLabel('Reason')).toHaveValue(/^restores revision of before .+/)
  await expect(dialog.getByText('spec.http[0].timeout').first()).toBeVisible()
  await dialog.getByRole('button', { name: 'Apply to cluster' }).click()
  await expect(dialog.getByText('Applied').first()).toBeVisible()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(row(page, 'restores revision of before')).toContainText('mesh-admin through Weft')
  const read = ['get', 'virtualservice', '-n', 'shop', 'recommendations', '-o', 'jsonpath={.spec.http[0].timeout}']
  expect(await kubectl(lab.kubeconfig, ...read)).toBe('7s')

  const told = await rows(page).allInnerTexts()
  await kept.again()
  await page.reload()
  await expect(row(page, 'restores revision of before')).toBeVisible()
  await expect(row(page, 'incident 12')).toContainText('shop-dev')
  expect(await rows(page).count()).toBe(told.length)
})

test('a deleted object is made again, and a creation is taken back by deleting', async ({ page, lab }) => {
  await kubectl(lab.kubeconfig, 'delete', 'destinationrule', '-n', 'shop', 'catalog')
  await page.goto('/config/history?ns=shop&change=created,deleted')
  await row(page, 'Deleted').click()
  await side(page).getByRole('button', { name: 'Restore before' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Create' }).click()
  await expect(dialog.getByText('Created').first()).toBeVisible()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await row(page, 'Created').click()
  await side(page).getByRole('button', { name: 'Take back: delete it' }).click()
  await expect(dialog.getByRole('heading', { name: /^Delete DestinationRule shop\/catalog/ })).toBeVisible()
})

test('history and every tab of an object are readable by everybody, in light and dark', async ({ page }) => {
  await page.goto('/config/history')
  await row(page, 'incident 12').click()
  await expect(side(page)).toContainText('spec.http[0].timeout')
  expect(await violationsInLightAndDark(page)).toEqual([])
  for (const tab of ['findings', 'diff', 'history', 'inForce']) {
    await page.goto(`/config/${object}?tab=${tab}`)
    await expect(page.getByRole('tabpanel')).toBeVisible()
    await expect(page.getByText('Reading the history…')).toHaveCount(0)
    expect(await violationsInLightAndDark(page), tab).toEqual([])
  }
})

test('somebody sees the namespaces they may list, on the map and in every list, and of others no name', async ({
  page,
}) => {
  const as = async (user: string, path: string) => {
    const reply = await page.request.get(path, { headers: { 'weft-user': user } })
    return { status: reply.status(), text: await reply.text() }
  }
  const names = async (user: string) =>
    (JSON.parse((await as(user, '/api/namespaces')).text) as { namespaces: { name: string }[] }).namespaces.map(
      ({ name }) => name,
    )
  const all = await names('viewer')
  expect(all).toEqual(expect.arrayContaining(['shop', 'pay', 'logistics']))
  expect(await names('mesh-admin')).toEqual(all)
  expect(await names('shop-dev')).toEqual(['logistics', 'shop'])
  const { text } = await as('shop-dev', '/api/topology?level=workload')
  expect(text).toContain('"shop"')
  for (const name of all.filter(each => each !== 'shop' && each !== 'logistics'))
    expect(text, name).not.toMatch(new RegExp(`"${name}"|:${name}/`))
  expect((await as('shop-dev', '/api/topology/detail?id=namespace:pay')).status).toBe(404)

  await page.addInitScript(() => localStorage.setItem('weft.user', 'shop-dev'))
  await page.goto('/topology')
  await expect(page.getByRole('button', { name: /2 namespaces/ })).toBeVisible()
})
