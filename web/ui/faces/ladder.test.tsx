import { describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import type { Ladder as Told, Rung } from '#shared/mesh/ladder.ts'
import { openTexts, startLanguage } from '#web/ui/language.ts'
import { LadderFace } from './LadderFace.tsx'
import '#web/ui/tokens.css'
import '#web/ui/base.css'
import '#web/ui/page.css'

const rung = (name: Rung['rung'], state: Rung['state'], more: Partial<Rung> = {}): Rung => ({
  rung: name,
  state,
  detail: [{ says: 'quoted', facts: { source: 'prometheus', words: `${name} ${state}` } }],
  query: null,
  objects: [],
  ...more,
})
const hostile = '<img src=x onerror="document.title=1"> {{age}} $t(all) $1 \u202Eright\u200B'
const refused: Told = {
  rungs: [
    rung('rights', 'holds'),
    rung('sourceReachable', 'holds'),
    rung('scraped', 'fails', {
      detail: [{ says: 'quoted', facts: { source: 'prometheus', words: hostile } }],
      query: 'count(up)',
      objects: [{ group: 'security.istio.io', kind: 'PeerAuthentication', namespace: 'shop', name: 'strict' }],
    }),
    rung('metricThere', 'unasked'),
  ],
  lastAt: 1_000,
}

async function show(ladder: Told | null, more: { title?: string; because?: string } = {}) {
  await startLanguage()
  await openTexts('ladder')
  const gone: unknown[] = []
  const { title, because = null } = more
  const told = { ladder, because, skew: 0 }
  const screen = await render(
    <LadderFace
      told={told}
      {...(title !== undefined && { title })}
      onGo={href => gone.push(href)}
      onMoment={at => gone.push(at)}
    />,
  )
  return { screen, gone }
}

describe('an empty panel', () => {
  it('says the first rung that fails, with its query, its object and the last time there was something', async () => {
    const { screen, gone } = await show(refused)
    await expect.element(screen.getByRole('listitem')).toMatchTextContent('Scrapes come through')
    await userEvent.click(screen.getByRole('button', { name: 'Query' }))
    await expect.element(screen.getByText('count(up)')).toBeVisible()
    await userEvent.click(screen.getByRole('link', { name: 'shop/strict' }))
    await userEvent.click(screen.getByRole('button', { name: 'Show that time' }))
    expect(gone).toEqual(['/config/security.istio.io/PeerAuthentication/shop/strict', 1000])
  })

  it('tells all rungs on demand, and at once where it is a face of its own', async () => {
    const { screen } = await show(refused)
    await userEvent.click(screen.getByRole('button', { name: 'All that was asked' }))
    await expect.poll(() => screen.getByRole('listitem').elements().length).toBe(4)
    const whole = await show(refused, { title: 'No trace found' })
    await expect.element(whole.screen.getByRole('heading', { name: 'No trace found' })).toBeVisible()
    expect(whole.screen.getByRole('listitem').elements().length).toBeGreaterThanOrEqual(4)
  })

  it('renders whatever a source says as text', async () => {
    const { screen } = await show(refused)
    await expect.element(screen.getByText(hostile, { exact: false })).toBeVisible()
    expect(screen.container.querySelector('img')).toBeNull()
  })

  it('says that nothing fails, or why nothing could be asked', async () => {
    const all = await show({ rungs: [rung('rights', 'holds')], lastAt: 5 })
    await expect.element(all.screen.getByText(/All of this holds/)).toBeVisible()
    const none = await show(null, { because: 'The console’s server did not answer.' })
    await expect.element(none.screen.getByText(/The console’s server did not answer/)).toBeVisible()
  })
})
