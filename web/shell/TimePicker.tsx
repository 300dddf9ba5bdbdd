import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Scope } from '#web/api/scope.ts'
import { useConnection, useStatus } from '#web/api/use-live.ts'
import { absolute, age, momentText } from '#web/ui/format.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { Menu } from '#web/ui/Menu.tsx'
import { Popover } from '#web/ui/Popover.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { MomentForm } from './MomentForm.tsx'
import type { OnScope } from './Shell.tsx'

const windows = [60, 300, 900, 3600, 21_600] as const
const minute = 60_000

/** Live, or a moment of the past that one can step through; and over how long rates are taken. */
export function TimePicker({ scope, onScope }: { scope: Scope; onScope: OnScope }): ReactNode {
  const { t } = useTranslation()
  const language = useLanguage()
  const { state } = useConnection()
  const [isOpen, setOpen] = useState(false)
  const scrapeInterval = useStatus()?.scrapeInterval ?? null
  const { at } = scope
  // Nobody chose: the BFF takes four scrapes, at least a minute.
  const window = scope.window ?? (scrapeInterval === null ? null : Math.max(60, 4 * scrapeInterval))
  const windowText =
    window === null ? t($ => $.shell.time.auto) : t($ => $.shell.time.last, { window: age(window * 1000, language) })
  const step = (milliseconds: number) => {
    const to = (at ?? Date.now()) + milliseconds
    onScope({ at: to >= Date.now() ? null : to })
  }
  return (
    <>
      <div className="seg" role="group" aria-label={t($ => $.shell.time.name)}>
        <button type="button" aria-pressed={at === null} onClick={() => onScope({ at: null })}>
          <span className={state === 'live' && at === null ? 'livedot' : 'livedot off'} aria-hidden="true" />
          {t($ => $.shell.time.live)}
        </button>
        <Popover
          className={at === null ? '' : 'chosen'}
          title={at === null ? t($ => $.shell.time.choose) : absolute(at, language)}
          label={t($ => $.shell.time.choose)}
          width={232}
          isOpen={isOpen}
          onToggle={setOpen}
          button={at === null ? t($ => $.shell.time.moment) : momentText(at, language)}
        >
          <MomentForm at={at} onAt={moment => onScope({ at: moment })} />
        </Popover>
      </div>
      {at !== null && (
        <div className="steps" role="group" aria-label={t($ => $.shell.time.name)}>
          {[-15, -1, 1, 15].map(minutes => {
            const size = age(Math.abs(minutes) * minute, language)
            const name =
              minutes < 0 ? t($ => $.shell.time.back, { step: size }) : t($ => $.shell.time.forward, { step: size })
            return (
              <button
                key={minutes}
                type="button"
                className="btn ghost"
                title={name}
                aria-label={name}
                onClick={() => step(minutes * minute)}
              >
                {minutes < 0 && <Icon name="left" small />}
                {Math.abs(minutes)}
                {minutes > 0 && <Icon name="right" small />}
              </button>
            )
          })}
        </div>
      )}
      <Menu
        className="btn ghost t2 window"
        title={t($ => $.shell.time.window)}
        name={`${t($ => $.shell.time.window)}: ${windowText}`}
        label={t($ => $.shell.time.window)}
        button={
          <>
            {windowText}
            <Icon name="down" small />
          </>
        }
        items={[null, ...windows].map(seconds => ({
          key: String(seconds),
          label:
            seconds === null
              ? t($ => $.shell.time.autoLong)
              : t($ => $.shell.time.last, { window: age(seconds * 1000, language) }),
          isChosen: seconds === scope.window,
          onChoose: () => onScope({ window: seconds }),
        }))}
      />
    </>
  )
}
