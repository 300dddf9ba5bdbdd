import { expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { Turn } from '#shared/mesh/turn.ts'
import { at, renderPage } from '#web/config/testing.tsx'
import type { Revision } from './query.ts'
import { RevisionSide } from './RevisionSide.tsx'
import { TurnMarks } from './Turns.tsx'

const turn = (text: string, was: Turn['was'], became: Turn['became']): Turn => ({
  assertion: { namespace: 'pay', name: 'promises', text },
  was,
  became,
})
const revision: Revision = {
  entry: {
    id: '7',
    object: { group: 'security.istio.io', kind: 'AuthorizationPolicy', namespace: 'pay', name: 'ledger' },
    at,
    change: 'changed',
    author: 'kubectl',
    manager: 'kubectl',
    isThroughWeft: false,
    reason: null,
    fields: ['spec.rules'],
    findings: { Error: 0, Warning: 0, Info: 0 },
    turns: { broken: 1, holds: 1, uncertain: 0 },
  },
  before: { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', spec: {} },
  after: { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', spec: { rules: [{}] } },
  findings: [],
  turns: [
    turn('web may reach ledger', 'broken', 'holds'),
    turn('nothing outside pay reaches <b>ledger</b>', 'holds', 'broken'),
  ],
}

it('a change tells which assertions it broke and which hold since it, and leads to how they stand now', async () => {
  const onGo = vi.fn<(href: string) => void>()
  const { screen } = await renderPage(<RevisionSide id="7" onClose={() => undefined} onGo={onGo} />, {
    '/api/config/history/7': () => revision,
  })
  const section = screen.getByRole('heading', { name: 'Assertions it turned' })
  await expect.element(section).toBeVisible()
  const lines = [...document.querySelectorAll('.edit-list li div')].map(({ textContent }) => textContent)
  expect(lines).toEqual([
    'broken nothing outside pay reaches <b>ledger</b>It held before. Kept in pay/promises.',
    'holds now web may reach ledgerIt was broken before. Kept in pay/promises.',
  ])
  await userEvent.click(screen.getByRole('link', { name: 'How assertions stand now' }))
  expect(onGo).toHaveBeenCalledWith('/security/assertions')
})

it('the timeline counts them by sign and word, and says nothing where none was turned', async () => {
  const { screen } = await renderPage(
    <>
      <TurnMarks turns={{ broken: 2, holds: 1, uncertain: 0 }} />
      <output>
        <TurnMarks turns={{ broken: 0, holds: 0, uncertain: 0 }} />
      </output>
    </>,
  )
  await expect.element(screen.getByText('2 assertions broken by it')).toBeInTheDocument()
  await expect.element(screen.getByText('1 assertion holds since it')).toBeInTheDocument()
  expect(document.querySelector('.turn-marks')?.textContent).toContain('✕ 2')
  expect(screen.getByRole('status').element().textContent).toBe('')
})
