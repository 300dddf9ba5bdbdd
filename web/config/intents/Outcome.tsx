import { useQueries } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Owner } from '#shared/config/owner.ts'
import type { Target } from '#shared/config/intents/intent.ts'
import type { World } from '#shared/config/world/world.ts'
import { keyOf, type ObjectRef } from '#shared/mesh/object.ts'
import { type ApplyReply, namedBy, type Wanted } from '#web/config/editor/change.ts'
import { ApplyDialog } from '#web/config/editor/dialog/ApplyDialog.tsx'
import { Go } from './Go.tsx'
import { objectQuery, unknown } from '#web/config/query.ts'

/** The one way to the cluster, for all objects of a task together. */
export function Outcome(props: {
  title: string
  wanted: Wanted
  objects: readonly ObjectRef[]
  world: World | null
  target: Target
  onGo: (href: string) => void
  onApplied: (reply: ApplyReply) => void
  onClose: () => void
}): ReactNode {
  const { t } = useTranslation('config')
  const there = props.objects.filter(
    ({ group, kind, namespace, name }) => props.world?.get(`${group}/${kind}`, namespace, name) !== undefined,
  )
  const owners = useQueries({
    queries: there.map(object => objectQuery(object, unknown)),
    combine: replies => replies.flatMap(({ data }): Owner[] => (data === undefined ? [] : [data.owner])),
  })
  const befores = props.wanted.apply.map(({ manifest }) => {
    const { group, kind, namespace, name } = namedBy(manifest)
    return props.world?.get(`${group}/${kind}`, namespace, name) ?? null
  })
  return (
    <ApplyDialog
      title={t($ => $.intents.applyTitle, { title: props.title, count: props.objects.length })}
      kind={props.wanted.apply.length === 0 ? 'delete' : there.length === 0 ? 'create' : 'apply'}
      wanted={props.wanted}
      before={befores[0] ?? null}
      befores={befores}
      owner={owners.find(({ isGitOps }) => isGitOps) ?? owners[0] ?? null}
      after={
        <p className="row acts">
          <Go href={historyHref(props.objects, props.target)} onGo={props.onGo}>
            {t($ => $.intents.history)}
          </Go>
          <Go href={mapHref(props.target)} onGo={props.onGo}>
            {t($ => $.intents.onMap)}
          </Go>
        </p>
      }
      onApplied={props.onApplied}
      onTakenBack={props.onApplied}
      onClose={props.onClose}
    />
  )
}

/** The map with the service selected, where the task is about one. */
function mapHref({ namespace, service }: Target): string {
  const words = new URLSearchParams({
    ns: namespace,
    ...(service === undefined ? {} : { selected: `service:${namespace}/${service}` }),
  })
  return `/topology?${words.toString()}`
}

/** What happened to the object, or to all of the namespace. */
function historyHref(objects: readonly ObjectRef[], { namespace }: Target): string {
  const [only, second] = objects
  const words = only !== undefined && second === undefined ? [['object', keyOf(only)]] : [['ns', namespace]]
  return `/config/history?${new URLSearchParams(words).toString()}`
}
