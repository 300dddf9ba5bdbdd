import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { meshKind, meshKinds } from '#shared/config/kinds.ts'
import type { ObjectRef } from '#shared/mesh/object.ts'
import type { ApplyReply } from './change.ts'
import { textOf } from './edit.ts'
import { ObjectEditor } from './ObjectEditor.tsx'
import { inventoryQuery } from './queries.ts'
import { useWhyNot } from './use-why-not.ts'
import './editor.css'

/** `/config/new`: first what and where, then its text. `kind` is `group/Kind`. */
export interface NewSearch {
  kind?: string | undefined
  namespace?: string | undefined
  name?: string | undefined
}

export function NewObject(props: {
  search: NewSearch
  onSearch: (search: NewSearch) => void
  /** It stands in the cluster now. */
  onCreated: (object: ObjectRef) => void
}): ReactNode {
  const { t } = useTranslation('config')
  const { search } = props
  const [group = '', kind = ''] = (search.kind ?? '').split('/')
  const known = meshKind(group, kind)
  const isChosen =
    known !== undefined && search.name !== undefined && (!known.namespaced || search.namespace !== undefined)
  if (!isChosen) return <Choose {...props} />
  const object: ObjectRef = {
    group,
    kind,
    namespace: known.namespaced ? (search.namespace ?? '') : '',
    name: search.name ?? '',
  }
  const template = textOf({
    apiVersion: `${group}/${known.versions[0] ?? 'v1'}`,
    kind,
    metadata: { name: object.name, ...(object.namespace === '' ? {} : { namespace: object.namespace }) },
    spec: {},
  })
  const applied = (reply: ApplyReply) => {
    const [only] = reply.outcomes
    if (reply.isComplete && reply.outcomes.length === 1 && only?.result === 'created') props.onCreated(only.object)
  }
  return (
    <div className="edit-page">
      <header className="edit-head">
        <h1>{t($ => $.editor.newOf, { kind })}</h1>
      </header>
      <ObjectEditor
        key={`${group}/${kind}/${object.namespace}/${object.name}`}
        // A draft of something new is not one of the object that may have this name already.
        object={{ ...object, name: `new:${object.name}` }}
        theirs={null}
        owner={null}
        isNew
        template={template}
        onApplied={applied}
      />
    </div>
  )
}

function Choose({ search, onSearch }: { search: NewSearch; onSearch: (search: NewSearch) => void }): ReactNode {
  const { t } = useTranslation('config')
  const id = useId()
  const [kind, setKind] = useState(search.kind ?? 'networking.istio.io/VirtualService')
  const [namespace, setNamespace] = useState(search.namespace ?? '')
  const [name, setName] = useState(search.name ?? '')
  const inventory = useQuery(inventoryQuery)
  const [group = '', word = ''] = kind.split('/')
  const known = meshKind(group, word)
  const whyNot = useWhyNot([{ group, kind: word, namespace, name }], ['create', 'patch'])
  const isFilled = name !== '' && (known?.namespaced === false || namespace !== '')
  return (
    <form
      className="edit-choose card"
      onSubmit={event => {
        event.preventDefault()
        if (isFilled && whyNot === null) onSearch({ kind, name, ...(known?.namespaced === false ? {} : { namespace }) })
      }}
    >
      <h1>{t($ => $.editor.choose)}</h1>
      <label htmlFor={`${id}kind`}>
        {t($ => $.editor.kind)}
        <select id={`${id}kind`} className="field" value={kind} onChange={event => setKind(event.target.value)}>
          {meshKinds.map(({ group: of, kind: each }) => (
            <option key={`${of}/${each}`} value={`${of}/${each}`}>
              {each} ({of})
            </option>
          ))}
        </select>
      </label>
      {known?.namespaced !== false && (
        <label htmlFor={`${id}namespace`}>
          {t($ => $.editor.namespace)}
          <span className="field">
            <input
              id={`${id}namespace`}
              list={`${id}namespaces`}
              value={namespace}
              required
              onChange={event => setNamespace(event.target.value)}
            />
          </span>
          <datalist id={`${id}namespaces`}>
            {(inventory.data?.namespaces ?? []).map(each => (
              <option key={each.name} value={each.name}>
                {each.name}
              </option>
            ))}
          </datalist>
        </label>
      )}
      <label htmlFor={`${id}name`}>
        {t($ => $.editor.name)}
        <span className="field">
          <input
            id={`${id}name`}
            value={name}
            required
            pattern="[a-z0-9]([-a-z0-9.]*[a-z0-9])?"
            maxLength={253}
            onChange={event => setName(event.target.value)}
          />
        </span>
      </label>
      <div className="row acts">
        <button
          type="submit"
          className="btn lg primary"
          disabled={whyNot !== null || !isFilled}
          aria-describedby={`${id}why`}
        >
          {t($ => $.editor.start)}
        </button>
        <span id={`${id}why`} className="t2 s12">
          {isFilled ? whyNot : null}
        </span>
      </div>
    </form>
  )
}
