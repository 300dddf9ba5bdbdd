import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { LogContainer } from '#shared/logs/api.ts'
import { cutMiddle, momentText } from '#web/ui/format.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { Menu, type MenuItem } from '#web/ui/Menu.tsx'
import { levelChoices } from './filter.ts'
import { type LogsSearch, type OnLogsSearch, sinces } from './search.ts'

/** What is read, what of it is shown, and how. */
export function Toolbar(props: {
  search: LogsSearch
  onSearch: OnLogsSearch
  /** Not chosen here, but by the page around it. */
  isPinned: boolean
  namespaces: readonly string[]
  containers: readonly LogContainer[]
  pods: readonly string[]
  hasMistake: boolean
  isPaused: boolean
  onPause: (isPaused: boolean) => void
  onDownload: () => void
}): ReactNode {
  const { t } = useTranslation('logs')
  const language = useLanguage()
  const { search, onSearch, containers } = props
  const flip = (flag: 'wrap' | 'raw' | 'previous' | 'regex') =>
    onSearch({ [flag]: search[flag] === undefined ? '1' : undefined })
  const workloads = [
    ...new Set([...containers.map(({ workload }) => workload), ...(search.workload?.split(',') ?? [])]),
  ]
  const names = [
    ...new Set([
      ...containers.map(({ container }) => container),
      ...(search.container === undefined ? [] : [search.container]),
    ]),
  ]
  const pods = [...new Set([...props.pods, ...(search.pod === undefined ? [] : [search.pod])])]
  const canFollow = search.at === undefined && search.previous === undefined
  return (
    <div className="tools log-tools" role="toolbar" aria-label={t($ => $.tools)}>
      {!props.isPinned && (
        <>
          <Choice
            name={t($ => $.namespace)}
            value={search.namespace}
            values={props.namespaces}
            onChoose={namespace => onSearch({ namespace, workload: undefined, pod: undefined, container: undefined })}
          />
          <Choice
            name={t($ => $.workload)}
            none={t($ => $.allWorkloads)}
            value={search.workload}
            values={workloads.toSorted()}
            onChoose={workload => onSearch({ workload, pod: undefined, container: undefined })}
          />
        </>
      )}
      <Choice
        name={t($ => $.pod)}
        none={t($ => $.allPods)}
        value={search.pod}
        values={pods}
        onChoose={pod => onSearch({ pod })}
      />
      <Choice
        name={t($ => $.container)}
        none={t($ => $.allContainers)}
        value={search.container}
        values={names.toSorted()}
        onChoose={container => onSearch({ container })}
      />
      <label className={props.hasMistake ? 'field find is-wrong' : 'field find'}>
        <Icon name="search" />
        <input
          type="text"
          value={search.text ?? ''}
          placeholder={t($ => $.search)}
          aria-label={t($ => $.search)}
          aria-invalid={props.hasMistake}
          spellCheck={false}
          autoComplete="off"
          maxLength={500}
          onChange={event => onSearch({ text: event.target.value === '' ? undefined : event.target.value })}
        />
        <button
          type="button"
          className="mono regex"
          aria-pressed={search.regex === '1'}
          aria-label={t($ => $.regex)}
          title={t($ => $.regexTitle)}
          onClick={() => flip('regex')}
        >
          .*
        </button>
      </label>
      <Menu
        label={t($ => $.levelName)}
        button={
          <>
            {t($ => $.level[levelChoices.find(each => each === search.level) ?? 'any'])}
            <Icon name="down" small />
          </>
        }
        items={levelChoices.map(level => ({
          key: level,
          label: t($ => $.level[level]),
          isChosen: (search.level ?? 'any') === level,
          onChoose: () => onSearch({ level: level === 'any' ? undefined : level }),
        }))}
      />
      {search.at !== undefined ? (
        <button
          type="button"
          className="btn"
          aria-pressed="true"
          title={t($ => $.leaveMoment)}
          onClick={() => onSearch({ at: undefined })}
        >
          {t($ => $.around, { at: momentText(Number(search.at), language) })}
          <Icon name="close" small />
        </button>
      ) : (
        <Menu
          label={t($ => $.sinceName)}
          button={
            <>
              {t($ => $.since[sinces.find(each => each === search.since) ?? 'last'])}
              <Icon name="down" small />
            </>
          }
          items={[undefined, ...sinces].map(since => ({
            key: since ?? 'last',
            label: t($ => $.since[since ?? 'last']),
            isChosen: search.since === since,
            onChoose: () => onSearch({ since }),
          }))}
        />
      )}
      <span className="grow" />
      <button
        type="button"
        className="btn"
        aria-pressed={props.isPaused}
        disabled={!canFollow}
        onClick={() => props.onPause(!props.isPaused)}
      >
        {props.isPaused ? t($ => $.resume) : t($ => $.pause)}
      </button>
      <Menu
        className="btn icon"
        name={t($ => $.more)}
        title={t($ => $.more)}
        label={t($ => $.more)}
        button={<Icon name="more" />}
        items={
          [
            { key: 'wrap', label: t($ => $.wrap), isChosen: search.wrap === '1', onChoose: () => flip('wrap') },
            { key: 'columns', label: t($ => $.columns), isChosen: search.raw !== '1', onChoose: () => flip('raw') },
            {
              key: 'previous',
              label: t($ => $.previous),
              isChosen: search.previous === '1',
              onChoose: () => flip('previous'),
            },
            { key: 'download', label: t($ => $.download), icon: 'image', onChoose: props.onDownload },
          ] satisfies MenuItem[]
        }
      />
    </div>
  )
}

/** One of many names, or all of them. */
function Choice(props: {
  name: string
  /** What no choice means; absent: one has to be chosen. */
  none?: string
  value: string | undefined
  values: readonly string[]
  onChoose: (value: string | undefined) => void
}): ReactNode {
  const { name, none, value } = props
  const items: MenuItem[] = props.values.map(each => ({
    key: each,
    label: <bdi className="mono">{each}</bdi>,
    isChosen: each === value,
    onChoose: () => props.onChoose(each),
  }))
  if (none !== undefined)
    items.unshift({ key: '', label: none, isChosen: value === undefined, onChoose: () => props.onChoose(undefined) })
  return (
    <Menu
      className="btn choice"
      label={name}
      // What is called must be what is read; the whole name is in the title.
      name={`${name}: ${value === undefined ? (none ?? '') : cutMiddle(value, 22)}`}
      title={value}
      button={
        <>
          <span className={value === undefined ? 'cut' : 'cut mono'}>
            {value === undefined ? (none ?? name) : cutMiddle(value, 22)}
          </span>
          <Icon name="down" small />
        </>
      }
      items={items}
    />
  )
}
