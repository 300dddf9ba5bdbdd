import { bookOf } from '#web/config/forms/book.ts'
import { authorizationPolicy } from './form.ts'
import { en } from './text-en.ts'
import { zhCN } from './text-zh-CN.ts'

export const authorizationPolicyBook = bookOf(authorizationPolicy, { en, 'zh-CN': zhCN })
