import { bookOf } from '#web/config/forms/book.ts'
import { sidecar } from './form.ts'
import { en } from './text-en.ts'
import { zhCN } from './text-zh-CN.ts'

export const sidecarBook = bookOf(sidecar, { en, 'zh-CN': zhCN })
