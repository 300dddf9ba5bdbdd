import { describe, expect, it, vi } from 'vitest'
import { type Inventory, readWorld } from '#shared/config/api.ts'
import type { Finding } from '#shared/config/finding.ts'
import { breaker } from '#shared/config/intents/breaker.ts'
import { fault } from '#shared/config/intents/fault.ts'
import { type Intent, isNothing, isProblem, type Scene, type Target } from '#shared/config/intents/intent.ts'
import { mirror } from '#shared/config/intents/mirror.ts'
import { type Condition, route } from '#shared/config/intents/route.ts'
import { told, worldIn } from '#shared/config/intents/scene.ts'
import { inHundred } from '#shared/config/intents/shares.ts'
import { shift } from '#shared/config/intents/shift.ts'
import { timeouts } from '#shared/config/intents/timeouts.ts'
import { placesView } from '#shared/config/intents/view.ts'
import { writtenBy } from '#shared/config/intents/written.ts'
import type { Json, MeshObject } from '#shared/mesh/object.ts'
import { consoleOn, wholeLab } from './lab.fixture.ts'

vi.setConfig({ testTimeout: 90_000 })

const beta: Condition = { of: 'header', name: 'x-beta', how: 'exact', value: 'yes' }

/** What a hand would make of each task for a service; null: it cannot be done there, or would say nothing new. */
const makers: Record<string, (scene: Scene, target: Target) => ReturnType<Intent<unknown>['write']> | null> = {
  shift: (scene, target) => {
    const view = placesView(scene, target)
    if (isProblem(view)) return null
    const parts = inHundred(view.places.map(() => 1))
    return made(shift, scene, target, model => ({
      ...model,
      shares: view.places.map(({ id }, index) => ({ id, weight: parts[index] ?? 0 })),
    }))
  },
  route: (scene, target) =>
    made(route, scene, target, model => ({
      ...model,
      when: [beta],
    })),
  timeouts: (scene, target) => made(timeouts, scene, target, model => ({ ...model, timeout: '4s' })),
  fault: (scene, target) => made(fault, scene, target, model => ({ ...model, delay: { percent: 5, duration: '1s' } })),
  mirror: (scene, target) => {
    const view = placesView(scene, target)
    return isProblem(view)
      ? null
      : made(mirror, scene, target, model => ({ ...model, to: view.places.at(-1)?.id ?? null, percent: 10 }))
  },
  breaker: (scene, target) =>
    made(breaker, scene, target, model => ({
      ...model,
      limits: { ...model.limits, maxConnections: 100 },
      ejection: { consecutive5xxErrors: 5, interval: '10s', baseEjectionTime: '30s', maxEjectionPercent: 50 },
    })),
}

function made<Model>(intent: Intent<Model>, scene: Scene, target: Target, change: (model: Model) => Model) {
  const reading = intent.read(scene, target)
  if (isProblem(reading)) return null
  const model = change(reading.model)
  return intent.check(scene, target, model).length > 0 ? null : intent.write(scene, target, model)
}

describe('what intents write into the shop', () => {
  it('is accepted by the server, and brings no error that was not there', async () => {
    const lab = await wholeLab()
    const { as } = await consoleOn(lab.kubeconfig)
    const ask = async (path: string, body?: unknown) => (await as('mesh-admin')(path, body)).body
    await ask('/objects')
    const world = worldIn(told(null, readWorld.reply.parse(await ask('/world'))))
    const inventory = (await ask('/inventory')) as unknown as Inventory
    const scene: Scene = { world, inventory }
    const errors = (findings: readonly Finding[]) =>
      findings.filter(({ level }) => level === 'Error').map(({ code, message }) => `${code} ${message}`)
    const done: Record<string, number> = {}
    for (const [id, make] of Object.entries(makers))
      for (const { namespace, name } of inventory.services) {
        const change = make(scene, { namespace, service: name })
        if (change === null || isNothing(change)) continue
        const written = writtenBy(scene.world, change)
        const manifests = written.flatMap(({ after }) => (after === null ? [] : [after]))
        const what = `${id} of ${namespace}/${name}`
        const before = (await ask('/analyze', {
          apply: written.flatMap(({ before: was }) => was ?? []),
          delete: [],
        })) as unknown as Analyzed
        const analyzed = (await ask('/analyze', { apply: manifests, delete: [] })) as unknown as Analyzed
        const known = new Set(errors([...before.findings, ...before.brought]))
        expect(
          errors([...analyzed.findings, ...analyzed.brought]).filter(each => !known.has(each)),
          what,
        ).toEqual([])
        // Fields of others are for a person to take; what the server itself says of the object is said either way.
        const tried = (await ask('/apply', {
          apply: manifests.map(manifest => ({ manifest: bare(manifest), take: [] })),
          delete: [],
          dryRun: true,
        })) as unknown as { outcomes: { object: MeshObject; result: string; because: string | null }[] }
        for (const { result, because } of tried.outcomes)
          expect(['created', 'applied', 'conflict'], `${what}: ${because ?? ''}`).toContain(result)
        done[id] = (done[id] ?? 0) + 1
      }
    // Two services of the shop have versions, over twenty have HTTP or a pool.
    expect(done).toMatchObject({ shift: 2, route: 2, mirror: 2 })
    for (const id of ['timeouts', 'fault', 'breaker']) expect(done[id], id).toBeGreaterThan(15)
  })
})

interface Analyzed {
  findings: Finding[]
  brought: Finding[]
}

const bare = ({ metadata, ...rest }: MeshObject): Json => {
  const { resourceVersion: _, uid: __, generation: ___, creationTimestamp: ____, ...own } = metadata
  return { ...rest, metadata: own }
}
