import { createContext, type ReactNode, use } from 'react'
import type { Inventory } from '#shared/config/api.ts'
import type { Edit } from '#shared/config/finding.ts'
import type { Json, Path } from '#shared/mesh/object.ts'
import type { Shown } from '#web/config/forms/engine.ts'
import type { FormMark } from './marks.ts'

/** What every control of one form shares. */
export interface FormWorld {
  object: Json
  texts: never
  inventory: Inventory | null
  marks: readonly FormMark[]
  /** The deepest place the caret of the YAML is in; null: it is not there. */
  caret: Path | null
  /** Nothing can be written now: the text cannot be read, or no right to change it. */
  isLocked: boolean
  /** The text is so long that it is written when a field is left, not at every key. */
  isLazy: boolean
  /** The control of a field: fields hold controls, and some controls hold fields again. */
  control: (shown: Shown<never>) => ReactNode
  act: (edits: readonly Edit[]) => void
  /** A hand is in a field: its lines are lit in the YAML. */
  onFocus: (path: Path) => void
  onGoTo: (path: Path) => void
}

export const FormContext = createContext<FormWorld | null>(null)

export function useForm(): FormWorld {
  const form = use(FormContext)
  if (form === null) throw new Error('A control stands outside of a form.')
  return form
}
