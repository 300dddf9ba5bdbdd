import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Scope } from '#web/api/scope.ts'
import { useStatus } from '#web/api/use-live.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { LanguageMenu } from './LanguageMenu.tsx'
import { Rail } from './Rail.tsx'
import { ScopePicker } from './ScopePicker.tsx'
import { SourceStatus } from './SourceStatus.tsx'
import { ThemeMenu } from './ThemeMenu.tsx'
import { TimePicker } from './TimePicker.tsx'
import { TroubleBell } from './TroubleBell.tsx'
import { usePaletteKeys } from './use-palette-keys.ts'
import { User } from './User.tsx'
import './shell.css'

const CommandPalette = lazy(async () => ({ default: (await import('./CommandPalette.tsx')).CommandPalette }))

/** Changes a part of the scope. A step can be stepped back; what is not (dragging a time) replaces the address. */
export type OnScope = (patch: Partial<Scope>) => void

/** What surrounds every page: rail, scope, time, search, sources, troubles, preferences. */
export function Shell(props: { scope: Scope; onScope: OnScope; children: ReactNode }): ReactNode {
  const { t } = useTranslation()
  const { scope, onScope } = props
  const [isSearching, setSearching] = useState(false)
  usePaletteKeys(() => setSearching(true))
  return (
    <div className="app">
      <a className="skip" href="#page">
        {t($ => $.shell.skip)}
      </a>
      <Rail />
      <header className="bar">
        <ScopePicker scope={scope} onScope={onScope} />
        <TimePicker scope={scope} onScope={onScope} />
        <span className="grow" />
        <button
          type="button"
          className="field opener"
          aria-haspopup="dialog"
          title={t($ => $.shell.search.open)}
          onClick={() => setSearching(true)}
        >
          <Icon name="search" />
          <span className="t3 grow">{t($ => $.shell.search.placeholder)}</span>
          <kbd aria-hidden="true">{isApple ? '⌘K' : 'Ctrl K'}</kbd>
        </button>
        <span className="grow" />
        <LabBadge />
        <SourceStatus />
        <span className="sep" />
        <TroubleBell />
        <ThemeMenu />
        <LanguageMenu />
        <User />
      </header>
      <main className="page" id="page" tabIndex={-1}>
        {props.children}
      </main>
      {isSearching && (
        <Suspense fallback={null}>
          <CommandPalette scope={scope} onScope={onScope} onClose={() => setSearching(false)} />
        </Suspense>
      )}
    </div>
  )
}

/** Says that this mesh is the embedded one, so that nobody takes it for theirs. */
function LabBadge(): ReactNode {
  const { t } = useTranslation()
  if (useStatus()?.mesh !== 'lab') return null
  return (
    <span className="badge line" title={t($ => $.shell.labTitle)}>
      {t($ => $.shell.lab)}
    </span>
  )
}

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent)
