import { useQuery } from '@tanstack/react-query'
import { type SyntheticEvent, type ReactNode, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { rangeIn } from '#shared/traces/api.ts'
import { tagsIn } from '#shared/traces/tags.ts'
import { type OnGo, type OnSearch, traceIdIn, type TracesSearch } from '#web/traces/address.ts'
import { traceHref } from '#web/traces/links.ts'
import { operationsQuery } from '#web/traces/query.ts'
import { age, momentText } from '#web/ui/format.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { Menu } from '#web/ui/Menu.tsx'

const ranges = ['15m', '1h', '3h', '12h', '1d', '2d'] as const
const limits = ['20', '100', '200', '500', '1500'] as const
export const defaultRange = '1h'
export const defaultLimit = '200'

/** What is looked for. Typed words count when they are sent (Enter); choices count at once. */
export function SearchForm(props: {
  search: TracesSearch
  /** Known services; the field takes others too. */
  services: readonly string[]
  /** The service is given by the page around: it is not asked for. */
  isFixed: boolean
  onSearch: OnSearch
  onGo: OnGo
}): ReactNode {
  const { t } = useTranslation('traces')
  const { search, onSearch } = props
  const id = useId()
  const [service, setService] = useState(search.service ?? '')
  const [wrong, setWrong] = useState<'tags' | 'bounds' | null>(null)
  const { data: operations } = useQuery(operationsQuery(props.isFixed ? (search.service ?? '') : service))
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const word = (name: string): string | undefined => {
      const value = form.get(name)
      return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
    }
    const [tags, min, max] = [word('tags'), word('min'), word('max')]
    const fault = tagsIn(tags ?? '') === null ? 'tags' : Number(min ?? 0) > Number(max ?? Infinity) ? 'bounds' : null
    setWrong(fault)
    if (fault !== null) return
    const asked = props.isFixed ? search.service : word('service')
    // Another service has other operations.
    const operation = asked === search.service || word('operation') !== search.operation ? word('operation') : undefined
    onSearch({ service: asked, operation, tags, min, max, picked: undefined }, true)
  }
  return (
    <form role="search" className="tr-form" aria-label={t($ => $.form.name)} onSubmit={submit} noValidate>
      {!props.isFixed && (
        <label className="tr-in service">
          <span>{t($ => $.form.service)}</span>
          <input
            className="mono"
            name="service"
            list={`${id}-services`}
            value={service}
            maxLength={256}
            spellCheck={false}
            autoComplete="off"
            onChange={event => setService(event.target.value)}
          />
          <datalist id={`${id}-services`}>
            {props.services.map(name => (
              <option key={name}>{name}</option>
            ))}
          </datalist>
        </label>
      )}
      <label className="tr-in operation">
        <span>{t($ => $.form.operation)}</span>
        <input
          name="operation"
          list={`${id}-operations`}
          defaultValue={search.operation}
          placeholder={t($ => $.form.anyOperation)}
          maxLength={1024}
          spellCheck={false}
          autoComplete="off"
        />
        <datalist id={`${id}-operations`}>
          {operations?.operations.slice(0, 500).map(name => (
            <option key={name}>{name}</option>
          ))}
        </datalist>
      </label>
      <label className="tr-in tags">
        <span>{t($ => $.form.tags)}</span>
        <input
          name="tags"
          defaultValue={search.tags}
          placeholder={t($ => $.form.tagsHint)}
          maxLength={4096}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={wrong === 'tags'}
          aria-describedby={wrong === 'tags' ? `${id}-wrong` : undefined}
        />
      </label>
      <Bound
        name="min"
        label={t($ => $.form.min)}
        value={search.min}
        wrong={wrong === 'bounds' ? `${id}-wrong` : null}
      />
      <Bound
        name="max"
        label={t($ => $.form.max)}
        value={search.max}
        wrong={wrong === 'bounds' ? `${id}-wrong` : null}
      />
      <button
        type="button"
        className="btn"
        aria-pressed={search.error === '1'}
        onClick={() => onSearch({ error: search.error === '1' ? undefined : '1', picked: undefined }, true)}
      >
        {t($ => $.form.error)}
      </button>
      {search.caller !== undefined && (
        <button
          type="button"
          className="btn"
          title={t($ => $.form.anyCaller)}
          onClick={() => onSearch({ caller: undefined, picked: undefined }, true)}
        >
          {t($ => $.form.caller, { name: search.caller })}
          <Icon name="close" small />
        </button>
      )}
      <TimeMenu search={search} onSearch={onSearch} />
      <Menu
        label={t($ => $.form.limit)}
        name={`${t($ => $.form.limit)}: ${t($ => $.form.atMost, { count: Number(search.limit ?? defaultLimit) })}`}
        button={
          <>
            {t($ => $.form.atMost, { count: Number(search.limit ?? defaultLimit) })}
            <Icon name="down" small />
          </>
        }
        items={limits.map(limit => ({
          key: limit,
          label: t($ => $.form.atMost, { count: Number(limit) }),
          isChosen: limit === (search.limit ?? defaultLimit),
          onChoose: () => onSearch({ limit: limit === defaultLimit ? undefined : limit }, true),
        }))}
      />
      <button type="submit" className="btn primary">
        {t($ => $.form.find)}
      </button>
      {wrong !== null && (
        <p className="wrong c-failing s11" role="alert" id={`${id}-wrong`}>
          {t($ => (wrong === 'tags' ? $.form.tagsWrong : $.form.boundsWrong))}
        </p>
      )}
    </form>
  )
}

