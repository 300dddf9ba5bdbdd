import { editor } from './en-config-editor.ts'
import { form } from './en-config-form.ts'
import { history } from './en-config-history.ts'
import { governs } from './en-config-governs.ts'
import { guards } from './en-config-guards.ts'
import { intents } from './en-config-intents.ts'
import { list } from './en-config-list.ts'
import { object } from './en-config-object.ts'

/** Texts of the config pages; they come with them. `zh-CN-config.ts` has the same shape. */
export const enConfig = { editor, form, history, governs, guards, intents, list, object }
