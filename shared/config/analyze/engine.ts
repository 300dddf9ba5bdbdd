import type { Finding } from '#shared/config/finding.ts'
import type { MeshSettings } from '#shared/config/world/settings.ts'
import {
  createWorld,
  type Index,
  type KindKey,
  type MutableWorld,
  type Token,
  type World,
} from '#shared/config/world/world.ts'
import { keyOf, type MeshObject, type ObjectRef, pathText, refOf } from '#shared/mesh/object.ts'
import type { Analyzer, Report } from './analyzer.ts'
import { withStatus } from './draft.ts'

export interface Changes {
  put?: readonly MeshObject[]
  remove?: readonly ObjectRef[]
}

/** Everything analyzers have to say about a world, kept true as the world changes. */
export interface Analysis {
  readonly world: World
  /** In the order of objects (`keyOf`), then of codes and paths. */
  findings(): Finding[]
  findingsOf(ref: ObjectRef): readonly Finding[]
  /** Takes changes in; returns the keys (`keyOf`) of the objects about which something else is said now. */
  update(changes: Changes): ReadonlySet<string>
  /** The same in small steps, for who has other things to do in between. Nothing else may be asked of it meanwhile. */
  steps(changes: Changes): Generator<void, ReadonlySet<string>, void>
  /** What would be said if the changes were made. Nothing stays. */
  whatIf(changes: Changes): Foreseen
  read(ref: ObjectRef): MeshObject | undefined
}

export interface Foreseen {
  findings: Finding[]
  brought: Finding[]
  resolved: Finding[]
  /** What had to be asked before a finding of these could be said. */
  asked: ReadonlyMap<Finding, ReadonlySet<Token>>
}

/** One run of one analyzer over one unit, with what it asked and what it said. */
interface Task {
  run(): void
  asked: ReadonlySet<Token>
  said: Finding[]
}

export function createAnalysis(
  analyzers: readonly Analyzer[],
  indexes: readonly Index[],
  settings: MeshSettings,
  objects: Iterable<MeshObject>,
): Analysis {
  const store: MutableWorld = createWorld(settings, indexes)
  const { world } = store
  const tasks = new Map<string, Task>()
  const askers = new Map<Token, Set<string>>()
  const said = new Map<string, Map<string, Finding[]>>()
  /** Members of the units of gathering analyzers. */
  const units = new Map<string, Map<string, MeshObject>>()
  const eachOf = group(analyzers, analyzer => ('each' in analyzer ? analyzer.each : []))
  const gatherOf = group(analyzers, analyzer => ('gather' in analyzer ? analyzer.gather : []))

  const run = (id: string, touched: Set<string>, act: (report: Report) => void): void => {
    const task: Task = tasks.get(id) ?? { run: () => undefined, asked: new Set(), said: [] }
    tasks.set(id, task)
    forget(id, task, touched)
    const findings: Finding[] = []
    task.run = () => run(id, touchedNow, act)
    task.asked = store.recorded(() => act(reporter(findings))).asked
    task.said = findings
    for (const token of task.asked) {
      const those = askers.get(token)
      if (those) those.add(id)
      else askers.set(token, new Set([id]))
    }
    for (const finding of findings) {
      const about = keyOf(finding.object)
      touched.add(about)
      const byTask = said.get(about) ?? new Map<string, Finding[]>()
      said.set(about, byTask)
      byTask.set(id, [...(byTask.get(id) ?? []), finding])
    }
  }
  let touchedNow = new Set<string>()

  const forget = (id: string, task: Task, touched: Set<string>): void => {
    for (const token of task.asked) {
      const those = askers.get(token)
      those?.delete(id)
      if (those?.size === 0) askers.delete(token)
    }
    for (const finding of task.said) {
      const about = keyOf(finding.object)
      touched.add(about)
      const byTask = said.get(about)
      byTask?.delete(id)
      if (byTask?.size === 0) said.delete(about)
    }
  }
  const drop = (id: string, touched: Set<string>): void => {
    const task = tasks.get(id)
    if (task === undefined) return
    forget(id, task, touched)
    tasks.delete(id)
  }

  function update(changes: Changes): ReadonlySet<string> {
    const work = steps(changes)
    for (;;) {
      const { done, value } = work.next()
      if (done) return value
    }
  }

  function* steps({ put = [], remove = [] }: Changes): Generator<void, ReadonlySet<string>, void> {
    const touched = new Set<string>()
    touchedNow = touched
    const dirty = new Set<string>()
    const fresh: (() => void)[] = []
    const gathered = new Set<string>()
    const take = (ref: ObjectRef, next: MeshObject | undefined) => {
      const before = store.read(ref)
      const tokens = next ? store.put(next) : store.remove(ref)
      if (tokens.length === 0) return
      for (const token of tokens) for (const id of askers.get(token) ?? []) dirty.add(id)
      const key = keyOf(ref)
      const kind: KindKey = `${ref.group}/${ref.kind}`
      for (const analyzer of eachOf.get(kind) ?? []) {
        if (!('each' in analyzer)) continue
        const id = `${analyzer.name}|${key}`
        if (next === undefined) drop(id, touched)
        else fresh.push(() => run(id, touched, report => analyzer.analyze(next, world, report)))
        dirty.delete(id)
      }
      for (const analyzer of gatherOf.get(kind) ?? []) {
        if (!('gather' in analyzer)) continue
        for (const unit of before ? analyzer.units(before) : []) {
          const id = `${analyzer.name}|${unit}`
          units.get(id)?.delete(key)
          gathered.add(id)
        }
        for (const unit of next ? analyzer.units(next) : []) {
          const id = `${analyzer.name}|${unit}`
          const members = units.get(id) ?? new Map<string, MeshObject>()
          units.set(id, members)
          if (next) members.set(key, next)
          gathered.add(id)
        }
      }
    }
    for (const ref of remove) yield take(ref, undefined)
    for (const object of put) yield take(refOf(object), tidy(object))
    for (const act of fresh) yield act()
    for (const id of gathered) yield gather(id, touched)
    for (const id of dirty) if (!gathered.has(id)) yield tasks.get(id)?.run()
    return touched
  }

  const named = new Map(analyzers.map(analyzer => [analyzer.name, analyzer]))
  function gather(id: string, touched: Set<string>): void {
    const bar = id.indexOf('|')
    const analyzer = named.get(id.slice(0, bar))
    const members = units.get(id)
    if (analyzer === undefined || !('gather' in analyzer)) return
    if (members === undefined || members.size === 0) {
      units.delete(id)
      drop(id, touched)
      return
    }
    run(id, touched, report => {
      const present = [...(units.get(id)?.entries() ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))
      analyzer.analyze(
        present.map(([, object]) => object),
        world,
        report,
        id.slice(bar + 1),
      )
    })
  }

  update({ put: [...objects] })
  for (const analyzer of analyzers)
    if ('mesh' in analyzer) run(analyzer.name, touchedNow, report => analyzer.analyze(world, report))

  const findingsOf = (ref: ObjectRef): readonly Finding[] =>
    [...(said.get(keyOf(ref))?.values() ?? [])].flat().sort(inOrder)
  const findings = (): Finding[] =>
    [...said.keys()].sort().flatMap(key => [...(said.get(key)?.values() ?? [])].flat().sort(inOrder))

  return {
    world,
    findings,
    findingsOf,
    update,
    steps,
    read: store.read,
    whatIf(changes) {
      const about = [...(changes.put ?? []).map(refOf), ...(changes.remove ?? [])]
      const keys = new Set(about.map(keyOf))
      const before = about.map(ref => ({ ref, object: store.read(ref) }))
      const old = new Map<string, Finding[]>()
      for (const [key, byTask] of said) old.set(key, [...byTask.values()].flat())
      try {
        const put = (changes.put ?? []).map(object => withStatus(object, store.read(refOf(object))))
        const touched = update({ ...changes, put })
        const mine = about.flatMap(ref => findingsOf(ref))
        const asked = new Map<Finding, ReadonlySet<Token>>()
        for (const key of keys)
          for (const [id, findings] of said.get(key) ?? [])
            for (const finding of findings) asked.set(finding, tasks.get(id)?.asked ?? new Set())
        const brought: Finding[] = []
        const resolved: Finding[] = []
        for (const key of touched) {
          if (keys.has(key)) continue
          const now = [...(said.get(key)?.values() ?? [])].flat()
          const past = old.get(key) ?? []
          const pastTexts = new Set(past.map(textOf))
          const nowTexts = new Set(now.map(textOf))
          brought.push(...now.filter(finding => !pastTexts.has(textOf(finding))))
          resolved.push(...past.filter(finding => !nowTexts.has(textOf(finding))))
        }
        return { findings: mine, brought: brought.sort(inOrder), resolved: resolved.sort(inOrder), asked }
      } finally {
        // Also when a draft was more than an analyzer could read: nothing of it stays.
        update({
          put: before.flatMap(({ object }) => (object ? [object] : [])),
          remove: before.flatMap(({ ref, object }) => (object ? [] : [ref])),
        })
      }
    },
  }
}

