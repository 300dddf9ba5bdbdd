import type { Behaviour, Call } from '#lab/contract.ts'
import { createDice, type Dice, hashText } from '#lab/mesh/traffic/random.ts'
import { rateAt } from '#lab/mesh/traffic/rhythm.ts'
import { fillPath } from '#lab/mesh/requests/ids.ts'
import type { WorkloadPlan } from '#lab/scenario/plan.ts'
import { shopPlan } from '#lab/scenario/shop.ts'
import type { Flow } from '#shared/security/flow.ts'
import type { LearnWorkload } from '#shared/security/learn/learn.ts'
import type { Sighting } from '#shared/security/learn/kinds.ts'

/**
 * Weeks of the lab's shop, an hour at a step: its own calls at its own rates and rhythm, as spans that are sampled tell
 * them. What a scenario does not have comes beside it: weekends, a job of Sundays, many rare operations, intruders.
 */

/** Of so many requests one is sampled. */
export const sampling = 1 / 2500
const hour = 3_600_000
const startsOn = Date.UTC(2026, 10, 2)

/** A kind of call that belongs there, with its mean rate in requests per second by hour. */
interface Habit {
  id: string
  source: WorkloadPlan
  destination: WorkloadPlan
  protocol: Call['protocol']
  method: string
  path: string
  port: number
  rate: (time: number) => number
}

const plan = shopPlan()
const namespaces = new Map(plan.namespaces.map(({ name, labels }) => [name, labels]))
const behaviourOf = new Map(plan.behaviours.map(one => [`${one.namespace}/${one.workload}`, one]))
const labelsOf = ({ app, version }: WorkloadPlan) => ({ app, version })

function enforcedBy({ namespace }: WorkloadPlan): Flow['destination']['enforcedBy'] {
  const labels = namespaces.get(namespace) ?? {}
  if (labels['istio-injection'] === 'enabled') return 'sidecar'
  if (labels['istio.io/use-waypoint'] !== undefined) return 'waypoint'
  return labels['istio.io/dataplane-mode'] === 'ambient' ? 'ztunnel' : 'none'
}

export const workloads: LearnWorkload[] = plan.workloads
  .filter(({ role }) => role === 'app')
  .map(one => ({
    namespace: one.namespace,
    name: one.name,
    labels: labelsOf(one),
    serviceAccounts: [one.serviceAccount],
    enforcedBy: enforcedBy(one),
  }))

const workloadNamed = (namespace: string, name: string) =>
  plan.workloads.find(one => one.namespace === namespace && one.name === name)
const behindHost = (host: string): WorkloadPlan[] => {
  const [app, namespace] = host.split('.')
  return plan.workloads.filter(one => one.app === app && one.namespace === namespace)
}

const isWeekend = (time: number) => [0, 6].includes(new Date(time).getUTCDay())

function habitsOf(seed: number): Habit[] {
  const habits: Habit[] = []
  const walk = (source: WorkloadPlan, calls: readonly Call[], rate: Habit['rate']): void => {
    for (const { host, port, protocol, perRequest, classes } of calls) {
      const behind = behindHost(host)
      for (const destination of behind) {
        const called: Habit['rate'] = time => (rate(time) * perRequest) / behind.length
        for (const { method, path, share } of classes)
          habits.push({ id: '', source, destination, protocol, method, path, port, rate: time => called(time) * share })
        walk(destination, behaviourOf.get(`${destination.namespace}/${destination.name}`)?.calls ?? [], called)
      }
    }
  }
  for (const { namespace, workload, origin } of plan.behaviours as readonly Behaviour[]) {
    const source = workloadNamed(namespace, workload)
    if (origin === undefined || source === undefined) continue
    const weekend = (time: number) => (isWeekend(time) ? 0.6 : 1)
    walk(
      source,
      origin.calls,
      time => weekend(time) * rateAt(origin, hashText(`${namespace}/${workload}`), seed, time, 3600),
    )
  }
  return [...habits, ...rareIn(habits, seed), ...sundays(habits)].map(habit => ({ ...habit, id: idOf(habit) }))
}

/** Who does what where: what a rule can tell apart. */
const idOf = ({ source, destination, protocol, method, path }: Habit): string =>
  [
    source.namespace,
    source.serviceAccount,
    destination.namespace,
    destination.app,
    protocol,
    method,
    path.split('?')[0],
  ].join(' ')

const words = ['cache', 'flags', 'limits', 'export', 'audit', 'health']