function Bound(props: {
  name: 'min' | 'max'
  label: string
  value: string | undefined
  wrong: string | null
}): ReactNode {
  const { t } = useTranslation('traces')
  return (
    <label className="tr-in bound">
      <span>{props.label}</span>
      <input
        name={props.name}
        type="number"
        min={0}
        step="any"
        defaultValue={props.value}
        aria-invalid={props.wrong !== null}
        aria-describedby={props.wrong ?? undefined}
      />
      <span className="unit" aria-hidden="true">
        {t($ => $.form.ms)}
      </span>
    </label>
  )
}

function TimeMenu({ search, onSearch }: { search: TracesSearch; onSearch: OnSearch }): ReactNode {
  const { t } = useTranslation('traces')
  const { t: say } = useTranslation()
  const language = useLanguage()
  const { from, to } = search
  const isSpan = from !== undefined || to !== undefined
  const range = search.range ?? defaultRange
  // An address may say a length that is none: it is shown as it stands.
  const rangeWords = (text: string): string => {
    const length = rangeIn(text)
    return length === null ? text : age(length, language)
  }
  const word = isSpan
    ? t($ => $.form.between, {
        from: from === undefined ? '…' : momentText(Number(from), language),
        to: to === undefined ? '…' : momentText(Number(to), language),
      })
    : say($ => $.shell.time.last, { window: rangeWords(range) })
  return (
    <Menu
      label={t($ => $.form.range)}
      name={`${t($ => $.form.range)}: ${word}`}
      button={
        <>
          <Icon name="clock" small />
          {word}
          <Icon name="down" small />
        </>
      }
      items={ranges.map(each => ({
        key: each,
        label: say($ => $.shell.time.last, { window: rangeWords(each) }),
        isChosen: !isSpan && each === range,
        onChoose: () =>
          onSearch({ range: each === defaultRange ? undefined : each, from: undefined, to: undefined }, true),
      }))}
    />
  )
}

/** For who has an id already: from a log line, from somebody else. */
export function IdForm({ search, onGo }: { search: TracesSearch; onGo: OnGo }): ReactNode {
  const { t } = useTranslation('traces')
  const id = useId()
  const [isWrong, setWrong] = useState(false)
  return (
    <form
      className="tr-id"
      noValidate
      onSubmit={event => {
        event.preventDefault()
        const value = new FormData(event.currentTarget).get('id')
        const found = traceIdIn(typeof value === 'string' ? value : '')
        setWrong(found === null)
        if (found !== null) onGo(traceHref(found, search))
      }}
    >
      <label className="field">
        <Icon name="search" />
        <input
          name="id"
          className="mono"
          aria-label={t($ => $.form.id)}
          title={t($ => $.form.id)}
          placeholder={t($ => $.form.idHint)}
          maxLength={64}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={isWrong}
          aria-describedby={isWrong ? id : undefined}
        />
      </label>
      {isWrong && (
        <p className="wrong c-failing s11" role="alert" id={id}>
          {t($ => $.form.idWrong)}
        </p>
      )}
    </form>
  )
}
