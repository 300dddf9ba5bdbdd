import type { Language } from '#web/ui/format.ts'
import type { Form } from './form.ts'

/** A form with its texts in every language. Which type they have is the form's own affair. */
export interface Book {
  form: Form<never>
  texts: Readonly<Record<Language, never>>
}

/** Binds a form to its texts: a language that lacks one does not compile. */
export const bookOf = <Texts>(form: Form<Texts>, texts: Readonly<Record<Language, Texts>>): Book =>
  // Here alone form and texts are known to fit each other; from here on they travel together.
  ({ form, texts: texts as Readonly<Record<Language, never>> })
