import type { ReactNode } from 'react'
import { describe, expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { ServicePage } from '#shared/services/api.ts'
import { listed } from '#shared/services/list.fixture.ts'
import { at, renderPage } from '#web/services/testing.tsx'
import { Limits } from './Limits.tsx'
import type { Lent } from './parts.ts'

const service = { group: '', kind: 'Service', namespace: 'shop', name: 'checkout' }
const namespace = { group: '', kind: 'Namespace', namespace: '', name: 'shop' }
const text = '{"tolerances":[{"code":"5xx","degraded":0.2,"failing":0.5}]}'
const written = { kind: 'object' as const, object: service }
const of = { codes: '5xx', protocol: 'http', direction: 'inbound' as const }
const limits = { degraded: 0.2, failing: 0.5 }

const page = (some: Partial<ServicePage> = {}): ServicePage => ({
  row: listed({
    name: 'checkout',
    reason: { rule: 'tolerance', value: 0.05, threshold: 0.2, limits, seen: 1230, origin: written, of },
    since: { at: Date.now() - 60_000, isAtLeast: true },
  }),
  at,
  window: 60,
  inbound: { requestRate: 0, connectionRate: 0, byteRate: 0, peers: [] },
  outbound: { requestRate: 0, connectionRate: 0, byteRate: 0, peers: [] },
  quantiles: [],
  rules: [
    { rule: 'tolerance', value: 0.05, limits, seen: 1230, health: 'healthy', origin: written, of },
    { rule: 'serverErrors', value: 0, limits: { degraded: 0, failing: 0.1 }, seen: 1230, health: 'healthy' },
    { rule: 'clientErrors', value: 0.01, limits: { degraded: 0.1, failing: null }, seen: 1230, health: 'healthy' },
    { rule: 'connectionErrors', value: null, limits: { degraded: 0, failing: 0.1 }, seen: 0, health: 'unknown' },
  ],
  places: [
    { object: service, text, wrong: null },
    { object: namespace, text: null, wrong: null },
  ],
  endings: [
    { protocol: 'http', direction: 'inbound', code: 200, rate: 19.475 },
    { protocol: 'http', direction: 'inbound', code: 503, rate: 1.025 },
  ],
  queries: [],
  partial: [],
  ...some,
})

const Annotate: Lent['Annotate'] = ({ title, object, name, value, onClose }): ReactNode => (
  <dialog open aria-label={title}>
    {JSON.stringify({ kind: object.kind, name, value })}
    <button type="button" onClick={onClose}>
      Close it
    </button>
  </dialog>
)
const show = async (state = page(), lacks: string | null = null) => {
  const refresh = vi.fn()
  const lent: Lent = { Annotate, useLacks: () => () => lacks }
  const { screen } = await renderPage(<Limits state={state} lent={lent} refresh={refresh} />)
  return { screen, refresh }
}
const open = async (...given: Parameters<typeof show>) => {
  const shown = await show(...given)
  await userEvent.click(shown.screen.getByRole('button', { name: 'Change the limits…' }))
  return shown
}

/** What a hand does all the same. */
const press = (button: { element(): Element }) => (button.element() as HTMLElement).click()

describe('limits of health', () => {
  it('say which rule decided, its numbers, where it is written, and since when it is so', async () => {
    const { screen } = await show()
    await expect.element(screen.getByText('HTTP 5xx 5.00 %, tolerated')).toBeVisible()
    await expect
      .element(
        screen.getByText(
          /^5\.00.% of 1,230 requests in the last 1.min · degraded ≥ 20.%, failing ≥ 50.% · limits of Service shop\/checkout · since at least \d\d:\d\d$/,
        ),
      )
      .toBeVisible()
    const rows = screen
      .getByRole('row')
      .elements()
      .map(row => [...row.querySelectorAll('th,td')].map(cell => cell.textContent.replaceAll('\u00a0', ' ')))
    expect(rows.slice(1)).toEqual([
      ['HTTP 5xx', '5.00 %', '≥ 20 %', '≥ 50 %', 'Service shop/checkout'],
      ['Server errors of other codes', '0 %', '> 0 %', '≥ 10 %', 'default'],
      ['Client errors of other codes', '1.00 %', '≥ 10 %', 'never', 'default'],
    ])
  })

  it('are typed line by line, with what each sees now, and go to the cluster as one annotation', async () => {
    const { screen, refresh } = await open()
    const apply = screen.getByRole('button', { name: 'Apply…' })
    await expect.element(apply).toHaveAttribute('aria-disabled', 'true')
    await expect.element(screen.getByText('Nothing is changed.')).toBeVisible()
    await expect.element(screen.getByText('Here now: 5.00 % · healthy')).toBeVisible()
    await userEvent.fill(screen.getByRole('textbox', { name: 'Degraded from %' }), '2')
    await expect.element(screen.getByText('Here now: 5.00 % · degraded')).toBeVisible()
    await userEvent.click(apply)
    await expect
      .element(screen.getByRole('dialog', { name: 'Limits of health of Service shop/checkout' }))
      .toMatchTextContent(
        /"name":"weft\/health","value":"{\\"tolerances\\":\[{\\"code\\":\\"5xx\\",\\"degraded\\":0.02,\\"failing\\":0.5}\]}"/,
      )
    await userEvent.click(screen.getByRole('button', { name: 'Close it' }))
    expect(refresh).toHaveBeenCalled()
  })

  it('say at the field what cannot be used, and are not applied', async () => {
    const { screen } = await open()
    await userEvent.fill(screen.getByRole('textbox', { name: 'Codes' }), '<b>5xx</b>')
    await expect.element(screen.getByText('Codes such as 5xx, 500-503, 429 or none')).toBeVisible()
    await expect.element(screen.getByRole('textbox', { name: 'Codes' })).toHaveAttribute('aria-invalid', 'true')
    press(screen.getByRole('button', { name: 'Apply…' }))
    expect(screen.getByRole('dialog').elements()).toHaveLength(0)
  })

  it('go back to the defaults, and are written for the namespace', async () => {
    const { screen } = await open()
    await userEvent.click(screen.getByRole('button', { name: 'Back to the defaults…' }))
    await expect.element(screen.getByRole('dialog')).toMatchTextContent(/"kind":"Service".*"value":null/)
    await userEvent.click(screen.getByRole('button', { name: 'Close it' }))
    await userEvent.click(screen.getByRole('button', { name: 'Namespace shop' }))
    await expect.element(screen.getByText(/^Nothing is written for Namespace shop/)).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: 'Add a limit' }))
    await userEvent.click(screen.getByRole('button', { name: 'Apply…' }))
    await expect.element(screen.getByRole('dialog')).toMatchTextContent(/"kind":"Namespace".*5xx, none/)
  })

  it('are not changed by who lacks the right, which is named', async () => {
    const { screen } = await open(page(), 'You lack the right to patch services in shop.')
    for (const name of ['Apply…', 'Back to the defaults…']) {
      const button = screen.getByRole('button', { name })
      await expect.element(button).toHaveAttribute('aria-disabled', 'true')
      press(button)
    }
    await expect.element(screen.getByText('You lack the right to patch services in shop.')).toBeVisible()
    expect(screen.getByRole('dialog').elements()).toHaveLength(0)
  })

  it('that cannot be read are told, as text, and can be replaced', async () => {
    const wrong = 'it is not JSON such as <b>x</b>'
    const sentence = `The annotation weft/health of Service shop/checkout cannot be read and counts for nothing: ${wrong}.`
    const row = listed({
      name: 'checkout',
      reason: { rule: 'serverErrors', value: 0, threshold: 0, limits, seen: 9, wrongs: [sentence] },
    })
    const { screen } = await open(page({ row, places: [{ object: service, text: '5 %', wrong }] }))
    await expect.element(screen.getByText(sentence)).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: 'Add a limit' }))
    await expect.element(screen.getByRole('button', { name: 'Apply…' })).toHaveAttribute('aria-disabled', 'false')
    expect(screen.container.querySelector('b')).toBeNull()
  })
})
