import { useState } from 'react'
import { beforeAll, describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { shop } from '#web/topology/fixture.ts'
import { startLanguage } from '#web/ui/language.ts'
import { FindField } from './FindField.tsx'
import '#web/ui/tokens.css'
import '#web/ui/base.css'
import '#web/ui/controls.css'

beforeAll(startLanguage)

function Harness({ first = '', found = null }: { first?: string; found?: string | null }) {
  const [text, setText] = useState(first)
  return (
    <div style={{ width: 480, display: 'flex' }}>
      <FindField label="Find" placeholder="type" text={text} found={found} graph={shop} onText={setText} />
      <pre data-testid="text">{text}</pre>
    </div>
  )
}

describe('the find field', () => {
  it('points at the place that is wrong and offers what was meant', async () => {
    const screen = await render(<Harness />)
    const field = screen.getByRole('combobox', { name: 'Find' })
    await userEvent.fill(field, 'error > 1% and nss = pay')
    await expect.element(field).toHaveAttribute('aria-invalid', 'true')
    await expect.element(screen.getByText(/No field/).first()).toBeVisible()
    await expect.element(screen.getByText(/at 16/).last()).toBeVisible()
    expect(screen.container.querySelector('.wrong')?.textContent).toBe('nss')

    await userEvent.click(screen.getByRole('button', { name: 'Use ns' }))
    await expect.element(field).toHaveValue('error > 1% and ns = pay')
    await expect.element(field).toHaveAttribute('aria-invalid', 'false')
    await expect.element(screen.getByRole('status')).not.toBeInTheDocument()
  })

  it('does not scold while a query is only unfinished', async () => {
    const screen = await render(<Harness />)
    const field = screen.getByRole('combobox', { name: 'Find' })
    await userEvent.fill(field, 'error >')
    await expect.element(field).toHaveAttribute('aria-invalid', 'false')
    await userEvent.tab()
    await expect.element(field).toHaveAttribute('aria-invalid', 'true')
  })

  it('completes by keyboard from the names of the graph', async () => {
    const screen = await render(<Harness />)
    await userEvent.click(screen.getByRole('combobox', { name: 'Find' }))
    await userEvent.keyboard('ns = lo')
    await expect.element(screen.getByRole('option', { name: /^logistics/ })).toBeVisible()
    await userEvent.keyboard('{ArrowDown}{Enter}')
    await expect.element(screen.getByRole('combobox', { name: 'Find' })).toHaveValue('ns = logistics ')
    await expect.element(screen.getByTestId('text')).toMatchTextContent('ns = logistics')
  })

  it('says what it lit, and clears with Escape', async () => {
    const screen = await render(<Harness first="error > 1%" found="4 edges lit" />)
    await expect.element(screen.getByRole('status')).toMatchTextContent('4 edges lit')
    await userEvent.click(screen.getByRole('combobox', { name: 'Find' }))
    await userEvent.keyboard('{Escape}{Escape}')
    await expect.element(screen.getByRole('combobox', { name: 'Find' })).toHaveValue('')
  })
})
