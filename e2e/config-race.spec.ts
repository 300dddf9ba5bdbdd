import type { Browser, Page } from '@playwright/test'
import { expect, leaveAsFound, test } from './fixtures.ts'

leaveAsFound(test, 'virtualservice/shop/race')

const address = '/config/networking.istio.io/VirtualService/shop/race'
const rounds = 3
const edits = 200

interface Reply {
  outcomes: { result: string; because: string | null }[]
}

const object = (count: number) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'race', namespace: 'shop' },
  spec: { hosts: ['race.example'], http: [{ timeout: `${count}s`, route: [{ destination: { host: 'catalog' } }] }] },
})

async function pageOf(browser: Browser, baseURL: string | undefined, user: string): Promise<Page> {
  const context = await browser.newContext(baseURL === undefined ? {} : { baseURL })
  await context.addInitScript(name => localStorage.setItem('weft.user', name), user)
  return context.newPage()
}

const text = (page: Page) => page.getByRole('textbox', { name: /^Edit the text of VirtualService/ })

async function type(page: Page, count: number) {
  await page.locator('.cm-line').filter({ hasText: 'timeout:' }).click()
  await page.keyboard.press('End')
  await page.keyboard.press('Shift+Home')
  await page.keyboard.insertText(`- timeout: ${count}s`)
}

async function apply(page: Page) {
  await page.getByRole('button', { name: 'Review and apply…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Apply to cluster' }).click()
  await expect(dialog.getByText('Applied', { exact: true })).toBeVisible()
  await dialog.getByRole('button', { name: 'Done' }).click()
}

/**
 * Runs in the browser, with the page's own user and the call its editor makes: reads, counts one on, applies what it
 * made of what it saw; told of a conflict it reads again. Until it has been heard `mine` times.
 */
async function race({ mine, user, manifest }: { mine: number; user: string; manifest: ReturnType<typeof object> }) {
  const told = { applied: 0, conflicts: 0, others: [] as string[] }
  const headers = { 'content-type': 'application/json', 'weft-user': user }
  while (told.applied < mine && told.others.length === 0) {
    const at = '/api/config/objects/networking.istio.io/VirtualService/shop/race'
    const read = await fetch(at, { headers })
    const { object: seen } = (await read.json()) as {
      object: { metadata: { resourceVersion: string }; spec: { http: { timeout: string }[] } }
    }
    const count = Number.parseInt(seen.spec.http[0]?.timeout ?? '', 10)
    const [rule] = manifest.spec.http
    const next = { ...manifest, spec: { ...manifest.spec, http: [{ ...rule, timeout: `${count + 1}s` }] } }
    const wish = { manifest: next, take: [], resourceVersion: seen.metadata.resourceVersion }
    const body = JSON.stringify({ apply: [wish], delete: [], dryRun: false })
    const reply = await fetch('/api/config/apply', { method: 'POST', headers, body })
    const [outcome] = ((await reply.json()) as Reply).outcomes
    if (outcome?.result === 'applied') told.applied += 1
    else if (outcome?.result === 'conflict') told.conflicts += 1
    else told.others.push(`${outcome?.result}: ${outcome?.because}`)
  }
  return told
}

test('two browsers edit one object in a race: no update is lost, every conflict is shown', async ({
  browser,
  baseURL,
}) => {
  const admin = await pageOf(browser, baseURL, 'mesh-admin')
  const developer = await pageOf(browser, baseURL, 'shop-dev')
  const made = await admin.request.post('/api/config/apply', {
    data: { apply: [{ manifest: object(1), take: [] }], delete: [], dryRun: false },
  })
  expect(((await made.json()) as Reply).outcomes).toMatchObject([{ result: 'created' }])
  await Promise.all([admin, developer].map(page => page.goto(address)))

  await test.step(`${2 * rounds} edits by hand: the slower one is shown the conflict and decides`, async () => {
    for (let round = 1; round <= rounds; round++) {
      const [first, second] = round % 2 === 0 ? [admin, developer] : [developer, admin]
      await expect(text(first)).toContainText(`timeout: ${2 * round - 1}s`)
      await expect(text(second)).toContainText(`timeout: ${2 * round - 1}s`)
      await type(first, 2 * round)
      await type(second, 2 * round + 1)
      await apply(first)
      await expect(second.getByText('1 field was changed by both of you')).toBeVisible()
      await expect(second.getByRole('button', { name: 'Review and apply…' })).toHaveAttribute('aria-disabled', 'true')
      await second.getByRole('button', { name: /^Keep mine/ }).click()
      await apply(second)
    }
  })

  await test.step(`the others by the same calls, from both browsers at once`, async () => {
    const mine = (edits - 2 * rounds) / 2
    const [one, other] = await Promise.all([
      admin.evaluate(race, { mine, user: 'mesh-admin', manifest: object(0) }),
      developer.evaluate(race, { mine, user: 'shop-dev', manifest: object(0) }),
    ])
    expect([one.others, other.others]).toEqual([[], []])
    expect(one.applied + other.applied).toBe(2 * mine)
    // It was a race: without one this would show nothing.
    expect(one.conflicts + other.conflicts).toBeGreaterThan(10)
  })

  // Every edit counted one on from what it saw: were one lost, the count would be smaller.
  for (const page of [admin, developer]) await expect(text(page)).toContainText(`timeout: ${edits + 1}s`)
  for (const page of [admin, developer]) await page.context().close()
})
