import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MeshObject } from '#shared/mesh/object.ts'
import type { OwnCharts, OwnKept, Place } from '#shared/metrics/own/api.ts'
import { readOwnText } from '#shared/metrics/own/dashboard.ts'
import { problemFrom } from '#web/api/call.ts'
import { oneOf, ranges, spanIn } from '#web/metrics/search.ts'
import { RangeMenu } from '#web/metrics/Toolbar.tsx'
import { useHeld, useView, type View } from '#web/metrics/view.ts'
import { Failing, Refused, Stale } from '#web/ui/faces/Away.tsx'
import { Icon } from '#web/ui/Icon.tsx'
import { Menu } from '#web/ui/Menu.tsx'
import type { Lent, OwnPageProps } from './apply.ts'
import { DraftNote } from './DraftLine.tsx'
import { Editor } from './Editor.tsx'
import { OwnPanels, Variables } from './OwnPanels.tsx'
import { chartsQuery, keptQuery, ownKey, ownSubject } from './query.ts'
import { chosenIn, chosenSearch, listHref } from './search.ts'
import { useDraft } from './use-draft.ts'
import '#web/metrics/metrics.css'
import './own.css'

/** One dashboard of somebody's own: it lives while its range goes with the clock, and is edited where it is shown. */
export function DashboardPage(props: OwnPageProps & Lent & { place: Place }): ReactNode {
  const { t } = useTranslation('metrics')
  const { place, search, onSearch, onGo, Apply } = props
  const kept = useQuery(keptQuery(place))
  const cache = useQueryClient()
  const lacks = props.useLacks()
  const [isDeleting, setDeleting] = useState(false)
  const [isGone, setGone] = useState(false)
  const isEdited = search['edit'] === '1' && kept.data !== undefined
  const text = kept.data?.text ?? ''
  const before = objectIn(kept.data?.object)
  const view = useOwnCharts(place, kept.data, search, !isEdited)
  const charts = useHeld(JSON.stringify(place), view.charts)
  const again = () => void cache.invalidateQueries({ queryKey: ownKey })
  const ref = { group: '', kind: 'ConfigMap', ...place }
  return (
    <div className="metrics-page own-page" aria-busy={charts === null}>
      <header className="row">
        <h1>{charts?.title ?? place.name}</h1>
        <span className="t3 s12 mono">
          {before === null ? `${place.name}.json` : `${place.namespace}/${place.name}`}
        </span>
        <span className="grow" />
        {!isEdited && <RangeMenu search={search} onSearch={patch => onSearch({ ...patch })} />}
        {before !== null && !isEdited && (
          <>
            <DraftNote id={`${place.namespace}/${place.name}`} there={{ ...place, text }} />
            <button type="button" className="btn" onClick={() => onSearch({ edit: '1' })}>
              {t($ => $.own.edit)}
            </button>
          </>
        )}
        <Menu
          className="btn ghost icon"
          name={t($ => $.own.menu)}
          label={t($ => $.own.menu)}
          button={<Icon name="more" />}
          items={menuOf(t, {
            text,
            isFile: before === null,
            whyNotDelete: lacks(ref, 'delete'),
            onDelete: () => setDeleting(true),
            onList: () => onGo(listHref),
          })}
        />
      </header>
      {isEdited ? (
        <Edited
          {...props}
          before={before}
          text={text}
          place={place}
          onApplied={() => {
            again()
            onSearch({ edit: undefined })
          }}
          onClose={() => onSearch({ edit: undefined })}
        />
      ) : (
        <Shown view={view} charts={charts} keptError={kept.error} onSearch={onSearch} />
      )}
      {isDeleting && before !== null && (
        <Apply
          title={t($ => $.own.deleteTitle, { name: `${place.namespace}/${place.name}` })}
          changes={[{ before, after: null }]}
          onApplied={({ isComplete }) => setGone(isComplete)}
          onTakenBack={() => setGone(false)}
          onClose={() => {
            setDeleting(false)
            if (!isGone) return
            again()
            onGo(listHref)
          }}
        />
      )}
    </div>
  )
}

