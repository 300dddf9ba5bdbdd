import { bookOf } from '#web/config/forms/book.ts'
import { telemetry } from './form.ts'
import { en } from './text-en.ts'
import { zhCN } from './text-zh-CN.ts'

export const telemetryBook = bookOf(telemetry, { en, 'zh-CN': zhCN })
