import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Path } from '#shared/mesh/object.ts'
import { healthOf } from '#web/config/editor/health.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { Icon, type IconName } from '#web/ui/Icon.tsx'
import { useForm } from './context.ts'
import { Said } from './FieldBox.tsx'
import { isWithin, marksAt, marksWithin } from './marks.ts'

export interface EntryAct {
  name: string
  icon: IconName
  isOff?: boolean
  act: () => void
}

/** One entry of a list or a map: a card that folds, or inside another one a stretch with a line at its side. */
export function Entry(props: {
  title: ReactNode
  path: Path
  isNested: boolean
  isOpenAtFirst: boolean
  /** It has another shape than the fields. */
  isOtherwise: boolean
  acts: readonly EntryAct[]
  children: ReactNode
}): ReactNode {
  const { t } = useTranslation('config')
  const { marks, caret, onGoTo } = useForm()
  const { path, isNested } = props
  const [isOpen, setOpen] = useState(props.isOpenAtFirst)
  const isHere = caret !== null && isWithin(caret, path)
  const [wasHere, setWasHere] = useState(isHere)
  if (isHere !== wasHere) {
    setWasHere(isHere)
    if (isHere) setOpen(true)
  }
  const inside = marksWithin(marks, path)
  const [worst] = inside
  const acts = (
    <span className="row f-acts">
      {props.acts.map(({ name, icon, isOff = false, act }) => (
        <button
          key={name}
          type="button"
          className="btn ghost icon"
          title={name}
          aria-label={name}
          aria-disabled={isOff}
          onClick={() => {
            if (!isOff) act()
          }}
        >
          <Icon name={icon} small />
        </button>
      ))}
    </span>
  )
  const content = props.isOtherwise ? (
    <p className="t2 s11">
      {t($ => $.form.otherwise)}{' '}
      <button type="button" className="link" onClick={() => onGoTo(path)}>
        {t($ => $.form.inYaml)}
      </button>
    </p>
  ) : (
    props.children
  )
  if (isNested)
    return (
      <div className={isHere ? 'f-src is-on' : 'f-src'}>
        {acts}
        {content}
      </div>
    )
  return (
    <section className={isHere ? 'f-rule is-on' : 'f-rule'}>
      <header>
        <button type="button" className="f-fold" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Icon name={isOpen ? 'down' : 'right'} small />
          <span className="med cut">{props.title}</span>
          {!isOpen && worst !== undefined && (
            <span className={`count ${healthOf[worst.level]}`}>
              <HealthMark health={healthOf[worst.level]} /> {inside.length}
            </span>
          )}
        </button>
        <span className="grow" />
        {acts}
      </header>
      {isOpen && (
        <div className="f-body">
          {marksAt(marks, path).map((mark, index) => (
            <div key={index} className="f-said">
              <Said mark={mark} />
            </div>
          ))}
          {content}
        </div>
      )}
    </section>
  )
}
