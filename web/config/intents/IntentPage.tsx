import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isNothing, type Target } from '#shared/config/intents/intent.ts'
import { withCalls } from '#shared/config/intents/callers.ts'
import { writtenBy } from '#shared/config/intents/written.ts'
import type { ObjectRef } from '#shared/mesh/object.ts'
import { Refused } from '#web/config/Problems.tsx'
import { type ApplyReply, type Wanted } from '#web/config/editor/change.ts'
import { useWhyNot } from '#web/config/editor/use-why-not.ts'
import { ChooseTarget } from './ChooseTarget.tsx'
import { Foot } from './Foot.tsx'
import { Head } from './Head.tsx'
import { Unseen } from './Unseen.tsx'
import { intentIdIn, type IntentId, type IntentSearch, type On, searchOf, targetIn, writtenKinds } from './ids.ts'
import { Outcome } from './Outcome.tsx'
import { useProblemText } from './problem-text.ts'
import { tasks } from './registry.ts'
import type { Task, TaskView } from './task.tsx'
import type { UseCalls, UseTraffic } from './traffic.ts'
import { type SceneView, useScene } from './use-scene.ts'
import { wantedOf } from './wanted.ts'
import { Review } from './Review.tsx'
import '#web/config/config.css'
import '#web/config/object/object.css'
import '#web/config/editor/editor.css'
import './intents.css'

export interface IntentPageProps {
  /** As the address says it. */
  id: string
  search: IntentSearch
  onSearch: (search: IntentSearch) => void
  useTraffic: UseTraffic
  useCalls: UseCalls
  /** To another page. */
  onGo: (href: string) => void
}

/** One task: a small form, what it writes, and the way to the cluster. */
export function IntentPage(props: IntentPageProps): ReactNode {
  const { t } = useTranslation('config')
  const id = intentIdIn(props.id)
  const load = id === undefined ? undefined : tasks[id]
  const task = useQuery({
    queryKey: ['config', 'task', props.id],
    queryFn: async () => (load === undefined ? null : await load()),
    staleTime: Infinity,
    // It holds functions: one that is like another is not the same.
    structuralSharing: false,
  })
  const view = useScene()
  if (id === undefined || load === undefined || task.error !== null)
    return (
      <div className="intent-page is-face">
        <Refused
          title={t($ => $.intents.noSuch)}
          because={task.error === null ? t($ => $.intents.noSuchText, { id: props.id }) : task.error.message}
        />
      </div>
    )
  const target = targetIn({ ...props.search })
  return (
    <div className="intent-page">
      <Head id={id} target={target} onGo={props.onGo} />
      {view.problem !== null ? (
        <Refused title={t($ => $.intents.failing)} because={view.problem}>
          <button type="button" className="btn" onClick={() => void view.again()}>
            {t($ => $.object.again)}
          </button>
        </Refused>
      ) : task.data == null || view.scene === null ? (
        <p className="intent-loading t3" role="status">
          {t($ => $.intents.reading)}
        </p>
      ) : (
        <Opened {...props} id={id} task={task.data} target={target} view={view} />
      )}
    </div>
  )
}

interface OpenedProps extends Omit<IntentPageProps, 'id'> {
  id: IntentId
  task: Task
  target: Target
  view: SceneView
}

/** Tasks that refuse callers: they are told who calls now. */
const refusing: ReadonlySet<IntentId> = new Set<IntentId>(['mtls', 'lockdown'])

function Opened(props: OpenedProps): ReactNode {
  return refusing.has(props.id) ? <WithCalls {...props} /> : <Asked {...props} />
}

function WithCalls(props: OpenedProps): ReactNode {
  const { target, view } = props
  // In the root namespace a task is about the whole mesh.
  const isMesh = target.namespace === view.scene?.inventory.rootNamespace
  const calls = props.useCalls(isMesh ? '' : target.namespace)
  return <Asked {...props} view={view.scene === null ? view : { ...view, scene: withCalls(view.scene, calls) }} />
}

function Asked({ task, target, view, ...props }: OpenedProps): ReactNode {
  const traffic = props.useTraffic(target.namespace, target.service ?? '')
  const onTarget = (patch: Partial<Target>) => props.onSearch(searchOf({ ...target, ...patch }))
  const { scene } = view
  const named: Record<On, boolean> = {
    service: target.service !== undefined,
    edge: target.service !== undefined,
    workload: target.workload !== undefined,
    namespace: target.namespace !== '',
  }
  if (scene === null) return null
  if (!task.intent.on.some(on => named[on]))
    return <ChooseTarget on={task.intent.on} scene={scene} target={target} onTarget={onTarget} />
  return (
    <task.Form
      // Another target is another task.
      key={JSON.stringify(target)}
      scene={scene}
      target={target}
      traffic={traffic}
      onTarget={onTarget}
    >
      {shown => <Shown id={props.id} shown={shown} view={view} onGo={props.onGo} target={target} />}
    </task.Form>
  )
}

interface Open {
  wanted: Wanted
  refs: ObjectRef[]
}

function Shown(props: {
  id: IntentId
  shown: TaskView
  view: SceneView
  target: Target
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('config')
  const say = useProblemText()
  const { id, shown, view } = props
  const [open, setOpen] = useState<Open | null>(null)
  const world = view.scene?.world
  const written = world === undefined ? [] : writtenBy(world, shown.change)
  const creates = written.filter(({ before }) => before === null).map(({ object }) => object)
  const changes = written.filter(({ before, after }) => before !== null && after !== null).map(({ object }) => object)
  const deletes = written.filter(({ after }) => after === null).map(({ object }) => object)
  const missing = [
    useWhyNot(creates, ['create', 'patch']),
    useWhyNot(changes, ['patch']),
    useWhyNot(deletes, ['delete']),
  ].find(each => each !== null)
  const [problem] = shown.problems
  const whyNot =
    problem !== undefined
      ? say(problem)
      : isNothing(shown.change) || !shown.isTyped
        ? t($ => (shown.isTyped ? $.intents.nothingToWrite : $.intents.untouched))
        : (missing ?? null)
  const applied = async (reply: ApplyReply) => {
    if (!reply.isComplete) return
    await view.again()
    shown.reset()
  }
  if (shown.obstacle !== null)
    return (
      <section className="face card" role="alert">
        <header>
          <h2>{t($ => $.intents.obstacle)}</h2>
        </header>
        <div className="body">
          <p>{say(shown.obstacle)}</p>
        </div>
      </section>
    )
  return (
    <>
      <div className="intent-panes">
        <section className="intent-form" aria-label={t($ => $.intents.title[id])}>
          <Unseen kinds={writtenKinds[id]} unseen={view.unseen} namespace={props.target.namespace} />
          {shown.notes.map((note, index) => (
            <p key={index} className="note degraded">
              {say(note)}
            </p>
          ))}
          {shown.panel}
          {shown.problems
            .filter(({ field }) => field === null)
            .map((each, index) => (
              <p key={index} className="note degraded" role="alert">
                {say(each)}
              </p>
            ))}
        </section>
        <Review written={written} from={shown.from} onGo={props.onGo} />
      </div>
      <Foot
        whyNot={whyNot}
        isTyped={shown.isTyped}
        onReset={shown.reset}
        onReview={() => setOpen({ wanted: wantedOf(written), refs: written.map(({ object }) => object) })}
      />
      {open !== null && (
        <Outcome
          title={t($ => $.intents.title[id])}
          wanted={open.wanted}
          objects={open.refs}
          world={world ?? null}
          target={props.target}
          onGo={props.onGo}
          onApplied={reply => void applied(reply)}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  )
}
