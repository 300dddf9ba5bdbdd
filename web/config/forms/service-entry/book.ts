import { bookOf } from '#web/config/forms/book.ts'
import { serviceEntry } from './form.ts'
import { en } from './text-en.ts'
import { zhCN } from './text-zh-CN.ts'

export const serviceEntryBook = bookOf(serviceEntry, { en, 'zh-CN': zhCN })
