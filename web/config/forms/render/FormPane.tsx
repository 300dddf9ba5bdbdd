import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { pathText } from '#shared/mesh/object.ts'
import { namedBy } from '#web/config/editor/change.ts'
import { type Shown, wholeObject } from '#web/config/forms/engine.ts'
import { restOf } from '#web/config/forms/engine-rest.ts'
import type { Field, Form } from '#web/config/forms/form.ts'
import { useSettled } from '#web/config/editor/use-settled.ts'
import { Control } from './Control.tsx'
import { FormContext, type FormWorld, useForm } from './context.ts'
import { Fields } from './Fields.tsx'
import { metadataFields } from './metadata.ts'
import './form.css'

/** An object as a form: who it is, its fields, and what else stands in the YAML. */
export function FormPane({ form, world }: { form: Form<never>; world: Omit<FormWorld, 'control'> }): ReactNode {
  const { t } = useTranslation('config')
  const { name, namespace } = namedBy(world.object)
  return (
    <FormContext value={{ ...world, control }}>
      <div className="form">
        <div className="f-two">
          <Fixed label={t($ => $.form.name)} value={name} />
          <Fixed label={t($ => $.form.namespace)} value={namespace === '' ? t($ => $.form.clusterWide) : namespace} />
        </div>
        <Fields fields={form.fields} holder={wholeObject(world.object)} />
        <Metadata />
        <Rest fields={form.fields} />
      </div>
    </FormContext>
  )
}

const control = (shown: Shown<never>): ReactNode => <Control shown={shown} />

/** What an object is called is not changed: another name is another object. */
function Fixed({ label, value }: { label: string; value: string }): ReactNode {
  return (
    <div className="f">
      <div className="f-label">{label}</div>
      <output className="field mono is-fixed" aria-label={label}>
        <span className="cut">{value}</span>
      </output>
    </div>
  )
}

function Metadata(): ReactNode {
  const { t } = useTranslation('config')
  const world = useForm()
  const words = {
    labels: { label: t($ => $.form.labels), help: t($ => $.form.labelsHelp) },
    annotations: { label: t($ => $.form.annotations), help: t($ => $.form.annotationsHelp) },
  }
  return (
    <FormContext value={{ ...world, texts: words as never }}>
      <details className="f-metadata">
        <summary>{t($ => $.form.metadata)}</summary>
        <Fields fields={metadataFields as unknown as readonly Field<never>[]} holder={wholeObject(world.object)} />
      </details>
    </FormContext>
  )
}

const mostRest = 12

function Rest({ fields }: { fields: readonly Field<never>[] }): ReactNode {
  const { t } = useTranslation('config')
  const { object, onGoTo } = useForm()
  const rest = restOf(fields, useSettled(object, 200))
  if (rest.length === 0) return null
  return (
    <section className="f-rest">
      <h3>{t($ => $.form.rest)}</h3>
      <p className="t3 s11">{t($ => $.form.restHelp)}</p>
      <ul>
        {rest.slice(0, mostRest).map(path => (
          <li key={pathText(path)}>
            <button type="button" className="link mono" onClick={() => onGoTo(path)}>
              {pathText(path)}
            </button>
          </li>
        ))}
      </ul>
      {rest.length > mostRest && <p className="t3 s11">{t($ => $.form.restMore, { count: rest.length - mostRest })}</p>}
    </section>
  )
}
