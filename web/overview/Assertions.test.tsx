import { beforeEach, describe, expect, it, vi } from 'vitest'
import { render } from 'vitest-browser-react'
import { openTexts, startLanguage } from '#web/ui/language.ts'
import { Assertions } from './Assertions.tsx'
import type { AssertionFact } from './data.ts'

const now = Date.now()
const fact = (text: string, more: Partial<AssertionFact> = {}): AssertionFact => ({
  id: text,
  text,
  outcome: 'holds',
  since: now - 60_000,
  isTurnSeen: true,
  turnedBy: [],
  href: '/security/assertions',
  ...more,
})
const card = (list: readonly AssertionFact[] | null, problem: string | null = null) =>
  render(<Assertions assertions={{ list, problem }} skew={0} onGo={vi.fn()} />)

describe('assertions on the overview', () => {
  beforeEach(async () => {
    await startLanguage()
    await openTexts('overview')
  })

  it('are those that are broken first, the latest on top, with what was changed then', async () => {
    const screen = await card([
      fact('a may reach b'),
      fact('c may reach <b>d</b>', { outcome: 'broken', since: now - 3_600_000 }),
      fact('nothing outside pay reaches ledger', {
        outcome: 'broken',
        turnedBy: ['AuthorizationPolicy pay/open'],
      }),
      fact('e may reach f', { outcome: 'uncertain' }),
    ])
    const items = screen.getByRole('listitem')
    await expect
      .element(items.nth(0))
      .toMatchTextContent(/^broken.*ledger changed then: AuthorizationPolicy pay\/open.*1 min/)
    await expect.element(items.nth(1)).toMatchTextContent(/^brokenc may reach <b>d<\/b>/)
    await expect.element(items.nth(2)).toMatchTextContent(/^uncertain/)
    await expect.element(screen.getByRole('status')).toMatchTextContent('2 assertions are broken.')
    await expect.element(screen.getByRole('link', { name: '1 of 4 hold' })).toBeVisible()
  })

  it('say that all hold, and nothing where nobody asserts anything', async () => {
    const screen = await card([fact('a may reach b')])
    await expect.element(screen.getByText('All that is asserted holds.')).toBeVisible()
    await screen.rerender(<Assertions assertions={{ list: [], problem: 'cut' }} skew={0} onGo={vi.fn()} />)
    await expect.element(screen.getByRole('heading')).not.toBeInTheDocument()
  })
})