/** `spec:` with nothing behind it is null in YAML; to analyzers it is absent, as the server has it. */
function tidy(object: MeshObject): MeshObject {
  const { spec, status, metadata } = object
  const isEmpty = (value: unknown) => value === null
  if (![spec, status, metadata.labels, metadata.annotations].some(isEmpty)) return object
  const without = <T extends object>(value: T): T =>
    Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null)) as T
  return { ...without(object), metadata: without(metadata) }
}

const reporter =
  (into: Finding[]): Report =>
  (object, message, args, more = {}) => {
    const { path, evidence, related, fix, level = message.level } = more
    into.push({
      code: message.code,
      name: message.name,
      level,
      object: refOf(object),
      ...(path === undefined || path.length === 0 ? {} : { path: pathText(path) }),
      message: message.text(...args),
      ...(evidence === undefined ? {} : { evidence }),
      ...(related === undefined || related.length === 0 ? {} : { related }),
      documentation: message.documentation ?? documentationOf(message.code),
      ...(fix === undefined ? {} : { fix }),
    })
  }

/** Istio documents each of its codes on a page of its own. */
const documentationOf = (code: string): string =>
  code.startsWith('IST')
    ? `https://istio.io/latest/docs/reference/config/analysis/${code.toLowerCase()}/`
    : `https://istio.io/latest/docs/reference/config/`

const textOf = (finding: Finding): string =>
  `${finding.code}|${keyOf(finding.object)}|${finding.path ?? ''}|${finding.message}`

const inOrder = (a: Finding, b: Finding): number => {
  const [left, right] = [textOf(a), textOf(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

function group(
  analyzers: readonly Analyzer[],
  kindsOf: (analyzer: Analyzer) => readonly KindKey[],
): Map<KindKey, Analyzer[]> {
  const found = new Map<KindKey, Analyzer[]>()
  for (const analyzer of analyzers)
    for (const kind of kindsOf(analyzer)) found.set(kind, [...(found.get(kind) ?? []), analyzer])
  return found
}
