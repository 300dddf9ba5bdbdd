import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { Place } from '#shared/metrics/own/api.ts'
import { ownText } from '#shared/metrics/own/dashboard.ts'
import { wordsQuery } from '#web/metrics/query.ts'
import type { Lent, OwnPageProps } from './apply.ts'
import { first } from './draft.ts'
import { Editor } from './Editor.tsx'
import { listQuery } from './query.ts'
import { hrefOf } from './search.ts'
import { useDraft } from './use-draft.ts'

const nameShape = '[a-z0-9]([a-z0-9.\\-]{0,251}[a-z0-9])?'
const namespaceShape = '[a-z0-9]([a-z0-9\\-]{0,61}[a-z0-9])?'
const fits = (shape: string, text: string): boolean => new RegExp(`^${shape}$`).test(text)

/** A dashboard that is not kept yet: where it is to be, and what it is to be. */
export function NewDashboard(
  props: OwnPageProps &
    Lent & {
      /** Begins with an empty text, for one that was copied. */
      isPaste: boolean
      onDone: (place: Place) => void
      onClose: () => void
    },
): ReactNode {
  const { t } = useTranslation('metrics')
  const id = useId()
  const draft = useDraft(props.isPaste ? 'paste' : 'form', {
    text: props.isPaste ? '' : ownText(first),
    namespace: '',
    name: 'my-dashboard',
  })
  const place: Place = { namespace: draft.namespace, name: draft.name }
  const { data } = useQuery(wordsQuery({ of: 'values', label: 'namespace', has: '' }, true))
  const { data: kept } = useQuery(listQuery)
  const isTaken = kept?.dashboards.some(each => each.namespace === place.namespace && each.name === place.name) === true
  const isPlace = fits(namespaceShape, place.namespace) && fits(nameShape, place.name)
  return (
    <section className="card own-new" aria-label={t($ => $.own.add)}>
      <div className="row own-place">
        <label className="row s12">
          <span className="t3">{t($ => $.own.namespace)}</span>
          <input
            className="field mono"
            list={id}
            value={place.namespace}
            pattern={namespaceShape}
            aria-invalid={place.namespace !== '' && !fits(namespaceShape, place.namespace)}
            maxLength={63}
            onChange={event => draft.write({ namespace: event.target.value })}
          />
          <datalist id={id}>
            {data?.words.map(word => (
              <option key={word} value={word} aria-label={word} />
            ))}
          </datalist>
        </label>
        <label className="row s12">
          <span className="t3">{t($ => $.own.objectName)}</span>
          <input
            className="field mono"
            value={place.name}
            pattern={nameShape}
            aria-invalid={isTaken || !fits(nameShape, place.name)}
            maxLength={253}
            onChange={event => draft.write({ name: event.target.value })}
          />
        </label>
      </div>
      {isTaken && (
        <p className="note degraded" role="alert">
          {t($ => $.own.taken, { name: `${place.namespace}/${place.name}` })}{' '}
          <button type="button" className="link" onClick={() => props.onGo(hrefOf(place))}>
            {t($ => $.own.openIt)}
          </button>
        </p>
      )}
      <Editor
        {...props}
        before={null}
        draft={draft}
        place={isPlace ? place : null}
        isTaken={isTaken}
        onApplied={() => props.onDone(place)}
      />
    </section>
  )
}
