import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useDeferredValue, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Segmented } from '#web/ui/Segmented.tsx'
import { subjectsQuery } from './query.ts'
import { type Kind, kindIn, kinds, type MetricsSearch, type OnMetricsSearch } from './search.ts'

const nobody = { namespace: undefined, name: undefined, caller: undefined }

/** What the charts are about: the mesh, or one service, workload, edge or gateway of it. */
export function SubjectPicker(props: { search: MetricsSearch; onSearch: OnMetricsSearch }): ReactNode {
  const { t } = useTranslation('metrics')
  const { search, onSearch } = props
  const { namespace = '', name = '', caller = '' } = search
  const kind = kindIn(search)
  const of = kind === 'edge' ? 'service' : kind
  return (
    <div className="row subject-picker" role="group" aria-label={t($ => $.subject)}>
      <Segmented<Kind>
        name={t($ => $.subject)}
        value={kind}
        choices={kinds.map(value => ({ value, label: t($ => $.kinds[value]) }))}
        onChoose={next => {
          // An edge is of a service: what is chosen of the one stays for the other.
          const stays = (kind === 'edge' && next === 'service') || (kind === 'service' && next === 'edge')
          onSearch({
            ...(stays ? { caller: undefined } : nobody),
            direction: undefined,
            of: next === 'mesh' ? undefined : next,
          })
        }}
      />
      {of !== 'mesh' && (
        <SubjectInput
          key={of}
          name={t($ => $.choose[of])}
          asked={{ of }}
          chosen={name === '' ? '' : `${namespace}/${name}`}
          onChoose={next => onSearch({ ...next, caller: undefined, ...(kind === 'edge' && { of: 'edge' }) })}
        />
      )}
      {kind === 'edge' && name !== '' && (
        <SubjectInput
          key={`${namespace}/${name}`}
          name={t($ => $.choose.caller)}
          asked={{ of: 'caller', namespace, name }}
          chosen={caller}
          onChoose={next => onSearch({ of: 'edge', caller: `${next.namespace}/${next.name}` })}
        />
      )}
    </div>
  )
}

/** `namespace/name` of what there is: written, or taken from what is offered. */
function SubjectInput(props: {
  name: string
  asked: Record<string, string>
  chosen: string
  onChoose: (chosen: { namespace: string; name: string }) => void
}): ReactNode {
  const { asked, chosen, onChoose } = props
  const list = useId()
  const [typed, setTyped] = useState<string | null>(null)
  const text = typed ?? chosen
  const has = useDeferredValue(typed ?? '')
  const { data } = useQuery(subjectsQuery({ ...asked, has }, typed !== null))
  const wanted = (typed ?? '').toLowerCase()
  // What is there still may have been asked for with fewer letters.
  const found = (data?.subjects ?? []).filter(each => `${each.namespace}/${each.name}`.includes(wanted))
  const take = (written: string): boolean => {
    const one = found.find(each => `${each.namespace}/${each.name}` === written)
    if (one === undefined) return false
    setTyped(null)
    onChoose(one)
    return true
  }
  return (
    <>
      <input
        className="field mono subject-input"
        aria-label={props.name}
        placeholder={props.name}
        list={list}
        value={text}
        spellCheck={false}
        autoComplete="off"
        maxLength={320}
        onFocus={() => setTyped(before => before ?? '')}
        onBlur={() => setTyped(null)}
        onChange={event => {
          if (!take(event.target.value)) setTyped(event.target.value)
        }}
        onKeyDown={event => {
          const [only, ...others] = found
          if (event.key === 'Enter' && only !== undefined && others.length === 0) take(`${only.namespace}/${only.name}`)
        }}
      />
      <datalist id={list}>
        {found.map(({ namespace, name }) => (
          <option key={`${namespace}/${name}`} value={`${namespace}/${name}`} aria-label={`${namespace}/${name}`} />
        ))}
      </datalist>
    </>
  )
}
