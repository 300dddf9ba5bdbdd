import { type ReactNode, useEffect, useState } from 'react'
import { afterEach, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import type { Inventory } from '#shared/config/api.ts'
import { renderEditor } from '#web/config/editor/testing.tsx'
import type { Mark } from '#web/config/editor/marks.ts'
import { FormColumn } from './FormColumn.tsx'
import { shop } from './inventory.fixture.ts'
import '#web/config/editor/editor.css'

afterEach(() => vi.unstubAllGlobals())

const policy = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: known-callers
  namespace: shop
spec:
  selector:
    matchLabels:
      app: cart # the cart
  rules:
    # callers in the mesh
    - from:
        - source:
            principals: ["cluster.local/ns/shop/sa/web", "cluster.local/ns/shop/sa/checkout"]
    - to:
        - operation:
            ports: ["8080"]
`
/** What stands in the text now. */
let written = ''

function Kept(props: { start: string; marks?: readonly Mark[]; inventory?: Inventory }): ReactNode {
  const [text, setText] = useState(props.start)
  useEffect(() => {
    written = text
  }, [text])
  return (
    <div style={{ width: 392 }}>
      <button type="button" onClick={() => setText(text.replace('app: cart', 'app: parcels'))}>
        somebody writes
      </button>
      <button type="button" onClick={() => setText(`${text}\nbad: [`)}>
        somebody breaks it
      </button>
      <FormColumn
        text={text}
        marks={props.marks ?? []}
        schema={{ data: null, problem: null }}
        inventory={props.inventory ?? shop}
        caret={null}
        onText={setText}
        onLight={() => undefined}
        onGoTo={() => undefined}
      />
    </div>
  )
}

const line = (name: string) => page.getByRole('combobox', { name, exact: true })

it('shows what the text says, with the pods it selects, and follows it', async () => {
  await renderEditor(<Kept start={policy} />)
  await expect.element(page.getByText('app = cart')).toBeVisible()
  await expect.element(page.getByText('shop/sa/checkout')).toBeVisible()
  await expect.element(page.getByText('Whatever no rule matches is refused on these workloads.')).toBeVisible()
  await page.getByRole('button', { name: 'somebody writes' }).click()
  await expect.element(page.getByText('app = parcels')).toBeVisible()
  await expect.element(page.getByText('0 workloads, 0 pods')).toBeVisible()
})

it('several pasted become several chips; Backspace takes the last; comments stay', async () => {
  await renderEditor(<Kept start={policy} />)
  await line('To ports').click()
  const input = line('To ports').element() as HTMLInputElement
  const clipboardData = new DataTransfer()
  clipboardData.setData('text', '9090, 9091\n9092')
  input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  await vi.waitFor(() => expect(written).toContain('ports: ["8080", "9090", "9091", "9092"]'))
  await userEvent.keyboard('{Backspace}')
  await vi.waitFor(() => expect(written).toContain('ports: ["8080", "9090", "9091"]'))
  await userEvent.keyboard('{ArrowLeft}{ArrowLeft}{Delete}')
  await vi.waitFor(() => expect(written).toContain('ports: ["8080", "9091"]'))
  expect(document.activeElement).toBe(line('To ports').element())
  expect(written).toContain('# callers in the mesh')
  expect(written).toContain('app: cart # the cart')
})

it('copies and removes rules', async () => {
  await renderEditor(<Kept start={policy} />)
  await page.getByRole('button', { name: 'Copy Rule 2' }).click()
  await expect.element(page.getByRole('button', { name: 'Rule 3', exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Remove Rule 1' }).click()
  await vi.waitFor(() => expect(written).not.toContain('principals'))
  expect(written.match(/operation:/g)).toHaveLength(2)
})

it('a finding stands at its chip, and says what it is', async () => {
  const mark: Mark = {
    from: 0,
    to: 1,
    level: 'Warning',
    code: 'WEFT0231',
    message: 'This principal never matches here.',
    path: 'spec.rules[0].from[0].source.principals[1]',
  }
  await renderEditor(<Kept start={policy} marks={[mark]} />)
  await expect.element(page.getByText(/This principal never matches here\./)).toBeVisible()
  const chip = page.getByText('shop/sa/checkout').element().closest('.chip')
  expect(chip?.className).toContain('degraded')
  expect(page.getByText('shop/sa/web', { exact: true }).element().closest('.chip')?.className).not.toContain('degraded')
})

it('what is written otherwise is shown, and stays', async () => {
  await renderEditor(
    <Kept
      start={policy.replace(
        'selector:\n    matchLabels:\n      app: cart # the cart',
        'selector: everything\n  later: 1',
      )}
    />,
  )
  await expect.element(page.getByText('everything')).toBeVisible()
  await expect.element(page.getByRole('button', { name: 'spec.later' })).toBeVisible()
  await page.getByRole('radio', { name: 'DENY' }).click()
  await vi.waitFor(() => expect(written).toContain('action: DENY'))
  expect(written).toContain('selector: everything')
})

it('a text that cannot be read leaves the form as it was, and takes nothing from it', async () => {
  await renderEditor(<Kept start={policy} />)
  await expect.element(page.getByText('app = cart')).toBeVisible()
  await page.getByRole('button', { name: 'somebody breaks it' }).click()
  await expect.element(page.getByText(/The text cannot be read now/)).toBeVisible()
  const before = written
  for (const act of [
    page.getByRole('radio', { name: 'DENY' }),
    page.getByRole('button', { name: 'Remove cluster.local/ns/shop/sa/web' }),
  ])
    (act.element() as HTMLElement).click()
  expect(written).toBe(before)
})

it('five thousand rules are shown a page at a time, folded', async () => {
  const rules = Array.from({ length: 5000 }, (_, index) => `    - to: [{operation: {ports: ["${index + 1}"]}}]\n`).join(
    '',
  )
  await renderEditor(<Kept start={`${policy.slice(0, policy.indexOf('  rules:'))}  rules:\n${rules}`} />)
  await expect.element(page.getByText('1 – 40 of 5000')).toBeVisible()
  expect(document.querySelectorAll('.f-rule')).toHaveLength(40)
  await page.getByRole('button', { name: 'Later entries' }).click()
  await page.getByRole('button', { name: 'Rule 41', exact: true }).click()
  await expect.element(page.getByRole('button', { name: 'Remove 41', exact: true })).toBeVisible()
  await line('To ports').click()
  await userEvent.keyboard('9999,')
  await vi.waitFor(() => expect(written).toContain('ports: ["41", "9999"]'), { timeout: 20_000 })
})