/** Each caller now and then does something rare, from a few times a minute to once in months. */
function rareIn(habits: readonly Habit[], seed: number): Habit[] {
  const dice = createDice(seed, hashText('rare'), 1)
  const pairs = new Map(
    habits
      .filter(({ protocol, source }) => protocol === 'http' && enforcedBy(source) !== 'none')
      .map(habit => [`${habit.source.namespace}/${habit.source.name} ${habit.destination.app}`, habit]),
  )
  return [...pairs.values()].flatMap(habit =>
    ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].flatMap(method =>
      words.map(word => {
        const sightingsAWeek = 0.05 * 400 ** dice.next()
        const rate = sightingsAWeek / sampling / (7 * 24 * 3600)
        return { ...habit, method, path: `/admin/${word}`, rate: () => rate }
      }),
    ),
  )
}

function sundays(habits: readonly Habit[]): Habit[] {
  const habit = habits.find(({ source, destination }) => source.app === 'search' && destination.app === 'catalog')
  const isNight = (time: number) => new Date(time).getUTCDay() === 0 && new Date(time).getUTCHours() === 3
  return habit ? [{ ...habit, method: 'POST', path: '/reindex', rate: time => (isNight(time) ? 20 : 0) }] : []
}

export interface Week {
  from: number
  to: number
  sightings: Sighting[]
  /** How often which habit was seen. */
  habits: Map<string, number>
}

export function weeksOf(count: number, seed: number): Week[] {
  const habits = habitsOf(seed)
  const dice = createDice(seed, hashText('weeks'), 2)
  return Array.from({ length: count }, (_, index) => {
    const from = startsOn + index * 7 * 24 * hour
    const seen = new Map<string, Sighting>()
    const known = new Map<string, number>()
    for (let time = from; time < from + 7 * 24 * hour; time += hour)
      for (const habit of habits) {
        const times = poisson(habit.rate(time) * 3600 * sampling, dice)
        if (times > 0) known.set(habit.id, (known.get(habit.id) ?? 0) + times)
        if (!habit.path.includes('{')) note(seen, habit, habit.path, times)
        else
          for (let one = 0; one < times; one++)
            note(seen, habit, fillPath(habit.path, String(Math.floor(200 * dice.next()))), 1)
      }
    return { from, to: from + 7 * 24 * hour, sightings: [...seen.values(), ...intruders()], habits: known }
  })
}

function note(seen: Map<string, Sighting>, habit: Habit, path: string, times: number): void {
  if (times === 0) return
  const { source, destination, protocol, method, port } = habit
  const key = JSON.stringify([source.namespace, source.name, destination.namespace, destination.name, method, path])
  const known = seen.get(key)
  const sightings = (known?.sightings ?? 0) + times
  seen.set(key, {
    flow: known?.flow ?? flowOf(source, destination, { protocol, method, path, port }),
    sightings,
    requests: sightings / sampling,
    sourceWorkload: source.name,
  })
}

function flowOf(
  source: WorkloadPlan,
  destination: WorkloadPlan,
  { protocol, method, path, port }: Pick<Habit, 'protocol' | 'method' | 'path' | 'port'>,
): Flow {
  const hasProxy = enforcedBy(source) !== 'none'
  return {
    id: 'call',
    source: hasProxy
      ? { namespace: source.namespace, serviceAccount: source.serviceAccount }
      : { principal: null, ip: '10.9.0.7' },
    destination: {
      namespace: destination.namespace,
      workload: destination.name,
      labels: labelsOf(destination),
      enforcedBy: enforcedBy(destination),
      port,
    },
    mtls: hasProxy,
    protocol,
    http: protocol === 'tcp' ? null : { method, path, host: `${destination.app}.${destination.namespace}` },
    jwt: null,
  }
}

/** Whom somebody refused: that is nothing to learn from. */
function intruders(): Sighting[] {
  const source = workloadNamed('shop', 'images')
  const destination = workloadNamed('shop', 'cart')
  if (source === undefined || destination === undefined) return []
  const flow = flowOf(source, destination, { protocol: 'http', method: 'GET', path: '/carts/1', port: 8080 })
  return [{ flow, requests: 90_000, sightings: 40, passed: false, sourceWorkload: source.name }]
}

function poisson(mean: number, dice: Dice): number {
  if (mean > 40) return Math.max(0, Math.round(mean + Math.sqrt(mean) * dice.normal()))
  const limit = Math.exp(-mean)
  let product = dice.next()
  let count = 0
  for (; product > limit; count++) product *= dice.next()
  return count
}
