import { useQuery } from '@tanstack/react-query'
import type { Schema } from '#web/config/editor/schema.ts'
import { problemFrom } from '#web/api/call.ts'
import type { Language } from '#web/ui/format.ts'
import type { Form } from './form.ts'
import { openBook } from './forms.ts'
import { schemaForm } from './schema-form.ts'
import { schemaTexts } from './schema-texts.ts'

export interface OpenForm {
  form: Form<never>
  texts: never
  /** Nobody made it: it comes from the cluster's schema. */
  isFromSchema: boolean
}

/** The form of a kind: the one made by hand, else one made of the cluster's schema. */
export function useBook(
  group: string,
  kind: string,
  schema: { data: Schema | null; problem: string | null },
  language: Language,
): { open: OpenForm | null; problem: string | null } {
  const book = useQuery({
    queryKey: ['config', 'form', group, kind],
    queryFn: () => openBook(group, kind),
    staleTime: Infinity,
    enabled: kind !== '',
  })
  if (book.data !== undefined && book.data !== null)
    return { open: { form: book.data.form, texts: book.data.texts[language], isFromSchema: false }, problem: null }
  if (book.error !== null) return { open: null, problem: problemFrom(book.error).detail }
  if (book.data === undefined || schema.data === null) return { open: null, problem: schema.problem }
  const made = schemaForm(group, kind, schema.data)
  return {
    open: { form: made as unknown as Form<never>, texts: schemaTexts[language] as never, isFromSchema: true },
    problem: null,
  }
}
