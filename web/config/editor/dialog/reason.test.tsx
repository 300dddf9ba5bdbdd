import { beforeEach, describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { useEffect } from 'react'
import type { Json } from '#shared/mesh/object.ts'
import { Replaying, type ReplayProps, type ReplayVerdict } from '#web/config/Replay.tsx'
import { namedBy } from '#web/config/editor/change.ts'
import { renderEditor } from '#web/config/editor/testing.tsx'
import { ApplyDialog } from './ApplyDialog.tsx'
import '#web/config/editor/editor.css'

const policy: Json = {
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: {},
}
const object = namedBy(policy)
const outcome = (before: Json | null, after: Json | null): Json => ({
  object,
  result: after === null ? 'deleted' : before === null ? 'created' : 'applied',
  because: null,
  causes: [],
  conflicts: [],
  warnings: [],
  diff: [],
  before,
  after,
  resourceVersion: '2',
})
let seen: ReplayProps['changes'] = []

/** The room of security, played: it judges as the test says. */
function Played({ changes, onJudged, verdict }: ReplayProps & { verdict: ReplayVerdict | null }) {
  useEffect(() => {
    seen = changes
    if (verdict !== null) onJudged?.(verdict)
  })
  return <div className="played" style={{ height: verdict === null ? 0 : 160 }} />
}

async function opened(verdict: ReplayVerdict | null, kind: 'create' | 'delete' = 'create') {
  const [before, after] = kind === 'delete' ? [policy, null] : [null, policy]
  const wanted = kind === 'delete' ? { apply: [], delete: [{ object }] } : { apply: [{ manifest: policy }], delete: [] }
  const dialog = (next: ReplayVerdict | null) => (
    <Replaying value={props => <Played {...props} verdict={next} />}>
      <ApplyDialog
        title="A policy"
        kind={kind}
        wanted={wanted}
        before={before}
        owner={null}
        onApplied={() => undefined}
        onTakenBack={() => undefined}
        onClose={() => undefined}
      />
    </Replaying>
  )
  const rendered = await renderEditor(dialog(verdict), {
    '/api/config/apply': () => ({ outcomes: [outcome(before, after)], isComplete: true }),
    '/api/config/arrival': () => ({ known: true, arrived: 0, of: 0, because: null }),
  })
  const { screen } = rendered
  return {
    ...rendered,
    judge: (next: ReplayVerdict) => rendered.show(dialog(next)),
    apply: screen.getByRole('button', { name: kind === 'delete' ? 'Delete from cluster' : 'Create in cluster' }),
    reason: screen.getByRole('textbox', { name: 'Reason' }),
  }
}
const said = (newlyRefused: number | null, isReplaying = false, broken = 0): ReplayVerdict => ({
  newlyRefused,
  broken,
  isReplaying,
})

describe('the way to the cluster, for what refuses calls that pass today', () => {
  beforeEach(() => {
    seen = []
  })

  it('waits until the replay has spoken, and asks why before it goes on', async () => {
    const { screen, apply, reason, judge, asked } = await opened(null)
    await expect.element(screen.getByText('Waits for the replay of the last calls.')).toBeVisible()
    await expect.element(apply).toBeDisabled()
    await judge(said(1283.2))
    await expect
      .element(screen.getByText('Needs a reason, because calls that pass today would be refused.'))
      .toBeVisible()
    await expect.element(reason).toHaveAttribute('placeholder', expect.stringContaining('1,284'))
    await expect.element(apply).toBeDisabled()
    await userEvent.fill(reason, '   ')
    await expect.element(apply).toBeDisabled()
    await userEvent.fill(reason, 'Only checkout may')
    await userEvent.click(apply)
    await expect.element(screen.getByText('Created', { exact: true })).toBeVisible()
    expect(asked.filter(({ path }) => path === '/api/config/apply').at(-1)?.body).toMatchObject({
      dryRun: false,
      reason: 'Only checkout may',
    })
  })

  it('keeps its buttons where they are while the replay comes, so that what is pressed is also let go', async () => {
    const { apply, judge } = await opened(null)
    await expect.poll(() => document.querySelector('.played')).not.toBeNull()
    const before = apply.element().getBoundingClientRect()
    await judge(said(0))
    await expect.element(apply).toBeEnabled()
    expect(document.querySelector('.played')?.getBoundingClientRect().height).toBe(160)
    const { x, y } = apply.element().getBoundingClientRect()
    expect({ x, y }).toEqual({ x: before.x, y: before.y })
  })

  it('says what became of it also to who clicks twice', async () => {
    const { screen, apply } = await opened(said(0))
    await expect.element(apply).toBeEnabled()
    await userEvent.click(apply)
    const done = screen.getByRole('button', { name: 'Done' })
    await expect.element(done).toBeVisible()
    const again = (detail: number) => done.element().dispatchEvent(new MouseEvent('click', { detail, bubbles: true }))
    again(2)
    expect(document.querySelector('dialog')?.open).toBe(true)
    again(1)
    expect(document.querySelector('dialog')?.open).toBe(false)
  })

  it('asks the same of what goes: the replay is told that nothing comes after it', async () => {
    const { apply, reason } = await opened(said(40), 'delete')
    await expect.poll(() => seen).toEqual([{ before: policy, after: null }])
    await expect.element(apply).toBeDisabled()
    await userEvent.fill(reason, 'It was in the way')
    await expect.element(apply).toBeEnabled()
  })

  it('asks why where it refuses no call and breaks an assertion', async () => {
    const { screen, apply, reason } = await opened(said(0, false, 2))
    await expect
      .element(screen.getByText('Needs a reason, because what somebody asserted would be broken.'))
      .toBeVisible()
    await expect.element(reason).toHaveAttribute('placeholder', 'why 2 assertions may be broken')
    await userEvent.fill(reason, 'Asked for by the auditors')
    await expect.element(apply).toBeEnabled()
  })

  it.each([
    ['nothing is newly refused', said(0)],
    ['nobody can know', said(null)],
  ])('asks for none where %s', async (_, verdict) => {
    const { apply, reason } = await opened(verdict)
    await expect.element(apply).toBeEnabled()
    await expect.element(reason).not.toBeRequired()
  })

  it('waits anew while another window is replayed', async () => {
    const { apply, judge } = await opened(said(0))
    await expect.element(apply).toBeEnabled()
    await judge(said(null, true))
    await expect.element(apply).toBeDisabled()
  })

  it('says of a name that is taken who has it, and not that what is there would go', async () => {
    const because = 'There is a AuthorizationPolicy shop/cart already; open it and merge, or choose another name.'
    const { screen } = await renderEditor(
      <ApplyDialog
        title="A policy"
        kind="create"
        wanted={{ apply: [{ manifest: policy }], delete: [] }}
        before={null}
        owner={null}
        onApplied={() => undefined}
        onTakenBack={() => undefined}
        onClose={() => undefined}
      />,
      {
        '/api/config/apply': () => ({
          outcomes: [{ ...outcome(policy, null), result: 'conflict', because }],
          isComplete: false,
        }),
      },
    )
    await expect.element(screen.getByText(because)).toBeVisible()
    await expect.element(screen.getByRole('button', { name: 'Create in cluster' })).toBeDisabled()
    expect(screen.getByRole('heading', { name: 'What the server would change' }).elements()).toEqual([])
  })
})
