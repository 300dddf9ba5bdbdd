import { describe, expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { MeshObject } from '#shared/mesh/object.ts'
import { given, security, seen, workload } from '#shared/security/matrix.fixture.ts'
import type { Given } from '#shared/security/matrix.ts'
import { renderPage } from '#web/security/testing.tsx'
import { type ReplayedChange, ReplayPanel, type ReplayVerdict } from './ReplayPanel.tsx'

const flows = [
  seen('pay/payments', 'pay/ledger', { passed: 900 }),
  seen('shop/web', 'shop/cart', { passed: 1500 }),
  seen('legacy/batch', 'shop/cart', { passed: 20.4 }, true),
]
const json = (object: MeshObject): ReplayedChange['after'] => ({ ...object })
const onlyWeb = security('AuthorizationPolicy', 'shop/cart-callers', {
  selector: { matchLabels: { app: 'cart' } },
  rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }] }],
})
const [, , ledgerCallers = onlyWeb] = given().objects as MeshObject[]

/** The worker that judges is the real one. */
const shown = (changes: readonly ReplayedChange[], what: Parameters<typeof renderPage>[2] = {}) => {
  const onJudged = vi.fn<(verdict: ReplayVerdict) => void>()
  return renderPage(
    props => (
      <div style={{ width: 400 }}>
        <ReplayPanel changes={changes} onJudged={onJudged} onGo={props.onGo} />
      </div>
    ),
    {},
    { flows, ...what },
  ).then(rendered => ({ ...rendered, onJudged, panel: rendered.screen.getByRole('region', { name: 'Replay' }) }))
}
const total = (panel: Awaited<ReturnType<typeof shown>>['panel'], effect: string) =>
  panel.getByRole('button', { name: new RegExp(`^${effect}`) })

describe('a replay beside what is typed', () => {
  it('names who would be refused, by requests and by callers, and tells the story of the verdict', async () => {
    const { panel, onJudged } = await shown([{ before: null, after: json(onlyWeb) }])
    await expect.element(total(panel, 'Newly refused 1 caller')).toMatchTextContent('20')
    await expect.element(panel.getByRole('button', { name: /legacy\/batch → cart:8080/ })).toBeVisible()
    await expect.element(panel.getByText(/rules\[0\] wants from\[0\]\.source\.principals/)).toBeVisible()
    await expect.element(panel.getByText(/Metrics tell neither method, path, header nor token/)).toBeVisible()
    await expect.element(panel.getByText(/Counted from Prometheus over 24 h/)).toBeVisible()
    expect(onJudged.mock.lastCall?.[0].newlyRefused).toBeCloseTo(20.4)
    expect(onJudged.mock.calls[0]?.[0]).toEqual({ newlyRefused: null, broken: 0, isReplaying: true })
  })

  it('tells that a new ALLOW policy without rules cuts every call', async () => {
    const { panel, onJudged } = await shown([
      { before: null, after: json(security('AuthorizationPolicy', 'shop/nothing', {})) },
    ])
    await expect.element(total(panel, 'Newly refused 2 callers')).toMatchTextContent('1,520')
    expect(onJudged.mock.lastCall?.[0].newlyRefused).toBeCloseTo(1520.4)
  })

  it('replays a policy that goes: behind it the refusal of everybody is left', async () => {
    const { panel } = await shown([{ before: json(ledgerCallers), after: null }])
    await expect.element(total(panel, 'Newly refused 1 caller')).toMatchTextContent('900')
  })

  it('says which fact is missing where metrics do not tell what a rule asks for', async () => {
    const posts = security('AuthorizationPolicy', 'shop/posts', {
      rules: [{ to: [{ operation: { methods: ['POST'] } }] }],
    })
    const { panel, onJudged } = await shown([{ before: null, after: json(posts) }])
    await expect.element(total(panel, 'Uncertain')).toMatchTextContent('http.method not known')
    // Nobody knows is no refusal: no reason is asked for.
    await expect.poll(() => onJudged.mock.lastCall?.[0]).toEqual({ newlyRefused: 0, broken: 0, isReplaying: false })
  })

  it('shows nothing of what turns no verdict, and says so to whoever waits for it', async () => {
    const { screen, onJudged } = await shown([
      { before: null, after: { apiVersion: 'telemetry.istio.io/v1', kind: 'Telemetry', metadata: { name: 'x' } } },
    ])
    await expect.poll(() => onJudged.mock.lastCall?.[0]).toEqual({ newlyRefused: 0, broken: 0, isReplaying: false })
    await expect.element(screen.getByRole('region', { name: 'Replay' })).not.toBeInTheDocument()
  })

  it('says why it cannot replay, and holds nobody up', async () => {
    const { panel, onJudged } = await shown([{ before: null, after: json(onlyWeb) }], {
      failing: { flows: 'Prometheus did not answer in 5 s.' },
    })
    await expect.element(panel.getByText(/Not replayed: Prometheus did not answer in 5 s\./)).toBeVisible()
    await expect.poll(() => onJudged.mock.lastCall?.[0]).toEqual({ newlyRefused: null, broken: 0, isReplaying: false })
  })

  it('gives its verdict once, when sampled spans have answered: what it let through is not held up again', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const { panel, onJudged } = await shown([{ before: null, after: json(onlyWeb) }], { facetsAfter: promise })
    await expect.element(total(panel, 'Newly refused 1 caller')).toMatchTextContent('20')
    expect(onJudged.mock.lastCall?.[0].isReplaying).toBe(true)
    resolve()
    await expect.poll(() => onJudged.mock.lastCall?.[0].isReplaying).toBe(false)
    const heldUp = onJudged.mock.calls.map(([{ isReplaying }]) => isReplaying)
    expect(heldUp.filter(isHeldUp => !isHeldUp)).toHaveLength(1)
  })

  it('names the policy that Istio would refuse', async () => {
    const wrong = security('AuthorizationPolicy', 'shop/wrong', { action: 'MAYBE', rules: [{}] })
    const { panel } = await shown([{ before: null, after: json(wrong) }])
    await expect.element(panel.getByText(/Istio would refuse AuthorizationPolicy shop\/wrong/)).toBeVisible()
  })

  it('holds thousands of calls in a table of which only what is in sight exists, and markup in names is text', async () => {
    const callers = Array.from({ length: 3000 }, (_, n) => `legacy/<b>job-${n}`)
    const many: Partial<Given> = {
      workloads: [...given().workloads, ...callers.map(name => workload(name, { guarded: 0, enforcedBy: 'none' }))],
      flows: callers.map((name, n) => seen(name, 'shop/cart', { passed: 4000 - n }, true)),
    }
    const { panel, screen } = await shown([{ before: null, after: json(onlyWeb) }], many)
    await userEvent.click(panel.getByRole('button', { name: /calls in a table/ }))
    const table = screen.getByRole('dialog', { name: 'Calls this change does something to' })
    await expect.element(table.getByText('the heaviest 2000; 1000 lighter ones are left out')).toBeVisible()
    await expect.element(table.getByText('legacy/<b>job-0', { exact: true })).toBeVisible()
    expect(table.getByRole('row').elements().length).toBeLessThan(120)
  })
})
