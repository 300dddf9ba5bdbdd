import { bookOf } from '#web/config/forms/book.ts'
import { requestAuthentication } from './form.ts'
import { en } from './text-en.ts'
import { zhCN } from './text-zh-CN.ts'

export const requestAuthenticationBook = bookOf(requestAuthentication, { en, 'zh-CN': zhCN })