function Edited({
  text,
  ...props
}: Omit<Parameters<typeof Editor>[0], 'draft'> & { text: string; place: Place }): ReactNode {
  const { place } = props
  const draft = useDraft(`${place.namespace}/${place.name}`, { ...place, text })
  return <Editor {...props} draft={draft} />
}

const objectIn = (object: Record<string, unknown> | null | undefined): MeshObject | null =>
  object != null && isMeshObject(object) ? object : null

const isMeshObject = (object: Record<string, unknown>): object is Record<string, unknown> & MeshObject =>
  typeof object['apiVersion'] === 'string' &&
  typeof object['kind'] === 'string' &&
  typeof object['metadata'] === 'object'

function Shown(props: {
  view: View<OwnCharts>
  charts: OwnCharts | null
  keptError: Error | null
  onSearch: OwnPageProps['onSearch']
}): ReactNode {
  const { t } = useTranslation('metrics')
  const { view, charts, keptError, onSearch } = props
  const { outage, refusal, skew, refresh } = view
  const refused = refusal ?? (keptError === null ? null : problemFrom(keptError).detail)
  if (refused !== null && charts === null) return <Refused title={t($ => $.own.refusedOne)} because={refused} />
  if (outage !== null && charts === null)
    return <Failing title={t($ => $.failing)} outage={outage} skew={skew} onTry={refresh} />
  if (charts === null) return <p role="status">{t($ => $.loading)}</p>
  return (
    <>
      {charts.description !== '' && <p className="t2 s12">{charts.description}</p>}
      <Variables variables={charts.variables} onChoose={(name, value) => onSearch(chosenSearch(name, value))} />
      {refused !== null && (
        <p className="note degraded" role="alert">
          {refused}
        </p>
      )}
      {outage !== null && <Stale at={view.at ?? charts.to} outage={outage} skew={skew} onTry={refresh} />}
      <OwnPanels
        charts={charts}
        isStale={outage !== null}
        onZoom={({ from, to }) => onSearch({ from: String(Math.round(from)), to: String(Math.round(to)) })}
      />
    </>
  )
}

/** As it is kept and known here: whoever wrote it anew is not shown what was drawn before. */
function useOwnCharts(
  place: Place,
  kept: OwnKept | undefined,
  search: OwnPageProps['search'],
  isShown: boolean,
): View<OwnCharts> {
  const span = spanIn(search)
  const chosen = chosenIn(search)
  const range = oneOf(search['range'], ranges, '3600')
  const revision = objectIn(kept?.object)?.metadata.resourceVersion ?? ''
  const isLive = span === null
  const read = isLive ? null : readOwnText(kept?.text ?? '')
  const past = useQuery(
    chartsQuery(
      span !== null && read !== null && 'dashboard' in read
        ? { dashboard: read.dashboard, chosen, range, from: Number(span.from), to: Number(span.to) }
        : null,
    ),
  )
  const params = { ...place, range, chosen: JSON.stringify(chosen), revision }
  return useView(ownSubject, isLive, kept !== undefined && isShown ? params : null, past)
}

function menuOf(
  t: ReturnType<typeof useTranslation<'metrics'>>['t'],
  given: { text: string; isFile: boolean; whyNotDelete: string | null; onDelete: () => void; onList: () => void },
) {
  const why = given.isFile ? t($ => $.own.fileStays) : given.whyNotDelete
  return [
    { key: 'list', label: t($ => $.own.allOfThem), onChoose: given.onList },
    { key: 'copy', label: t($ => $.own.copy), onChoose: () => void navigator.clipboard.writeText(given.text) },
    { key: 'delete', label: t($ => $.own.delete), onChoose: given.onDelete, ...(why !== null && { whyNot: why }) },
  ]
}
