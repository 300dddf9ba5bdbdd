import { beforeEach, describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { keyOf } from '#shared/mesh/object.ts'
import type { Json } from '#shared/mesh/object.ts'
import { namedBy } from './change.ts'
import { openDrafts, openTabs } from './draft-store.ts'
import { ObjectEditor } from './ObjectEditor.tsx'
import { renderEditor, rightsOf } from './testing.tsx'

const object = (weight: number, version: string, timeout = '5s'): Json => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'web', namespace: 'shop', resourceVersion: version },
  spec: { hosts: ['web'], http: [{ timeout, route: [{ destination: { host: 'web', subset: 'v1' }, weight }] }] },
})
const ref = namedBy(object(90, '1'))
const person = { kind: 'person', name: 'kubectl', isGitOps: false } as const
const shown = (theirs: Json, more: Partial<Parameters<typeof ObjectEditor>[0]> = {}) => (
  <ObjectEditor object={ref} theirs={theirs} owner={person} {...more} />
)
const outcome = (more: Json): Json => ({
  object: ref,
  result: 'applied',
  because: null,
  causes: [],
  conflicts: [],
  warnings: [],
  diff: [{ path: 'spec.http[0].route[0].weight', before: 90, after: 50 }],
  before: object(90, '1'),
  after: object(50, '2'),
  resourceVersion: '2',
  ...more,
})
const applies = (...outcomes: Json[]) => ({
  '/api/config/apply': () => ({ outcomes, isComplete: outcomes.every(({ result }) => result === 'applied') }),
  '/api/config/arrival': () => ({ known: true, arrived: 3, of: 3, because: null }),
})
const schema = {
  '/api/config/schemas': () => ({
    schema: {
      type: 'object',
      properties: {
        apiVersion: { type: 'string' },
        kind: { type: 'string' },
        metadata: { type: 'object' },
        spec: {
          type: 'object',
          properties: {
            hosts: { type: 'array', items: { type: 'string' }, description: 'Where it is sent to.' },
            http: { type: 'array', items: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        },
      },
    },
  }),
}

type Screen = Awaited<ReturnType<typeof renderEditor>>['screen']
const textBox = (screen: Screen) => screen.getByRole('textbox', { name: 'Edit the text of VirtualService shop/web' })

/** Everything anew, as a hand would paste it. */
async function write(screen: Screen, text: string) {
  await expect.element(textBox(screen)).toBeVisible()
  await userEvent.click(textBox(screen))
  await userEvent.keyboard('{Control>}a{/Control}{Backspace}')
  const data = new DataTransfer()
  data.setData('text/plain', text)
  textBox(screen)
    .element()
    .dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
}
const written = (weight: number) =>
  `# ours\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  hosts: [web]\n  http:\n    - timeout: 5s\n      route:\n        - destination: {host: web, subset: v1}\n          weight: ${weight}\n`

beforeEach(async () => {
  await openDrafts(indexedDB).discard(ref)
})

describe('the editor', () => {
  it('keeps a draft in the browser, and has it again after the page was left', async () => {
    const { screen } = await renderEditor(shown(object(90, '1')))
    await write(screen, written(50))
    await expect.element(screen.getByText(/kept in this browser/)).toBeVisible()
    await expect.poll(async () => (await openDrafts(indexedDB).read(ref))?.text).toContain('weight: 50')
    await screen.unmount()
    const again = await renderEditor(shown(object(90, '1')))
    await expect.element(textBox(again.screen)).toMatchTextContent('weight: 50')
    await expect.element(textBox(again.screen)).toMatchTextContent('# ours')
  })

  it('shows what is typed in another tab, and what is given up there', async () => {
    const { screen } = await renderEditor(shown(object(90, '1')))
    const other = openTabs()
    const told: (string | undefined)[] = []
    const leave = other.listen(({ draft }) => told.push(draft?.text))
    await write(screen, written(50))
    await expect.poll(() => told.at(-1)).toContain('weight: 50')
    const draft = { object: ref, text: written(30), base: object(90, '1'), typedAt: Date.now() + 1000 }
    other.tell({ object: keyOf(ref), draft, at: draft.typedAt })
    await expect.element(textBox(screen)).toMatchTextContent('weight: 30')
    other.tell({ object: keyOf(ref), draft: null, at: draft.typedAt + 1 })
    await expect.element(textBox(screen)).toMatchTextContent('weight: 90')
    // What was heard is not said again.
    expect(told.at(-1)).toContain('weight: 50')
    leave()
  })

  it('says of bad YAML what and where, and does not go on', async () => {
    const { screen } = await renderEditor(shown(object(90, '1')))
    await write(screen, written(50).replace('  hosts', '\thosts'))
    await expect.element(screen.getByText(/A tab stands here; YAML is indented with blanks/).first()).toBeVisible()
    await expect.element(screen.getByRole('button', { name: 'Line 8' }).first()).toBeVisible()
    await expect
      .element(screen.getByRole('button', { name: 'Review and apply…' }))
      .toHaveAttribute('aria-disabled', 'true')
    await expect.element(screen.getByText('The text cannot be read; see line 8.')).toBeVisible()
  })

  it('keeps two megabytes, says that they are too much, and stays usable', async () => {
    const { screen } = await renderEditor(shown(object(90, '1')))
    await write(screen, `spec:\n${'  - name: x\n'.repeat(180_000)}`)
    await expect.element(screen.getByText(/This text has 2\.1 MB/).first()).toBeVisible()
    await expect.poll(async () => (await openDrafts(indexedDB).read(ref))?.text.length).toBeGreaterThan(2_000_000)
    await userEvent.click(screen.getByRole('button', { name: 'Discard draft' }))
    await userEvent.click(screen.getByRole('dialog').getByRole('button', { name: 'Discard draft' }))
    await expect.element(screen.getByText('as in the cluster')).toBeVisible()
  })

  it('tells what the cluster’s schema does not know, and findings, at their lines', async () => {
    const finding = {
      code: 'IST0101',
      name: 'ReferencedResourceNotFound',
      level: 'Error',
      object: ref,
      path: 'spec.http[0].route[0].destination.host',
      message: 'Referenced host not found: "web"',
    }
    const { screen } = await renderEditor(shown(object(90, '1')), {
      ...schema,
      '/api/config/analyze': () => ({ findings: [finding], brought: [], resolved: [], impacts: [] }),
    })
    await write(screen, written(50).replace('hosts:', 'hots:'))
    await expect.element(screen.getByText(/The cluster knows no field “hots” here/).first()).toBeVisible()
    await expect.element(screen.getByText(/Referenced host not found/).first()).toBeVisible()
    await expect.element(screen.getByRole('button', { name: 'Line 12' })).toBeVisible()
  })

  it('completes fields from the schema and explains them', async () => {
    const { screen } = await renderEditor(shown(object(90, '1')), schema)
    await write(
      screen,
      'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  ',
    )
    await userEvent.keyboard('ho')
    await expect.element(screen.getByRole('option', { name: /hosts/ })).toBeVisible()
    await expect.element(screen.getByText('Where it is sent to.')).toBeVisible()
    await userEvent.keyboard('{Tab}')
    await expect.element(textBox(screen)).toMatchTextContent('hosts:')
  })

  it('merges what somebody else changed meanwhile, and says so', async () => {
    const { screen, show } = await renderEditor(shown(object(90, '1')))
    await write(screen, written(50))
    await show(shown(object(90, '2', '9s')))
    await expect.element(screen.getByText('Somebody changed this object meanwhile.')).toBeVisible()
    await expect.element(screen.getByText(/spec.http\[0\].timeout/)).toBeVisible()
    await expect.element(textBox(screen)).toMatchTextContent('timeout: 9s')
    await expect.element(textBox(screen)).toMatchTextContent('weight: 50')
  })

  it('lets a person decide where both changed the same field', async () => {
    const { screen, show } = await renderEditor(shown(object(90, '1')))
    await write(screen, written(50))
    await show(shown(object(70, '2')))
    await expect.element(screen.getByText('1 field was changed by both of you')).toBeVisible()
    await expect
      .element(screen.getByText('Decide first what is to stand where both changed the same field.'))
      .toBeVisible()
    await expect.element(textBox(screen)).toMatchTextContent('weight: 50')
    await userEvent.click(screen.getByRole('button', { name: /Take theirs/ }))
    await expect.element(textBox(screen)).toMatchTextContent('weight: 70')
  })

  it('names the missing right', async () => {
    const { screen } = await renderEditor(shown(object(90, '1')), { '/api/config/rights': () => rightsOf(['get']) })
    await write(screen, written(50))
    await expect
      .element(screen.getByText('The right to patch virtualservices.networking.istio.io in shop is missing.'))
      .toBeVisible()
    await expect
      .element(screen.getByRole('button', { name: 'Delete…' }))
      .toHaveAttribute('title', 'The right to delete virtualservices.networking.istio.io in shop is missing.')
  })
})

describe('on the way to the cluster', () => {
  it('shows the server’s own difference, applies, tells where it arrived, and takes it back', async () => {
    const { screen, asked } = await renderEditor(shown(object(90, '1')), applies(outcome({})))
    await write(screen, written(50))
    await userEvent.click(screen.getByRole('button', { name: 'Review and apply…' }))
    const dialog = screen.getByRole('dialog', { name: 'Apply VirtualService shop/web' })
    await expect.element(dialog.getByText('The server accepts it.')).toBeVisible()
    await expect.element(dialog.getByText('spec.http[0].route[0].weight')).toBeVisible()
    await userEvent.click(dialog.getByRole('button', { name: 'Apply to cluster' }))
    await expect.element(dialog.getByText('Arrived in 3 of 3 proxies')).toBeVisible()
    const bodies = asked.filter(({ path }) => path === '/api/config/apply').map(({ body }) => body)
    expect(bodies.map(({ dryRun }) => dryRun)).toEqual([true, false])
    expect(bodies[1]).toMatchObject({ apply: [{ resourceVersion: '1', take: [] }] })
    await userEvent.click(dialog.getByRole('button', { name: 'Take it back' }))
    await expect.element(dialog.getByText('Taken back.')).toBeVisible()
    expect(asked.at(-1)?.body).toMatchObject({
      dryRun: false,
      apply: [{ manifest: { spec: { http: [{ route: [{ weight: 90 }] }] } }, resourceVersion: '2' }],
    })
  })

  it('asks for each field of others, one tick each', async () => {
    const conflict = {
      path: 'spec.http[0].route[0].weight',
      manager: 'argocd-controller',
      time: 0,
      kind: 'change',
      theirs: 90,
      ours: 50,
    }
    const { screen, asked } = await renderEditor(shown(object(90, '1')), {
      ...applies(),
      '/api/config/apply': ({ body }) => {
        const [first] = body['apply'] as { take: string[] }[]
        return first?.take.length === 1
          ? { outcomes: [outcome({})], isComplete: true }
          : { outcomes: [outcome({ result: 'conflict', conflicts: [conflict] })], isComplete: false }
      },
    })
    await write(screen, written(50))
    await userEvent.click(screen.getByRole('button', { name: 'Review and apply…' }))
    await expect.element(screen.getByText('Needs a tick for every field of others.')).toBeVisible()
    await userEvent.click(
      screen.getByRole('checkbox', { name: 'Take spec.http[0].route[0].weight from argocd-controller' }),
    )
    await expect.element(screen.getByText('The server accepts it.')).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: 'Apply to cluster' }))
    await expect.element(screen.getByText('Applied', { exact: true })).toBeVisible()
    expect(asked.filter(({ path }) => path === '/api/config/apply').at(-1)?.body).toMatchObject({
      apply: [{ take: [conflict.path] }],
    })
  })

  it('says what the server refuses and where', async () => {
    const { screen } = await renderEditor(
      shown(object(90, '1')),
      applies(
        outcome({
          result: 'rejected',
          because: 'admission webhook denied the request',
          causes: [{ path: 'spec.http', message: 'must have a route' }],
          diff: [],
        }),
      ),
    )
    await write(screen, written(50))
    await userEvent.click(screen.getByRole('button', { name: 'Review and apply…' }))
    await expect.element(screen.getByText('admission webhook denied the request')).toBeVisible()
    await expect.element(screen.getByText(/must have a route/).first()).toBeVisible()
    await expect.element(screen.getByRole('button', { name: 'Apply to cluster' })).toBeDisabled()
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }))
    await expect.element(screen.getByRole('button', { name: 'Line 9' })).toBeVisible()
    await expect.element(textBox(screen)).toMatchTextContent('must have a route')
  })

  it('offers the file of a GitOps object first, and asks why it is applied anyway', async () => {
    const owner = { kind: 'argocd', name: 'shop-prod', isGitOps: true } as const
    const { screen, asked } = await renderEditor(shown(object(90, '1'), { owner }), applies(outcome({})))
    await write(screen, written(50))
    await userEvent.click(screen.getByRole('button', { name: 'Review and apply…' }))
    await expect.element(screen.getByText('shop-prod looks after this object')).toBeVisible()
    await expect.element(screen.getByRole('button', { name: 'Download manifest' })).toBeVisible()
    const anyway = screen.getByRole('button', { name: 'Apply anyway' })
    await expect.element(anyway).toBeDisabled()
    await userEvent.fill(screen.getByRole('textbox', { name: 'Reason' }), 'Argo CD is down')
    await userEvent.click(anyway)
    await expect.element(screen.getByText('Applied', { exact: true })).toBeVisible()
    expect(asked.filter(({ path }) => path === '/api/config/apply').at(-1)?.body).toMatchObject({
      reason: 'Argo CD is down',
    })
  })

  it('shows what a fix changes, from the line and from the panel, and puts it into the text', async () => {
    const message = 'One destination needs no weight.'
    const fix = {
      title: 'Leave out the weight',
      edits: [{ object: ref, edits: [{ op: 'remove', path: ['spec', 'http', 0, 'route', 0, 'weight'] }] }],
    }
    const finding = { code: 'WEFT0001', name: 'x', level: 'Warning', object: ref, message, path: 'spec.http[0]', fix }
    const { screen } = await renderEditor(shown(object(90, '1')), {
      '/api/config/analyze': ({ body }) => ({
        findings: JSON.stringify(body).includes('weight') ? [finding] : [],
        brought: [],
        resolved: [],
        impacts: [],
      }),
    })
    const panel = screen.getByRole('complementary')
    const dialog = screen.getByRole('dialog', { name: 'What “Leave out the weight” changes' })
    await userEvent.click(panel.getByRole('button', { name: 'Leave out the weight' }))
    await expect.element(dialog.getByText(/^- +weight: 90/)).toBeVisible()
    await userEvent.click(dialog.getByRole('button', { name: 'Cancel' }))
    await expect.element(textBox(screen)).toMatchTextContent('weight: 90')
    await userEvent.click(textBox(screen).getByRole('button', { name: 'Leave out the weight' }))
    await userEvent.click(dialog.getByRole('button', { name: 'Put it into the text' }))
    await expect.element(textBox(screen)).not.toMatchTextContent('weight: 90')
    await expect.element(panel.getByText(message)).not.toBeInTheDocument()
  })

  const rule: Json = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'web', namespace: 'shop', resourceVersion: '7' },
    spec: { host: 'web', subsets: [{ name: 'v2', labels: { version: 'v2' } }] },
  }
  const aside = {
    object: namedBy(rule),
    edits: [{ op: 'insert', path: ['spec', 'subsets', 1], value: { name: 'v1', labels: { version: 'v1' } } }],
  }
  const inText = { object: ref, edits: [{ op: 'set', path: ['spec', 'http', 0, 'timeout'], value: '1s' }] }
  it.each([
    ['one beside the text', [aside], ['DestinationRule'], 'Apply DestinationRule shop/web'],
    ['the text and one beside it', [inText, aside], ['VirtualService', 'DestinationRule'], 'Apply 2 objects'],
  ])(
    'a fix of %s goes to the cluster as one change, and asks why where GitOps owns it',
    async (_, edits, kinds, title) => {
      const fix = { title: 'Add subset v1', edits }
      const finding = { code: 'IST0101', name: 'x', level: 'Error', object: ref, message: 'No subset v1.', fix }
      const isMended = { now: false }
      const { screen, asked } = await renderEditor(shown(object(90, '1')), {
        '/api/config/analyze': () => ({
          findings: isMended.now ? [] : [finding],
          brought: [],
          resolved: [],
          impacts: [],
        }),
        '/api/config/rights': () => ({
          ...rightsOf(['get', 'patch']),
          rights: ['VirtualService', 'DestinationRule'].map(kind => ({
            namespace: null,
            group: 'networking.istio.io',
            kind,
            verbs: ['get', 'patch'],
          })),
        }),
        '/api/config/objects/networking.istio.io/DestinationRule/shop/web': () => ({
          object: rule,
          owner: { kind: 'argocd', name: 'shop', isGitOps: true },
          fieldOwners: [],
          findings: [],
        }),
        '/api/config/apply': ({ body }) => {
          isMended.now = body['dryRun'] === false
          const outcomes = (body['apply'] as { manifest: Json }[]).map(({ manifest }) =>
            outcome({ object: namedBy(manifest), before: null, after: manifest, diff: [] }),
          )
          return { outcomes, isComplete: true }
        },
        '/api/config/arrival': () => ({ known: true, arrived: 3, of: 3, because: null }),
      })
      await write(screen, written(90))
      await userEvent.click(screen.getByRole('complementary').getByRole('button', { name: 'Add subset v1' }))
      const preview = screen.getByRole('dialog', { name: 'What “Add subset v1” changes' })
      await expect.element(preview.getByText(/^\+ +- name: v1/)).toBeVisible()
      await userEvent.click(preview.getByRole('button', { name: 'Review and apply…' }))
      const dialog = screen.getByRole('dialog', { name: title })
      await expect.element(dialog.getByText('The server accepts it.')).toBeVisible()
      await expect.element(dialog.getByRole('button', { name: 'Apply anyway' })).toBeDisabled()
      await userEvent.fill(dialog.getByRole('textbox', { name: /Reason/ }), 'now')
      await userEvent.click(dialog.getByRole('button', { name: 'Apply anyway' }))
      await userEvent.click(dialog.getByRole('button', { name: 'Done' }))
      const applied = asked.filter(({ path, body }) => path === '/api/config/apply' && body['dryRun'] === false)
      const changed = applied.map(({ body }) => body['apply'] as { manifest: Json; resourceVersion: string }[])
      expect(changed.map(each => each.map(({ manifest }) => manifest['kind']))).toEqual([kinds])
      expect(changed[0]?.at(-1)?.resourceVersion).toBe('7')
      expect(changed[0]?.at(-1)?.manifest['spec']).toMatchObject({ subsets: [{ name: 'v2' }, { name: 'v1' }] })
      await expect.element(screen.getByText('No subset v1.')).not.toBeInTheDocument()
      // What was typed and is not in the change stays a draft.
      if (kinds.length === 1) await expect.element(textBox(screen)).toMatchTextContent('# ours')
    },
  )

  it('deletes, having said what stops working', async () => {
    const brought = {
      code: 'IST0101',
      name: 'x',
      level: 'Error',
      object: { ...ref, name: 'other' },
      message: 'Referenced delegate not found',
    }
    const { screen } = await renderEditor(shown(object(90, '1')), {
      '/api/config/analyze': () => ({ findings: [], brought: [brought], resolved: [], impacts: [] }),
      '/api/config/apply': () => ({
        outcomes: [outcome({ result: 'deleted', after: null, diff: [] })],
        isComplete: true,
      }),
    })
    await userEvent.click(screen.getByRole('button', { name: 'Delete…' }))
    const dialog = screen.getByRole('dialog', { name: 'Delete VirtualService shop/web' })
    await expect.element(dialog.getByText(/Referenced delegate not found/)).toBeVisible()
    await userEvent.click(dialog.getByRole('button', { name: 'Delete from cluster' }))
    await expect.element(dialog.getByText('Deleted', { exact: true })).toBeVisible()
  })
})
