import { type ReactNode, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { download } from '#web/ui/download.ts'
import type { Row } from './book.ts'
import type { CallFacts } from './call-facts.ts'
import { Face } from './Face.tsx'
import { wanted } from './filter.ts'
import { Foot } from './Foot.tsx'
import { LineSide } from './LineSide.tsx'
import { LogList } from './LogList.tsx'
import { filterOf, type LogsSearch, type OnLogsSearch, questionOf } from './search.ts'
import { Toolbar } from './Toolbar.tsx'
import { useLogs } from './use-logs.ts'
import { useSettled } from './use-settled.ts'
import { Volume } from './Volume.tsx'
import './logs.css'

/** Logs of several containers as one, with what they are narrowed to and the line that is looked at. */
export function LogView(props: {
  search: LogsSearch
  onSearch: OnLogsSearch
  onGo: (href: string) => void
  /** Namespace and workload are chosen by the page around it. */
  isPinned?: boolean
  namespaces?: readonly string[]
  checkHref?: ((call: CallFacts) => string) | undefined
}): ReactNode {
  const { t } = useTranslation('logs')
  const { search, onSearch } = props
  const { text, isRegex, level } = filterOf(search)
  const settled = useSettled(text, 180)
  const filter = useMemo(() => wanted({ text: settled, isRegex, level }), [settled, isRegex, level])
  const [isPaused, setPaused] = useState(false)
  const [open, setOpen] = useState<number | null>(null)
  const { logs, again } = useLogs(questionOf(search), filter.test, isPaused)
  const chosen = open === null ? undefined : logs.shown.find(({ id }) => id === open)
  const moment = search.at === undefined ? null : Number(search.at)
  return (
    <div className="log-view" aria-busy={logs.state === 'reading'}>
      <Toolbar
        search={search}
        onSearch={onSearch}
        isPinned={props.isPinned === true}
        namespaces={props.namespaces ?? []}
        containers={logs.containers}
        pods={logs.pods}
        hasMistake={filter.error !== null}
        isPaused={isPaused}
        onPause={setPaused}
        onDownload={() => download(fileName(search), 'text/plain;charset=utf-8', fileOf(logs.shown))}
      />
      <div className="log-notes" role="status">
        {filter.error !== null && (
          <p className="note degraded">
            {t($ => $.wrong[filter.error?.what ?? 'unclosed'], { at: filter.error.at + 1 })}
          </p>
        )}
        {logs.state === 'cut' && (
          <p className="note degraded">{t($ => $.cut, { because: logs.problem?.detail ?? '' })}</p>
        )}
        {isPaused && <p className="note degraded">{t($ => $.paused)}</p>}
      </div>
      <div className={chosen === undefined ? 'log-body' : 'log-body has-side'}>
        <div className="log-main">
          {logs.shown.length === 0 ? (
            <Face
              logs={logs}
              question={questionOf(search)}
              onAgain={again}
              onMoment={at => onSearch({ at: String(at), since: undefined, previous: undefined })}
              onClear={() => onSearch({ text: undefined, regex: undefined, level: undefined })}
            />
          ) : (
            <>
              <Volume rows={logs.shown} />
              <LogList
                key={`${search.at ?? ''} ${search.wrap ?? ''}`}
                rows={logs.shown}
                dropped={logs.droppedShown}
                inColumns={search.raw !== '1'}
                isWrapped={search.wrap === '1'}
                moment={moment}
                selected={open}
                onSelect={id => setOpen(before => (before === id ? null : id))}
                onGo={props.onGo}
              />
            </>
          )}
        </div>
        {chosen !== undefined && (
          <LineSide
            row={chosen}
            namespace={search.namespace ?? ''}
            onClose={() => setOpen(null)}
            onMoment={at => onSearch({ at: String(at), since: undefined, previous: undefined })}
            checkHref={props.checkHref}
            onGo={props.onGo}
          />
        )}
      </div>
      <Foot logs={logs} isPaused={isPaused} />
    </div>
  )
}

const fileName = ({ namespace, workload, pod }: LogsSearch): string =>
  `${[namespace, pod ?? workload].filter(Boolean).join('-').replaceAll(',', '-')}.log`

const fileOf = (rows: readonly Row[]): string => rows.map(({ stamp, of, text }) => `${stamp}Z ${of} ${text}\n`).join('')
