import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Shown } from '#web/config/forms/engine.ts'
import { addChips, chipsIn, removeEntry } from '#web/config/forms/engine-acts.ts'
import type { ChipsField } from '#web/config/forms/form.ts'
import { ChipList } from './ChipList.tsx'
import { useForm } from './context.ts'
import { FieldBox } from './FieldBox.tsx'
import { marksWithin } from './marks.ts'

/** A list of words or numbers. */
export function ChipsControl({ shown }: { shown: Shown<never, ChipsField<never>> }): ReactNode {
  const { t } = useTranslation('config')
  const { act, isLocked, marks, texts } = useForm()
  const { field, path } = shown
  const entries = Array.isArray(shown.value) ? shown.value.map(String) : []
  const wrong = field.check === undefined ? null : firstOf(entries, entry => field.check?.(entry, texts) ?? null)
  const add = (written: readonly string[]): string | null => {
    if (field.of === 'text') {
      act(addChips(shown, written))
      return null
    }
    const bad = written.find(entry => !/^-?\d+$/.test(entry))
    if (bad !== undefined) return t($ => $.form.problem.whole, { detail: bad })
    act(addChips(shown, written.map(Number)))
    return null
  }
  return (
    <FieldBox shown={shown} problem={wrong}>
      {ids => (
        <ChipList
          ids={ids}
          chips={entries.map((entry, index) => ({
            key: entry,
            text: field.short?.(entry) ?? entry,
            title: entry,
            level: marksWithin(marks, [...path, index])[0]?.level,
          }))}
          suggestions={field.suggest?.(shown.around) ?? []}
          placeholder={field.placeholder}
          isLocked={isLocked}
          split={chipsIn}
          onAdd={add}
          onRemove={index => act(removeEntry(shown, index))}
        />
      )}
    </FieldBox>
  )
}

function firstOf(entries: readonly string[], check: (entry: string) => string | null): string | null {
  for (const entry of entries) {
    const problem = check(entry)
    if (problem !== null) return problem
  }
  return null
}
