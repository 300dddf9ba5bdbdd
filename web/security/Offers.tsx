import { type ReactNode, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { stringify } from 'yaml'
import { type MeshObject, pathText, refOf } from '#shared/mesh/object.ts'
import type { Flow } from '#shared/security/flow.ts'
import { type Offer, turning } from '#shared/security/why/why.ts'
import type { Settings } from '#shared/security/world.ts'
import { Rich } from '#web/ui/Rich.tsx'
import { objectHref } from './address.ts'
import { Go } from './Go.tsx'

type Edit = Offer['edits'][number]

/** Whoever types is not held up by edits that are tried. */
const settled = 250

/** The smallest edits that would turn a verdict, each proven by the evaluator before it stands here. */
export function Offers(props: {
  objects: readonly MeshObject[]
  settings: Settings
  flow: Flow
  verdict: 'allow' | 'deny'
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('security')
  const { objects, settings, verdict, onGo } = props
  const asked = JSON.stringify(props.flow)
  const [found, setFound] = useState<{
    asked: string
    objects: readonly MeshObject[]
    offers: readonly Offer[]
  } | null>(null)
  useEffect(() => {
    const timer = setTimeout(
      () => setFound({ asked, objects, offers: turning(objects, JSON.parse(asked) as Flow, settings) }),
      settled,
    )
    return () => clearTimeout(timer)
  }, [asked, objects, settings])
  const offers = found?.asked === asked && found.objects === objects ? found.offers : null
  return (
    <section className="offers" aria-busy={offers === null}>
      <h2>{t($ => (verdict === 'deny' ? $.offers.allow : $.offers.deny))}</h2>
      {offers === null && <p className="t3">{t($ => $.offers.looking)}</p>}
      {offers?.length === 0 && <p className="t2">{t($ => $.offers.none)}</p>}
      <ul>
        {(offers ?? []).map(({ edits }, index) => (
          <li key={index} className="offer">
            <div className="row">
              {edits.length > 1 && <span className="t2">{t($ => $.offers.both)}</span>}
              <span className="grow" />
              <span className="badge healthy">{t($ => $.offers.proven)}</span>
              {edits.some(weakens) && <span className="badge degraded">▲ {t($ => $.offers.weakens)}</span>}
            </div>
            {edits.map((edit, each) => (
              <EditLine key={each} edit={edit} onGo={onGo} />
            ))}
          </li>
        ))}
      </ul>
    </section>
  )
}

const weakens = ({ kind, value }: Edit): boolean =>
  (kind === 'set-mode' && value === 'PERMISSIVE') || kind === 'remove-rule'

function EditLine({ edit, onGo }: { edit: Edit; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('security')
  const [isCopied, setCopied] = useState(false)
  const object = edit.before ?? edit.after
  if (object === null) return null
  const { kind, metadata } = object
  const name = `${metadata.namespace ?? ''}/${metadata.name}`
  const { after } = edit
  const copy = async () => {
    await navigator.clipboard.writeText(stringify(after))
    setCopied(true)
  }
  return (
    <div className="offer-edit">
      <p className="med">
        <Rich
          text={t($ => $.offers.kind[edit.kind], {
            value: edit.kind === 'add-policy' ? name : edit.value,
            path: pathText(edit.path),
          })}
        />
      </p>
      <p className="row t3 s11">
        {edit.before === null ? (
          <span>{kind}</span>
        ) : (
          <span>
            <Rich text={t($ => $.offers.ofObject, { kind, name })} />
          </span>
        )}
        <span className="grow" />
        {after !== null && (
          <button type="button" className="link s11" onClick={() => void copy()} onBlur={() => setCopied(false)}>
            {isCopied ? t($ => $.offers.copied) : t($ => $.offers.copy)}
          </button>
        )}
        <Go className="s11" href={edit.before === null ? '/config/new' : objectHref(refOf(object))} onGo={onGo}>
          {t($ => $.offers.edit)}
        </Go>
      </p>
    </div>
  )
}
